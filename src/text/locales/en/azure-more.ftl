### What the first picture does not say.

# $destination (string); $prefix (string): private range; $subnet (string)
why-azure-route-none = Dropped in the routes of { $subnet }: the best match for { $destination } is { $prefix } with next hop None.

# $destination (string); $prefix (string): range of the peered network; $object (string): peering
why-azure-route-peering = { $destination } is in { $prefix }, a range behind the peering { $object }.

# $destination (string); $prefix (string): on-premises range; $object (string): local network gateway
why-azure-route-gateway = { $destination } is in { $prefix }, which the gateway knows from { $object }.

# $destination (string); $prefix (string); $hop (string): address of the appliance; $table (string)
why-azure-route-user-appliance = { $table } sends { $prefix } to the virtual appliance { $hop }; it is the best match for { $destination }.

# $destination (string); $prefix (string); $route (string): name of the route; $table (string)
why-azure-route-user-none = Dropped: the route { $route } of { $table } sends { $prefix } to None, the best match for { $destination }.

# $destination (string); $prefix (string); $route (string); $table (string)
why-azure-route-user-internet = The route { $route } of { $table } sends { $prefix } to the internet; it is the best match for { $destination }.
why-azure-route-user-gateway = The route { $route } of { $table } sends { $prefix } to the gateway; it is the best match for { $destination }.
why-azure-route-user-vnet = The route { $route } of { $table } keeps { $prefix } in the virtual network; it is the best match for { $destination }.

# $destination (string): address of the platform
why-azure-route-platform = { $destination } belongs to the Azure platform: the host answers it, and no route applies.

# $destination (string); $subnet (string)
why-azure-route-missing = Dropped in the routes of { $subnet }: no route matches { $destination }.

# $destination (string); $tag (string): service tag; $table (string)
why-azure-route-tag = { $table } has a route for the service tag { $tag }, whose addresses kubehop does not know; it may match { $destination }.

# $rule (string); $priority (number); $nsg (string)
why-azure-nsg-default-allowed = Allowed by { $rule } ({ $priority }), a default rule of { $nsg }.
why-azure-nsg-default-denied = Dropped by { $nsg }: no rule allows it, so { $rule } ({ $priority }) decides.

# $rule (string); $priority (number); $nsg (string); $service (string): Service
why-azure-nsg-service-denied = Dropped by { $rule } ({ $priority }), which AKS put into { $nsg } for { $service }.

# $rule (string); $priority (number); $nsg (string)
why-azure-nsg-allowed = Allowed by { $rule } ({ $priority }) of { $nsg }.
why-azure-nsg-denied = Dropped by { $rule } ({ $priority }) of { $nsg }.

# $rule (string); $nsg (string); $tag (string): service tag; $source (string); $destination (string)
why-azure-nsg-tag = { $rule } of { $nsg } names the tag { $tag }, whose addresses kubehop does not know ({ $source } to { $destination }).

# $destination (string); $nsg (string)
why-azure-nsg-platform = { $nsg } does not apply to { $destination }: the platform is exempt unless a rule names its own tag.

# $place (string): subnet
why-azure-nsg-no-subnet-group = { $place } has no security group, so nothing is refused there.

# $place (string): node or host
why-azure-nsg-no-nic-group = The interface of { $place } has no security group, so nothing is refused there.

# $address (string): destination; $owner (string): node or host
why-azure-nic-in-own = { $address } is an address of the interface of { $owner }.

# $address (string): destination; $owner (string)
why-azure-nic-in-refused = Dropped at the interface of { $owner }: { $address } is not its address, and IP forwarding is off.

# $address (string): source; $owner (string)
why-azure-nic-out-own = The source { $address } is an address of the interface of { $owner }.
why-azure-nic-out-refused = Dropped at the interface of { $owner }: the source { $address } is not its own, and IP forwarding is off.

# $from (string): virtual network; $to (string): virtual network
why-azure-peering = { $from } and { $to } are peered in both directions.

# $source (string); $from (string); $to (string)
why-azure-peering-transit = { $source } comes through the gateway of { $from }, which { $to } uses.

# $source (string); $from (string); $peering (string): peering of the receiving side
why-azure-peering-forwarded = { $source } is not an address of { $from }; { $peering } allows forwarded traffic.
why-azure-peering-forwarded-refused = Dropped: { $source } is not an address of { $from }, and { $peering } does not allow forwarded traffic.

# $destination (string): frontend; $from (string): virtual network; $to (string): virtual network
why-azure-peering-basic-global = Dropped: { $destination } belongs to a Basic load balancer in { $to }, out of reach from the region of { $from }.

# $destination (string); $gateway (string); $connection (string); $onPremises (string): local network gateway
why-azure-gateway-out = { $gateway } sends { $destination } over { $connection }: it is in { $onPremises }.

# $destination (string); $gateway (string); $connection (string)
why-azure-gateway-in = { $gateway } announces the range of { $destination } over { $connection }.

# $destination (string); $vnet (string)
why-azure-gateway-absent = Dropped: { $vnet } has no gateway that could take { $destination }.

# $destination (string); $gateway (string)
why-azure-gateway-unknown = Dropped at { $gateway }: no connected network contains { $destination }.

# $destination (string); $gateway (string): an ExpressRoute gateway
why-azure-gateway-express-route = Dropped: { $gateway } is for ExpressRoute, and a route table leads to VPN gateways only; { $destination } goes nowhere.

# $destination (string); $onPremises (string)
why-azure-gateway-not-announced = Dropped in { $onPremises }: no gateway announces a range with { $destination }.

# $rule (string); $node (string); $backend (string): address and port; $tuple (number)
why-azure-lb-translated = { $rule } picks { $node } by a hash of { $tuple } fields and rewrites the destination to { $backend }.

# $loadBalancer (string); $protocol (string); $frontend (string): address and port
why-azure-lb-no-rule = Dropped: { $loadBalancer } has no rule for { $protocol } { $frontend }.

# $loadBalancer (string); $rule (string)
why-azure-lb-empty-pool = Dropped: { $rule } matches, but the backend pool of { $loadBalancer } is empty.

# $port (number); $unhealthy (string): names of nodes; $service (string)
why-azure-probe-local = { $service } has externalTrafficPolicy: Local, and { $unhealthy } has no ready endpoint: port { $port } says so.

# $port (number); $service (string)
why-azure-probe-no-endpoint = { $service } has no ready endpoint, so every node rejects the health probe on port { $port }.

# $port (number); $path (string); $status (number); $service (string)
why-azure-probe-status = { $service } answers { $status } to the health probe GET { $path } on port { $port }, and only 200 counts.

# $port (number); $unhealthy (string): names of nodes; $rule (string)
why-azure-probe-filtered = { $rule } drops the health probe from 168.63.129.16 to port { $port } of { $unhealthy }.

# $port (number); $unhealthy (string): names of nodes
why-azure-probe-node-not-ready = { $unhealthy } is not ready and does not answer the health probe on port { $port }.
why-azure-probe-closed = Nothing on { $unhealthy } listens on port { $port }, which the health probe asks.

# $loadBalancer (string); $what (string): what is missing
why-azure-probe-not-modelled = Stopped at { $loadBalancer }: kubehop does not model the { $what }, so it cannot say which nodes are healthy.

# $rule (string); $node (string); $first (number); $last (number); $before (string): source; $after (string): new source
why-azure-snat-rule = { $rule } rewrites { $before } to { $after }: the ports { $first } to { $last } belong to { $node }.

# $rule (string): the load balancer; $node (string); $first (number); $last (number); $before (string): source; $after (string): new source
why-azure-snat-basic = { $before } becomes { $after }, at random one of the frontends of the Basic { $rule } (ports { $first } to { $last }).

# $natGateway (string); $subnet (string); $before (string): source; $after (string): new source
why-azure-snat-nat-gateway = { $natGateway } of { $subnet } rewrites { $before } to { $after }.

# $natGateway (string); $source (string); $protocol (string)
why-azure-snat-nat-gateway-empty = Dropped: { $natGateway } has no public address for { $source }.
why-azure-snat-nat-gateway-icmp = Dropped: { $natGateway } translates TCP and UDP only, and { $source } sends { $protocol }.

# $owner (string); $before (string): source; $after (string): new source
why-azure-snat-instance = { $owner } has a public address of its own: { $before } becomes { $after }.

# $source (string); $rule (string); $loadBalancer (string); $protocol (string)
why-azure-snat-icmp = Dropped: { $rule } of { $loadBalancer } translates TCP and UDP only, and { $source } sends { $protocol }.
why-azure-snat-secondary = Dropped: { $source } is a secondary address, and { $rule } of { $loadBalancer } translates primary ones only.
why-azure-snat-exhausted = Dropped: the addresses of { $rule } of { $loadBalancer } have no ports left for { $source }.

# $source (string); $owner (string)
why-azure-snat-foreign = Dropped: { $source } is not an address of the interface of { $owner }, and Azure translates only those.
why-azure-snat-no-rule = Dropped: { $owner } is behind a Standard load balancer without outbound rule, so { $source } has no way out.
why-azure-snat-default-access = { $owner } leaves by default outbound access: the public address for { $source } cannot be predicted.

# $firewall (object); $rule (text): collection and rule; $priority (number): of the collection
why-azure-firewall-network = { $rule } ({ $priority }), a network rule of { $firewall }, lets it pass.
why-azure-firewall-application = { $rule } ({ $priority }), an application rule, lets it pass: { $firewall } opens the connection anew.
why-azure-firewall-nat-rule = { $rule } ({ $priority }), a DNAT rule of { $firewall }, lets it pass.
why-azure-firewall-denied = Dropped by { $rule } ({ $priority }) of { $firewall }.

# $firewall (object); $before (text): the packet
why-azure-firewall-default = Dropped by { $firewall }: no rule lets { $before } pass.

# $firewall (object); $before (text): the packet; $after (text): the packet
why-azure-firewall-dnat = { $firewall } turns { $before } into { $after }.
why-azure-firewall-snat = { $firewall } gives { $before } a public source: { $after }.
why-azure-firewall-snat-private = { $firewall } puts an address of its subnet into { $before }, so that the answer comes back to it: { $after }.
why-azure-firewall-session = { $firewall } knows the connection: { $before } becomes { $after }.

# $firewall (object); $packet (text)
why-azure-firewall-no-session = Dropped: { $firewall } never saw the request that { $packet } answers.

# $firewall (object); $destination (address)
why-azure-firewall-own = Nobody answers at { $destination }: it belongs to { $firewall }, and no DNAT rule leads on.

# $firewall (object); $source (address)
why-azure-firewall-no-address = Dropped: { $firewall } has no public source for { $source }.

# $destination (address); $prefix (text); $subnet (object); $object (object): the subnet with the endpoint
why-azure-route-endpoint = A service endpoint of { $subnet } has a route of its own for { $destination }.

# $account (object); $source (address)
why-azure-service-endpoint = The service endpoint leads to { $account }: nothing translates the private source { $source }, and the subnet is told along.
why-azure-storage-open = { $account } lets every network in, { $source } too.
why-azure-storage-subnet = { $account } lets { $source } in: a service endpoint tells its subnet, and a rule names that.
why-azure-storage-range = { $account } lets { $source } in: an address rule holds it.
why-azure-storage-region = Refused by { $account }: an address rule holds { $source }, but such rules do not count within the account’s region.
why-azure-storage-denied = Refused by { $account }: none of its network rules lets { $source } in.
why-azure-storage-closed = Refused by { $account }: its public endpoint is off for { $source }.

# $place (string): subnet or machine; $nsg (string)
why-azure-nsg-missing = Stopped: { $place } has { $nsg }, which no document describes, so nobody can say what it lets pass.
# $rule (string); $nsg (string)
why-azure-nsg-unread = Stopped: the rule { $rule } of { $nsg } cannot be read, and it may be the first that matches.
# $subnet (string); $table (string)
why-azure-route-table-missing = Stopped: { $subnet } has { $table }, which no document describes, so nobody can say what it routes.
# $route (string); $table (string); $destination (string)
why-azure-route-unread = Stopped: the route { $route } of { $table } cannot be read, and it may be the best match for { $destination }.
# $subnet (string); $natGateway (string)
why-azure-snat-nat-gateway-prefix = Stopped: { $natGateway } takes addresses of the public IP prefix { $prefix }, and kubehop does not know which ones those are.
why-azure-snat-nat-gateway-unknown = Stopped: { $natGateway } has { $publicIp }, which no document describes, so nobody can say which address it gives.
why-azure-snat-nat-gateway-missing = Stopped: { $subnet } has { $natGateway }, which no document describes, so nobody can say which address it gives.

# $rule (string); $priority (number); $nsg (string)
why-azure-nsg-outbound-block = Dropped by { $rule } ({ $priority }), which AKS put into { $nsg }: with outboundType block nothing leaves for the internet.
# $source (string); $owner (string); $cluster (string)
why-azure-snat-blocked = Dropped: { $cluster } has outboundType block, so { $source } of { $owner } has no way out.
why-azure-snat-none = Stopped: with outboundType none { $cluster } makes no way out, and not every network gives { $source } default outbound access.
# $source (string); $owner (string); $subnet (string)
why-azure-snat-private = Dropped: { $subnet } has defaultOutboundAccess false, and { $owner } has no other way out for { $source }.
# $owner (string); $subnet (string); $loadBalancer (string): one that somebody wrote
why-azure-snat-private-balancer = Stopped: { $subnet } has defaultOutboundAccess false, and kubehop does not know whether { $owner } leaves by { $loadBalancer }.
# $rule (string); $other (string): another rule; $priority (number); $nsg (string)
why-azure-nsg-contested = Stopped: { $rule } and { $other } of { $nsg } disagree with one priority ({ $priority }), which Azure refuses.
# $route (string); $other (string): another route; $prefix (text): prefix or service tag; $table (string); $destination (string)
why-azure-route-contested = Stopped: { $route } and { $other } of { $table } send { $prefix }, with { $destination }, to different hops, which Azure refuses.
# $destination (string); $peering (string); $range (string): range of the network; $other (string): range of the other one; $remote (string)
why-azure-peering-overlap = Stopped: Azure refuses { $peering }, which would lead to { $destination }: { $range } and { $other } of { $remote } overlap.
# $address (string); $subnet (string)
why-azure-subnet-unread = Stopped: the prefix of { $subnet } cannot be read, so nobody can say whether { $address } is in it.
