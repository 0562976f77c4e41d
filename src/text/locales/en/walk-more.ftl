### What the first picture does not say.

# $what (text): the missing thing
why-limit-not-modelled = Stopped: kubehop does not model { $what }, so it cannot say what happens next.
# $problem (text): such as `pod/default/web does not exist`
why-limit-impossible = Stopped: { $problem }.

# $sender (object), $destination (text), $through (text): the first network
why-walk-answers = { $sender } answers to { $destination }.

# $node (object)
why-walk-conntrack-destination = { $node } knows the connection and gives the packet back its own destination.
why-walk-conntrack-source = { $node } knows the connection and answers with the address that the client called.

# $destination (text)
why-walk-internet-nobody = Dropped: nothing in Azure listens at { $destination }, no rule of a load balancer uses it.
why-walk-internet-private = Dropped: { $destination } is a private address, and the internet has no route to it.
why-walk-loop = Dropped: the packet to { $destination } came back to the same place with the same headers.

# $target (object)
why-walk-no-address = { $target } has no address that the sender could use.

# $destination (text)
why-walk-no-route = Dropped: no route leads to { $destination }.

# $destination (text), $node (object)
why-walk-node-local = { $destination } is an address of { $node }, so the packet is for the node itself.

# $destination (text), $node (object), $route (text)
why-walk-node-nobody = Dropped on { $node }: the route { $route } leads to a network in which nobody has { $destination }.

# $destination (text)
why-walk-nobody = Dropped: nobody has the address { $destination }.

# $pod (object)
why-walk-pod-pending = Stopped: { $pod } is on no node, so it has no network.
why-walk-pod-over = Stopped: { $pod } has ended, so it has no network any more.

# $pod (object), $destination (text), $route (text)
why-walk-pod-sends = { $pod } opens a connection to { $destination }; its only way out is { $route }.
why-walk-pod-sends-on-link = { $pod } opens a connection to { $destination }, which is on its own link: { $route }.

# $receiver (object), $protocol (text), $port (number)
why-walk-port-closed = Rejected: nobody on { $receiver } listens on { $protocol } { $port }, so it answers with a refusal.

# $receiver (object), $source (text)
why-walk-reply-unknown = Dropped: { $receiver } gets an answer from { $source }, but it has no such connection.

# $destination (text)
why-walk-ttl = Dropped: the packet to { $destination } was passed on so often that its TTL reached 0.

# $interface (text), $node (object)
why-walk-veth-in = The packet comes out of the pod at { $interface } of { $node }; each pod has a routed pair of its own.

# $interface (text), $pod (object)
why-walk-veth-out = The host route for { $pod } leads into { $interface }, its own pair of interfaces.

# $host (object), $destination (text)
why-walk-host-forwards = { $host } forwards the packet for { $destination }, because its IP forwarding is on.

# $host (object), $packet (text)
why-walk-host-no-session = Dropped: { $host } forwards statefully and never saw the request that { $packet } answers.

# $node (object)
why-walk-ports-exhausted = Dropped on { $node }: no source port is left that would make the translated connection unique.

# $place (object), $before (text), $after (text)
why-walk-azure-undoes = { $place } knows the connection and undoes its translation.

# $machine (object), $before (text), $after (text)
why-walk-public-ip = { $before } is the public address of { $machine }, so Azure sends the packet to { $after }.

# $sender (object), $name (text), $server (text): an address, $place (object): where the query was lost
why-walk-query-lost = { $sender } got no answer about { $name } from { $server }: the packet was lost at { $place }.

# The same, $place (object): where the query cannot be followed further, $what (text): the thing that is not modelled
why-walk-query-not-modelled = { $sender } asks { $server } about { $name }: kubehop does not model { $what }, so what happens at { $place } is open.

# $sender (object), $server (text): an address, $percent (number): 1 to 100, $what (text): the thing that is not modelled
why-walk-query-partly = { $percent } % of the queries to { $server } meet { $what }, which is not modelled; { $sender } is taken to be answered on another way.

# $sender (object), $server (text): an address, $percent (number): 1 to 100
why-walk-query-repeated = { $percent } % of the queries to { $server } get no answer; { $sender } asks again, and is taken to get one.

# $sender (object), $name (text), $server (text), $first (text): the first full name, $count (number): how many
why-walk-search = { $sender } looks up { $name } at { $server } and tries { $first } first ({ $count ->
    [one] 1 name
   *[other] { $count } names
 } at most).

# $machine (object)
why-walk-public-ip-closed = Dropped: the public address of { $machine } is of the Standard SKU, which lets nothing in until an NSG allows it.

# $sender (object)
why-walk-no-resolver = { $sender } has no DNS server to ask. Name one in its dnsConfig, or choose another dnsPolicy.

# $sender (object), $name (text): what was asked, $other (text): what the records are about
why-walk-other-name = { $sender } ignores the records: they are about { $other }, not { $name }. Add `answer auto` to the rewrite.

# $sender (object), $name (text), $server (text): an address, $place (object): who got the query
why-walk-no-dns-server = { $sender } got no answer about { $name } from { $server }: { $place } is no DNS server (dnsServer: true makes it one).

# $server (object), $name (text)
why-walk-dns-loop = { $server } was asked for { $name } while it waited for the answer: its forwarding comes back to itself.

# $source (string); $owner (string): machine; $primary (string): its primary address
why-walk-metadata-source = Dropped: the metadata service answers only { $primary }, the primary address of { $owner }, not { $source }.
