### Private endpoints, and the names that lead to them.

# $destination (address); $prefix (text); $subnet (object); $object (object): the private endpoint
why-azure-route-private = { $object } has a /32 route of its own in { $subnet } for { $destination }.
# $endpoint (object); $source (address); $target (object)
why-azure-endpoint = { $endpoint } leads to { $target }: nothing translates the source { $source }.
# $endpoint (object); $source (address); $target (text); $state (text): Pending, Rejected or Disconnected
why-azure-endpoint-state = Refused by { $endpoint }: its connection to { $target } is { $state }, so { $source } gets no answer.
# $endpoint (object); $source (address)
why-azure-endpoint-nothing = Refused by { $endpoint }: it connects to no resource, so { $source } gets no answer.
# $endpoint (object); $source (address)
why-azure-endpoint-icmp = Dropped by { $endpoint }: a private endpoint takes TCP and UDP only, not the ping of { $source }.
# $endpoint (object); $destination (address)
why-azure-endpoint-answers = { $endpoint } answers to { $destination } by system routes; route tables do not count for it.
# $account (object); $endpoint (object); $source (address)
why-azure-storage-private = { $account } lets { $source } in by { $endpoint }: its network rules are for its public address only.
# $destination (address)
why-walk-platform-outside = Dropped: { $destination } exists only for machines of a virtual network in Azure.

# $endpoint (object); $alias (text)
why-dns-private-alias = { $endpoint } makes the name an alias of { $alias }.
# $name (text); $account (object)
why-dns-private-public = No private zone here answers for { $name }, so it leads to the public address of { $account }.
# $zone (object); $name (text)
why-dns-private-missing = { $name } does not exist: { $zone } is linked and lacks it, and then nobody asks for the public address.
# $zone (object); $name (text)
why-dns-redirect = { $zone } lacks { $name }; its link has NxDomainRedirect, so the public name is asked.
# $zone (object); $machine (object)
why-dns-registered = { $zone } has a record for { $machine }: a link registers the machines of its virtual network.
# $name (text); $vnet (object)
why-dns-other-vnet = { $name } is a name of { $vnet }: Azure tells it only to machines of that network, not across peerings.
# $host (object); $name (text); $zone (text); $servers (text)
why-dns-host-conditional = { $host } asks { $servers } for { $name }: its conditional forwarder for { $zone } says so.
