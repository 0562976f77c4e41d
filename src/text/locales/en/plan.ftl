### Addresses: `kubehop plan`.

# $addresses, $free, $held, $prefix, $range, $reserved, $used
plan-range = { $range } { $prefix }: { $addresses } addresses, { $reserved } reserved, { $used } used, { $held } held, { $free } free

# $bar
plan-bar = [{ $bar }] x reserved, # used, = held for pods, . free

# $addresses, $range, $reason
plan-reserved = { $range } { $addresses } reserved: { $reason }

# $addresses, $holder, $range, $reason
plan-reserved-for = { $range } { $addresses } reserved for { $holder }: { $reason }

# $addresses, $holder, $range, $reason
plan-used = { $range } { $addresses } used by { $holder }: { $reason }

# $addresses, $holder, $range, $reason
plan-held-by = { $range } { $addresses } held by { $holder }: { $reason }

# $each, $free, $moreNodes, $nodes, $pool, $subnet, $wanted
plan-pool-nodes = pool { $pool }: { $nodes } of { $wanted } nodes in { $subnet }, { $each ->
        [one] 1 address
       *[other] { $each } addresses
    } each; { $free } free: { $moreNodes } more fit

# $morePods, $pods, $pool, $room
plan-pool-pods = pool { $pool }: { $pods } of { $room } pods; { $morePods } more fit

# $free, $need, $pool, $surge
plan-surge-fits = pool { $pool }: an upgrade adds { $surge ->
        [one] 1 node
       *[other] { $surge } nodes
    } for a time and takes { $need } of { $free } free addresses: fits

# $free, $need, $pool, $surge
plan-surge-does-not-fit = pool { $pool }: an upgrade adds { $surge ->
        [one] 1 node
       *[other] { $surge } nodes
    } for a time and needs { $need } addresses, but { $free } are free: AKS refuses it

# $podFree, $podNeed, $podSubnet, $pool
plan-surge-pods-fit = pool { $pool }: that also takes { $podNeed } of { $podFree } free addresses of { $podSubnet }: fits
plan-surge-pods-do-not-fit = pool { $pool }: that also needs { $podNeed } addresses of { $podSubnet }, but { $podFree } are free: AKS refuses it
plan-surge-blocks-fit = pool { $pool }: that also takes { $podNeed } of { $podFree } addresses in free blocks of { $podSubnet }: fits
plan-surge-blocks-do-not-fit = pool { $pool }: that also needs { $podNeed } addresses of { $podSubnet }, but { $podFree } are in free blocks: AKS refuses it

# $limit, $more, $most, $pool
plan-autoscaler-fits = pool { $pool }: the autoscaler may make it { $most } nodes: fits
plan-autoscaler-fits-alone = pool { $pool }: the autoscaler may make it { $most } nodes: fits as long as no other pool grows
plan-autoscaler-does-not-fit = pool { $pool }: the autoscaler may make it { $most } nodes, but limit { $limit } allows { $more } more

# $limit, $pool, $why
plan-surge-exceeds = pool { $pool }: but that is more than limit { $limit } allows: { $why }

# $holder, $range
plan-uncounted = { $range }: { $holder } takes more addresses than are listed; how many is not documented, and they are not counted

# $limit, $more, $nodes, $object, $url, $why
plan-binds-first = limit { $limit } binds first, at { $nodes } nodes ({ $more } more): { $object }: { $why }; see: { $url }

# $limit, $more, $nodes, $object, $url, $why
plan-binds = limit { $limit } binds at { $nodes } nodes ({ $more } more): { $object }: { $why }; see: { $url }

# $each, $maxPods, $need, $nodes, $others, $pods, $pool, $subnet, $surge
plan-what-if = what if pool { $pool } has { $nodes } nodes x { $maxPods } pods ({ $pods } pods), and { $surge } more while it is upgraded: { $need } addresses of { $subnet }: ({ $nodes } + { $surge }) x { $each }, and { $others } of others

# $prefix, $usable
plan-fits = what if: a { $prefix } has enough addresses: { $usable } usable ones

# $prefix, $usable
plan-does-not-fit = what if: a { $prefix } does not have enough addresses: { $usable } usable ones

# $pool, $subnet
plan-no-subnet = what if: pool { $pool } does not fit: its { $subnet } does not exist

# $pool
plan-subnet-unnamed = what if: pool { $pool } does not fit: it names no subnet

# $prefix, $vnet
plan-no-place = what if: { $vnet } has no place for a { $prefix } in its address space, beside its other subnets

# $least, $pods, $pool
plan-too-few-pods = what if: pool { $pool } can host { $pods } pods; with fewer than { $least } a node it must host { $least }

# $smallest
plan-smallest = what if: the smallest prefix that is enough is { $smallest }

# $podRange
plan-pod-range-fits = what if: the pod range has a /24 for each node; the smallest one that has is { $podRange }

# $podRange
plan-pod-range-does-not-fit = what if: the pod range has no /24 for each node; the smallest one that has is { $podRange }

# $blocks
plan-pod-subnet = what if: each node takes { $blocks ->
        [one] 1 block
       *[other] { $blocks } blocks
    } of 16 addresses of the pod subnet

# $each, $need, $nodes, $others, $podSubnet, $surge, $usable
plan-pods-fit = what if: pods take { $need } addresses of { $podSubnet }: ({ $nodes } + { $surge }) x { $each }, and { $others } of others; fits its { $usable } usable addresses
plan-pods-do-not-fit = what if: pods take { $need } addresses of { $podSubnet }: ({ $nodes } + { $surge }) x { $each }, and { $others } of others; does not fit its { $usable } usable addresses

# $smallest
plan-pods-smallest = what if: the smallest prefix that is enough for pods is { $smallest }

# $limit, $why
plan-exceeded = what if: more than limit { $limit } allows: { $why }

plan-nothing = no virtual network and no cluster: there is nothing to plan

# $name, $names
plan-no-such-pool = `--pool`: there is no pool `{ $name }`; hint: { $names }

# $pods
plan-bad-max-pods = `--max-pods`: found { $pods }, expected 10 to 250

# $most, $prefix
plan-bad-prefix = `--prefix`: found /{ $prefix }, expected at most /{ $most }, the smallest subnet

plan-network = address of the network itself

plan-gateway = default gateway, kept by Azure

plan-dns = kept by Azure for DNS

plan-broadcast = broadcast address

plan-node = primary address of the node

plan-pod = address of the pod

plan-held = secondary addresses of the node, for pods that it may run

plan-share = left of the node's /24, for pods that it may run

plan-host = address of the machine

plan-appgateway = frontend or instance of the Application Gateway
plan-frontend = frontend of the internal load balancer
plan-endpoint = private endpoint
plan-firewall = address of the firewall

plan-interface = network interface that was written down

plan-pod-network = first address of the node's /24

plan-bridge = bridge cbr0 of the node

plan-pod-broadcast = last address of the node's /24

plan-service-network = first address of the range, given to no Service

plan-service-broadcast = last address of the range, given to no Service

plan-cluster-ip = cluster IP of the Service

plan-dns-service = dnsServiceIP of the cluster

# $each, $free, $pool
plan-limit-subnet = { $free } addresses are free, and a node of pool { $pool } takes { $each }

# $each, $most, $pool, $used
plan-limit-vnet = a virtual network holds { $most } private addresses; { $used } are in use, and one more node of pool { $pool } takes { $each } with all its pods
plan-limit-vnet-blocks = a virtual network holds { $most } private addresses, and a block of 16 counts as one; { $used } are in use, and one more node of pool { $pool } takes { $each }
# $each, $most, $nodes, $others, $pool
plan-limit-vnet-wish = a virtual network holds { $most } private addresses; others use { $others }, and each of { $nodes } nodes of pool { $pool } takes { $each } with all its pods

# $most, $pool
plan-limit-pool = pool { $pool } may have { $most } nodes

# $most
plan-limit-cluster = a cluster may have { $most } nodes

# $each, $free, $pool
plan-limit-pod-subnet = { $free } addresses are free for pods of { $pool }, { $each } for each node with all its pods
plan-limit-pod-subnet-blocks = { $free } addresses are in free blocks of 16, and a node of pool { $pool } takes { $each }; blocks with addresses that Azure keeps do not count

# $blocks, $range, $taken
plan-limit-pods = { $range } has { $blocks } ranges of /24 for nodes, of which { $taken } are taken

# $most, $taken
plan-limit-routes = a route table holds { $most } routes, one for each node; it has { $taken }

# $most, $taken
plan-limit-members = a load balancer sends to { $most } nodes; { $taken } are behind it

# $addresses, $ports, $nodes: how many nodes find theirs
plan-limit-ports = the ports of { $addresses } outbound addresses are enough for { $nodes } nodes that take { $ports } each

# How many connections fit through an outbound rule. Arguments: object, nodes, ports, addresses, connections, taken, all.
plan-outbound-rule = outbound by { $object }: { $nodes ->
    [one] one node has
   *[other] each of { $nodes } nodes has
 } { $ports } SNAT ports, so at most { $connections } connections at once to one address and port; { $taken } of the { $all } ports of { $addresses ->
    [one] its address
   *[other] its { $addresses } addresses
 } are given out

# How many connections fit through a NAT gateway. Arguments: object, ports, addresses, connections.
plan-outbound-gateway = outbound by { $object }: { $addresses ->
    [one] one address
   *[other] { $addresses } addresses
 } with { $ports } ports each, so at most { $connections } connections at once to one address and port, of all machines together
plan-outbound-gateway-v2 = outbound by { $object }, whose SKU StandardV2 spans the zones of its region and takes addresses of that SKU only: { $addresses ->
    [one] one address
   *[other] { $addresses } addresses
 } with { $ports } ports each, so at most { $connections } connections at once to one address and port, of all machines together

# Where the number of SNAT ports a node comes from. Arguments: ports (a node), most (nodes), next (ports of larger pools).
plan-ports-automatic = automatic: in a pool of up to { $most } nodes each gets { $ports } ports of each address, and in a larger one { $next }
# Arguments: ports, nodes.
plan-ports-fewest = automatic: in a pool as large as this one, of { $nodes } nodes, each gets { $ports } ports of each address
# Arguments: ports, addresses, all (ports), most (nodes), nodes.
plan-ports-set = set: allocatedOutboundPorts gives each node { $ports } of the { $all } ports of { $addresses ->
    [one] its address
   *[other] its { $addresses } addresses
 }, which is enough for { $most ->
    [one] one node
   *[other] { $most } nodes
 }; there are { $nodes }

# The SNAT ports of one node. Arguments: node, by, addresses (text), first, last, connections.
plan-ports-block = { $node } has the ports { $first } to { $last } of { $addresses } by { $by }: with { $connections } connections open to one address, port and protocol, the next is dropped until one ends.
# Arguments: node, by, addresses (text), connections.
plan-ports-on-demand = { $node } takes ports of { $addresses } from { $by } as it needs them: with { $connections } connections open to one address, port and protocol, of all machines together, the next is dropped until one ends.
# Arguments: node, by, addresses (text).
plan-ports-own = { $node } leaves with a public address of its own, { $addresses }, and keeps its ports.

# Ports that are not used. Arguments: node, by, route (name), prefix, table, hop (type).
plan-ports-unused = { $node } uses no ports of { $by }: { $route } ({ $prefix }) of { $table } decides first about what it sends to the internet, and its next hop is { $hop }.
plan-ports-unused-own = { $node } does not use its own public address: { $route } ({ $prefix }) of { $table } decides first about what it sends to the internet, and its next hop is { $hop }.

# Nodes that a route of the user's leads away. Arguments: node, route (name), table, hop (address), by, prefix, subnet.
plan-ports-route-owner = { $node } has no SNAT ports of its own: { $route } of { $table } leads it to { $by } ({ $hop }), which gives its connections a source.
plan-ports-route-hop = { $node } has no SNAT ports of its own: { $route } of { $table } leads it to { $hop }, and whoever has that address gives its connections a source; no document says who.
plan-ports-route-gateway = { $node } has no SNAT ports of its own: { $route } ({ $prefix }) of { $table } leads it to the virtual network gateway, and the network behind it gives its connections a source.
plan-ports-route-none = { $node } needs no SNAT ports: { $route } ({ $prefix }) of { $table } drops what it sends to the internet.
plan-ports-route-missing = { $node } has no SNAT ports: with outboundType userDefinedRouting AKS makes none, and { $subnet } has no route for the internet to an appliance or gateway.
plan-ports-outbound-none = { $node } has no SNAT ports: with outboundType none AKS makes none, neither a NAT gateway nor a route to an appliance is there, and its load balancer or its private subnet rules default outbound access out.
plan-ports-outbound-none-open = { $node } has no SNAT ports: with outboundType none AKS makes none, and neither a NAT gateway nor a route to an appliance is there; whether its network gives default outbound access is not modelled.
plan-ports-outbound-block = { $node } needs no SNAT ports: with outboundType block AKS's security group lets nothing leave for the internet.
