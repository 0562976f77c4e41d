### Sheets over the page: who may talk to whom, what files would change, addresses.

matrix-key = A row opens connections to a column. Arrow keys move; Enter or a click shows the walk.
matrix-shape = Matrix or list
matrix-list = List
matrix-corner = from ↓ to →
matrix-from = From
matrix-to = To
matrix-filter = name or namespace
matrix-anywhere = Anywhere outside
matrix-elsewhere = Other addresses
matrix-outside = Outside the cluster
matrix-all = all ports
matrix-some = some ports
matrix-none = none
matrix-blank = not compared
matrix-nobody = nobody
matrix-more = Show more
matrix-no-match = Nothing has such a name.
matrix-no-pods = There are no pods yet that could talk to anyone.
matrix-no-walk = Nobody here has such an address, so no walk can be shown.
matrix-diagram = Show in the diagram
# $engine (string): azure, calico or cilium
matrix-engine = By NetworkPolicy alone, as { $engine } enforces it.
matrix-engine-none = By NetworkPolicy as written; this cluster enforces none.

## What if a file were applied
whatif-open = What if I apply a file…
whatif-now = Now
whatif-then = What if
# $opened, $closed, $ports (numbers): pairs
whatif-sum = Pairs that open: { $opened }, close: { $closed }, change ports: { $ports }.
whatif-opened = opens
whatif-closed = closes
whatif-ports = changes ports
whatif-only = Only changes
whatif-apply = Apply
whatif-alone = Open it alone
whatif-cancel = Cancel
whatif-difference = Difference
whatif-hint = Pick a cell to compare its two walks.
whatif-flows = Saved requests that change
whatif-no-flows = None of them walks differently.
# $step (number): the number of the step
whatif-first = first difference: step { $step }
# $port (string): protocol and port
whatif-witness = for example { $port }
whatif-same = No pair changes.
whatif-stale = the files that are shown cannot be read now; they come first

## The dialog of addresses.

plan-title = Addresses
plan-growth = What still fits, and what binds
plan-try = Try other numbers
plan-try-nodes = Nodes
plan-try-pods = Pods a node
plan-try-surge = More during an upgrade
plan-try-prefix = Prefix of the subnet
plan-many = `kubehop plan` lists the rest.

# $free, $addresses
plan-free = { $free } of { $addresses } free
plan-state-reserved = reserved
plan-state-used = used
plan-state-held = held for pods
plan-state-free = free
plan-address = Address
plan-state = State
plan-holder = Holder
plan-reason = Why
plan-limits-nodes = Nodes
plan-limits-more = Still to add
plan-limits-why = What ends growth there
plan-first = Binds first.
# $more
plan-more = { $more } more
plan-try-pool = Pool
# $field, $least, $most
plan-try-expected = { $field }: expected { $least } to { $most }.
# $each, $maxPods, $need, $nodes, $others, $pool, $subnet, $surge
plan-says-need = Pool { $pool } with { $nodes } nodes of { $maxPods } pods, and { $surge } more during an upgrade, needs { $need } addresses of { $subnet }: ({ $nodes } + { $surge }) × { $each }, and { $others } of others.
# $prefix, $usable
plan-says-fits = A { $prefix } has enough addresses for that: { $usable } usable ones.
# $prefix, $usable
plan-says-does-not-fit = A { $prefix } does not have enough addresses for that: { $usable } usable ones.
# $pool, $subnet
plan-says-no-subnet = That does not fit: { $subnet } of pool { $pool } does not exist.
# $pool
plan-says-subnet-unnamed = That does not fit: pool { $pool } names no subnet.
# $prefix, $vnet
plan-says-no-place = { $vnet } has no place for a { $prefix } in its address space, beside its other subnets.
# $least, $pods, $pool
plan-says-too-few-pods = Pool { $pool } could host { $pods } pods; with fewer than { $least } a node it must host { $least }.
# $smallest
plan-says-smallest = The smallest prefix that is enough is { $smallest }.
# $podRange
plan-says-pod-range-fits = The pod range has a /24 for each node; the smallest range that has is { $podRange }.
# $podRange
plan-says-pod-range-does-not-fit = The pod range does not have a /24 for each node; the smallest range that has is { $podRange }.
# $blocks
plan-says-pod-subnet = Each node takes { $blocks ->
    [one] 1 block
   *[other] { $blocks } blocks
} of 16 addresses of the pod subnet.
plan-says-pods-fit = Pods take { $need } addresses of { $podSubnet }: ({ $nodes } + { $surge }) × { $each }, and { $others } of others. It has { $usable } usable addresses, which is enough.
plan-says-pods-do-not-fit = Pods take { $need } addresses of { $podSubnet }: ({ $nodes } + { $surge }) × { $each }, and { $others } of others. It has { $usable } usable addresses, which is too few.
plan-says-pods-smallest = The smallest prefix that is enough for pods is { $smallest }.
plan-says-exceeded = That is more than a limit allows: { $why }.

whatif-same-result = same result, another walk
