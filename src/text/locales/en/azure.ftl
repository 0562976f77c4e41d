### Azure: routes, security groups, load balancers, outbound translation, peering, gateways, NICs.

## Effective routes of a subnet.

# $destination (string): address; $prefix (string): range of the virtual network; $object (string): virtual network
why-azure-route-vnet = { $destination } is in { $prefix }, a range of { $object }, so it is delivered within the virtual network.

# $destination (string); $prefix (string): 0.0.0.0/0
why-azure-route-internet = No longer prefix than { $prefix } matches { $destination }: the system route sends it to the internet.

# $prefix (string): pod range; $hop (string): address of the node; $object (string): node; $table (string): route table
why-azure-route-node = { $prefix } holds the pods of { $object }; AKS keeps a route to { $hop } for it in { $table }.
## Security groups.

# $rule (string): name; $priority (number); $nsg (string): security group; $sourcePrefix (string): prefix that holds the source; $destinationPrefix (string): prefix that holds the destination
why-azure-nsg-virtual-network = { $rule } ({ $priority }) of { $nsg } allows it: { $sourcePrefix } and { $destinationPrefix } are in VirtualNetwork.

# $rule (string); $priority (number); $nsg (string); $service (string): Service
why-azure-nsg-service-allowed = Allowed by { $rule } ({ $priority }), which AKS put into { $nsg } for { $service }.
## Network interfaces.

# $address (string): destination; $owner (string)
why-azure-nic-in-forwarded = { $address } is not an address of { $owner }, but IP forwarding is on at its interface.

# $address (string): source; $owner (string)
why-azure-nic-out-forwarded = The source { $address } is not an address of { $owner }, but IP forwarding is on at its interface.
## Peerings and gateways.

## Load balancers and their probes.

# $rule (string); $node (string); $frontend (string): address and port; $tuple (number)
why-azure-lb-floating = { $rule } picks { $node } by a hash of { $tuple } fields; floating IP keeps the destination { $frontend }.

# $port (number); $healthy (string): names of nodes
why-azure-probe-healthy = Every node answers the health probe on port { $port }: { $healthy }.
## Translation of what leaves for the internet.

## Azure Firewall.

## Service endpoints and storage accounts.
