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
plan-try-surge = Surge
plan-try-prefix = Prefix
plan-many = `kubehop plan` lists the rest.
