### Name resolution.

# $name (string): the full name; $servers (string): addresses of DNS servers
why-dns-forward = CoreDNS asks { $servers } for { $name }, because the name is not one of the cluster.
# $name (string): the full name
why-dns-outside = CoreDNS asks the next server for { $name }, because the name is not one of the cluster.
# $host (object): a DNS server; $name (string): the full name
why-dns-host-forwards = { $host } asks Azure DNS of its own virtual network for { $name }.
# $name (string): the full name; $servers (string): addresses of DNS servers
why-dns-forward-custom = CoreDNS asks { $servers } for { $name }, as its own configuration says.
# $what (string): a plugin, or a text that CoreDNS does not load
why-dns-custom = Stopped at CoreDNS: kubehop does not model { $what }, which may change this answer.
# $name (string): the full name; $made (string): the name that is looked up
why-dns-rewrite = CoreDNS rewrites { $name } and looks up { $made } instead.
# $name (string): the full name
why-dns-hosts = CoreDNS has an entry for { $name } in its own list of hosts.
# $name (string): the full name; $code (string): SERVFAIL or REFUSED
why-dns-failed = CoreDNS answers { $code }: nothing in its configuration has an answer for { $name }.
# $pod (object): a pod; $address (string): its address
why-dns-pod-verified = CoreDNS reads { $address } out of the name, and { $pod } has this address (pods verified).
# $name (string): the full name
why-dns-junk-suffix = CoreDNS refuses { $name } at once: AKS filters names that only a search list can make.
# $address (string): an address
why-dns-reverse = CoreDNS knows who has { $address } in the cluster.
# $name (string): the full name
why-dns-zone-itself = CoreDNS answers for { $name } itself.
# $address (string): an address
why-dns-pod-name = CoreDNS reads { $address } out of the name, without looking whether a pod has it (pods insecure).
# $service (object): a Service; $target (string): a name
why-dns-external-name = { $service } is an ExternalName: an alias of { $target }, without an address of its own.
# $name (string): the full name
why-dns-alias-loop = { $name } is an alias that leads nowhere: the chain of aliases is too long or comes back to itself.
# $service (object): a headless Service; $count (number): records
why-dns-headless = { $service } is headless, so the answer is its ready endpoints: { $count }.
# $service (object): a Service; $endpoint (string): label of the endpoint
why-dns-endpoint = { $service } has a ready endpoint that is called { $endpoint }.
# $service (object): a Service; $address (string): its cluster addresses
why-dns-cluster-ip = { $service } has the cluster IP { $address }.
# $service (object): a headless Service
why-dns-no-ready-endpoint = No address: { $service } is headless and has no ready endpoint.
# $name (string): the full name; $service (object): a Service
why-dns-no-record = { $name } does not exist: { $service } has no such port or endpoint.
# $name (string): the full name; $service (string): name; $namespace (string): name
why-dns-no-service = { $name } does not exist: there is no Service { $service } in the namespace { $namespace }.
# $name (string): the full name; $namespace (string): name
why-dns-no-namespace = { $name } does not exist: there is no namespace { $namespace }.
# $name (string): the full name
why-dns-no-such-name = { $name } does not exist.
# $name (string): the full name
why-dns-no-data = { $name } exists, but has no record of this type.
# $zone (object): a DNS zone; $record (string): name of the record set
why-dns-zone = Zone { $zone } has the record { $record }.
# $zone (object): a DNS zone; $name (string): the full name
why-dns-zone-no-record = { $name } does not exist: zone { $zone } has no record for it.
# $zone (object): a private DNS zone
why-dns-zone-not-linked = Private zone { $zone } holds the name, but is not linked to the virtual network that asks.
# $machine (object): a host or node; $vnet (object): a virtual network
why-dns-machine = { $machine } is a machine of { $vnet }, and Azure DNS knows its name there.
# $name (string): the full name; $vnet (object): a virtual network
why-dns-no-machine = { $name } does not exist: no machine of { $vnet } has this name.
# $publicip (object): a public IP address
why-dns-public-label = { $publicip } has this name as its domain name label.
# $name (string): the full name
why-dns-unknown-name = { $name } is not known: no document of the scenario has it. Add a dnsZones document to define it.

# $account (object)
why-dns-storage = The name is one of { $account }; a service endpoint leaves its address public.
