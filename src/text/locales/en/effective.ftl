### The inspector's tables of what Azure makes of an object.

effective-routes = Effective routes of { $subnet }
effective-rules-subnet = Rules of { $nsg } at { $place }
effective-rules-nic = Rules of { $nsg } at the interface of { $place }
effective-probes = Who answers the health probes
effective-snat = SNAT ports
effective-prefix = Prefix
effective-hop = Next hop
effective-source = Source
effective-priority = Priority
effective-match = Matches
effective-rule = Rule
effective-node = Node
effective-port = Port
effective-answer = Answer
effective-frontends = Frontends
effective-ports = Ports a node
# $tag (string)
effective-tag-name = { $tag } (service tag)
# $addresses (string)
effective-tag = User, Active: decides for { $addresses }; other addresses of the tag are not modelled
effective-tag-unknown = User, Active: the scenario has no address that is known to be in the tag; others are not modelled
# $count (number)
effective-more = and { $count } more
effective-healthy = answers
effective-node-not-ready = the node is not ready
effective-no-endpoint = no ready endpoint anywhere
effective-no-local-endpoint = no ready endpoint on this node
# $status (number)
effective-status = answers { $status }, not 200
effective-port-closed = nothing listens there
effective-not-yet-up = not asked since it came back
# $rule (string)
effective-filtered = dropped by { $rule }
# $what (string)
effective-not-modelled = not modelled: { $what }
