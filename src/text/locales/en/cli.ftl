### The command line.

# $consequence (string)
cli-lint-consequence = so: { $consequence }
# $url, $code (string)
cli-lint-reference = see: { $url } ({ $code })
# Arguments: request (arguments of `trace`).
cli-lint-walk = walk: trace { $request }
# $errors, $warnings, $notes (number)
cli-lint-summary = { $errors } errors, { $warnings } warnings, { $notes } notes
# $model (string): a network model, as an option names it
cli-no-switch-unwritten = this cluster cannot be given the model `{ $model }`: no document describes it; hint: write it down as a `managedClusters` document
cli-no-switch-room = this cluster cannot be given the model `{ $model }`: the virtual network of its nodes is not among the documents, or has no room for a subnet of pods; hint: add the virtual network with a free range, or name a pod subnet in `podSubnetID`
cli-no-switch-alias = this cluster cannot be given the model `{ $model }`: what would change comes by a YAML alias; hint: write it out in its place
cli-no-question = no flow to trace; hint: say `--from` and `--to`, or add a `Flow` document
# $names (string): the names of all flows
cli-which-flow = several flows; hint: say `--flow` with one of { $names }
# $name (string); $names (string): the names of all flows
cli-no-such-flow = no flow `{ $name }`; hint: there are { $names }
# $name (string)
cli-no-flows = no flow `{ $name }`, because the files have no `Flow` document
cli-nothing-to-check = no flow has an `expect`; hint: add one to a `Flow` document
# $what (string): such as nsg
cli-needs-node = `effective { $what }` needs `--node`
# $what (string): such as nsg
cli-needs-node-or-subnet = `effective { $what }` needs `--node` or `--subnet`
# $name (string); $names (string): the names of all nodes
cli-no-such-node = no node `{ $name }`; hint: there are { $names }
# $name (string); $names (string): the names of all subnets
cli-no-such-subnet = no subnet `{ $name }`; hint: there are { $names }
cli-none-loadbalancer = there is no load balancer: no cluster keeps one for its outbound connections, and no Service has one
cli-none-appgateway = there is no Application Gateway
cli-none-snat = there is no node with an address that could leave for the internet
cli-none-pods = there are no pods
cli-none-pairs = no pod may talk to another
cli-none = there is nothing to show
# $path (string); $problem (string): what the operating system says
cli-cannot-write = cannot write `{ $path }`: { $problem }
# $names (string): places of the same kind
cli-there-are = ; hint: there are { $names }
# $type (string); $types (string): the types that can be asked for
cli-resolve-type = no record type `{ $type }`; hint: there are { $types }
# $name (string): what was to be resolved
cli-resolve-name = `{ $name }` is no name that a query can carry; hint: give a DNS name, or an address with `--type PTR`
cli-resolve-lost = a query got no answer, which ends the search
cli-resolve-none = no name that was tried has such a record
# $directory (string); $nodes, $pods, $hosts (number): how many of each
cli-lab-written = wrote { $directory }: { $nodes } nodes, { $pods } pods, { $hosts } hosts
# $fired, $left (number): how many flows
cli-lab-flows = flows: { $fired } to fire, { $left } left out
# $flow (string): its name; $why (string): one of the messages below
cli-lab-left-out = left out: { $flow }, { $why }
cli-lab-not-part = not part of a lab: security groups, NetworkPolicy, Ingress, DNS, IPv6, Azure's own services (see its README.md)
# $directory (string)
cli-lab-next = as root: { $directory }/up, then { $directory }/probe, at the end { $directory }/down
cli-lab-why-model = its cluster has an overlay, a pod subnet, Cilium or Azure CNI in bridge mode, which the lab has not
cli-lab-why-protocol = neither TCP nor UDP
cli-lab-why-name = its destination is not one address, or a name that DNS must resolve
cli-lab-why-sender = its sender is not one machine of the lab
cli-lab-why-receiver = a receiver is not part of the lab
cli-lab-why-security-group = a security group refuses it
cli-lab-why-firewall = an Azure Firewall decides about it
cli-lab-why-storage = a storage account decides about it
cli-lab-why-policy = a network policy refuses it
cli-lab-why-proxy = a proxy answers it or passes it on
cli-lab-why-not-modelled = the simulator does not model something on its way
cli-lab-why-branches = it has too many branches
cli-lab-why-shared-port = a pod shares its node's addresses, and nothing tells that it listens on this port
cli-lab-why-way-out-and-in = it leaves for the internet and comes back in

# The first line of a clock.
cli-timeline-before = before all events
# $at (number): seconds
cli-at = at: { $at } s
# $at (number): seconds; $what (string): a sentence
cli-timeline-change = { $at } s: { $what }
# $object (string): as `--from` names it; $reference (string): the id of a page
cli-timeline-about = object: { $object }, reference: { $reference }
cli-timeline-request = request
# $flow (string): its name; $what (string): where its new connections end, each with its probability
cli-timeline-new = new { $flow }: { $what }
# $flow (string): its name; $what (string): what becomes of its open connections, each with its probability
cli-timeline-open = open { $flow }: { $what }
cli-verdict-delivered = delivered
cli-verdict-dropped = dropped
cli-verdict-rejected = rejected
cli-verdict-unresolved = unresolved
cli-verdict-not-modelled = not-modelled
cli-verdict-mixed = mixed
cli-fate-lives = lives
cli-fate-hangs = hangs
cli-fate-over = over

# There is no event.
cli-no-events = there is nothing that happens; hint: write Event documents, or say --event stop=node/NAME
cli-none-open = no connection was open before the events, so that there is none to follow; hint: leave out --established
