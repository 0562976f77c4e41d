### The page, after a reader acted.

request-meant = Did you mean
file-no-object = nothing in it is a Kubernetes, Azure or kubehop object
request-bad-from = The sender cannot be read: { $detail }.
# $detail (string): what is wrong
request-bad-to = The destination cannot be read: { $detail }.
# $detail (string): what was typed
request-bad-port = `{ $detail }` is not a port: expected a number from 1 to 65535.
mode-from = Click the sender. Esc ends this.
mode-to = Click the destination. Esc ends this.
empty-title = Empty canvas
empty-text = Nothing here yet. Start from a scenario, paste the output of kubectl get -o yaml, or press A to add an object.
# $before (string), $after (string): address and port
step-becomes = { $before } becomes { $after }
step-no-nsg = No NSG here
# $priority (number)
step-firewall-allowed = Firewall allows: { $rule }
step-firewall-denied = Firewall denies: { $rule }
step-denied = NSG denies, priority { $priority }
step-policy-allowed = Network policy allows
step-policy-denied = Network policy denies
step-policy-not-enforced = Network policy is not asked
step-netfilter-drop = Dropped by the rules of the node
step-netfilter-reject = Rejected by the rules of the node
step-netfilter-pass = Passes the rules of the node
step-rewritten-both = Source and destination rewritten
step-remembered = Remembers the connection
step-undone-source = Undoes the rewrite: source
step-undone-destination = Undoes the rewrite: destination
# $healthy (number), $count (number)
step-probed = { $healthy } of { $count } answer the probe
step-translated = Nothing to translate
# $through (string)
step-forwarded = Passes { $through }
# $by (string)
step-refused = Refused by { $by }
# $what (string)
step-ends = Ends: { $what }
step-matched = Matches { $rule }
step-answered = Answered with { $status }
step-proxied = On to { $picked }
# $what (string)
step-not-modelled = Not modelled: { $what }
trace-none = No request has been sent. Name a sender and a destination above the diagram.
blockers-ask = What stands in the way?
# $count (number): refusals; $stuck (number): those that nothing lifts
blockers-all = { $count ->
    [one] One refusal, and one change that lifts it.
   *[other] { $count } refusals; the changes below lift them all.
}
blockers-some = { $count ->
    [one] One refusal, and no change of the scenario that lifts it.
   *[other] { $count } refusals; no change lifts { $stuck } of them.
}
blockers-none = Nothing stands in the way any more: the request is delivered.
blockers-unknown = Nothing refuses the request, and still it does not arrive.
# $stage (string)
blockers-query = { $stage }, query of the name
blockers-upstream = { $stage }, behind the proxy
blockers-reply = { $stage }, reply
# $number (number): of the refusal in the list
blockers-with = The change of number { $number } lifts this too.
blockers-apply = Apply
# $what (string): the change as a sentence
blockers-apply-it = Apply: { $what }
blockers-later = Can be applied once the changes before it are.
# $end (string): a receiver, or how it is lost
next-kept = The sender's next connection goes to { $end } as well: nothing is drawn again.
# $ends (string): receivers, each with its share
next-drawn = The sender's next connection is drawn anew: { $ends }.
next-unknown = Too many walks to tell.
fact-why = why
fact-also = also
fact-keeps = keeps
# $candidates (string): names
note-candidates = Candidates: { $candidates }
# $members (string): names
note-unhealthy = No answer from { $members }
# $server (string): address; $by (string): who; $rcode (string)
note-answered-outside = A resolver outside of the scenario answered { $rcode }
note-answered = { $server } was asked, { $by } answered { $rcode }
# $server (string): address; $rcode (string)
note-unanswered = { $server } was asked: { $rcode }
keeps-entry = A conntrack entry.
# $number (number)
keeps-used = Used in step { $number }
object-none = Select an object in the diagram, the table or a sentence.
# $object (string)
object-gone = { $object } does not exist any more.
object-assigned = Filled by controllers
object-yaml = Show YAML
object-send-from = Send from here
object-delete = Delete
# $by (string): a controller
made-by = Made by { $by } from
made-assumed = Assumed: nobody wrote it down, AKS would make it.
origin-assumed = assumed
problems-none = No problems.
# $found (string), $expected (string)
problem-found = Found { $found }, expected { $expected }
# A button that sends the request whose walk shows a problem.
problem-walk = Show the walk
yaml-loading = Loading the editor.
yaml-stale = last good picture
# $reason (string)
yaml-failed = The editor could not be loaded ({ $reason }); this plain field works in its place.
table-walk = The walk
table-where = Where
table-what = What decides
table-objects = Objects
table-kind = Kind
table-address = Address
table-origin = Origin
share-hint = The link holds the whole scenario and the request. Nothing is stored anywhere else.
share-link = Link
# $length (number): characters
share-length = { $length } characters
share-long = Messengers and mail programs may cut a link of this length: send the downloaded file in its place.
copy = Copy
copied = Copied
copy-failed = The browser refused; select the text and copy it
embed-hint = Put this into your page. It shows the diagram, the timeline and the verdict, and stores nothing.
embed-code = HTML
paste-hint = Output of kubectl get -o yaml, az … -o json, or your own manifests
paste-open = Open in place of what is shown
paste-add = Add to what is shown
paste-try = What if I apply it?
find-title = Find
find-hint = A name or an address
add-title = Add an object
add-hint = Type to filter, Enter takes the first
keys-title = Keys
keys-single = Single keys act while no field has the focus
keys-play = play, pause
keys-step = previous, next step
keys-place = previous, next place
keys-ends = first step, verdict
keys-send = send the request
keys-undo = undo, redo
keys-add = add an object
keys-connect = connect from the selection
keys-fire = click sender, then destination
keys-delete = delete the selection
keys-find = find a node, pod or address
keys-arrows = nearest object in that direction
keys-move = move the selection by 8 px
keys-enter = open in the inspector, back out
keys-zoom = zoom, fit, fit the path
keys-table = table, diagram
keys-matrix = who may talk to whom
keys-compare = compare two variants, diagram
keys-plan = addresses, and what still fits
keys-region = next region
keys-help = all keys
note-linked = You are looking at a link. Your own work is untouched.
# $second (number): of the clock
note-linked-still = You are looking at a link. It names second { $second }, but nothing happens in this scenario: it is shown as it is written.
# $word (string): what the link calls a side
note-linked-side = You are looking at a link. It compares with “{ $word }”, which this version does not have: that side is the scenario as it is.
note-replaced = Your former work is kept.
note-restored = The page ended unexpectedly last time. Your work is back.
# $reason (string): a sentence
note-bad-link = The link cannot be opened. { $reason }
# $reason (string): a sentence
note-newer-link = This link is newer than this page. { $reason }
# $reason (string): what the browser says
note-not-saved = The browser did not save your work: { $reason }. Download it to keep it.
# $reason (string)
note-bad-file = A file could not be read: { $reason }
# $out, $all (numbers): files
note-left-out = { $out } of { $all } files were left out: only *.yaml, *.yml and *.json are manifests.
note-keep = Keep as mine
note-back = Back to my work
note-close = Close this message
kind-imds = IMDS
kind-replicaset = ReplicaSet
kind-statefulset = StatefulSet
kind-daemonset = DaemonSet
kind-job = Job
kind-endpoints = Endpoints
kind-endpointslice = EndpointSlice
kind-ingressclass = IngressClass
kind-issuer = Issuer
kind-clusterissuer = ClusterIssuer
kind-networkpolicy = NetworkPolicy
kind-configmap = ConfigMap
kind-secret = Secret
kind-kubeproxyconfiguration = KubeProxyConfiguration
kind-appgateway = Application Gateway
kind-connection = Connection
kind-firewall = Azure Firewall
kind-firewallpolicy = Firewall policy
kind-natgateway = NAT gateway
kind-privatednszone = Private DNS zone
kind-dnszone = DNS zone
kind-privateendpoint = Private endpoint
kind-networkinterface = Network interface
kind-storage = Storage account
kind-host = Host
kind-lesson = Lesson
kind-layout = Layout
kind-settings = Settings
kind-unknown = Not simulated
# Stages, as a reader calls them; a chain has its own name.
stage-dns-search = DNS search list
stage-dns-service = DNS of Services
stage-dns-forward = DNS forwarding
stage-dns-zone = DNS zone
stage-policy-egress = network policy, out
stage-policy-ingress = network policy, in
stage-pod-route = routes of the pod
stage-bridge = bridge cbr0
stage-veth = veth pair
stage-node-route = routes of the node
stage-azure-nic = network interface
stage-azure-nsg-out-nic = NSG of the interface, out
stage-azure-nsg-out-subnet = NSG of the subnet, out
stage-azure-nsg-in-subnet = NSG of the subnet, in
stage-azure-nsg-in-nic = NSG of the interface, in
stage-azure-route = effective routes
stage-azure-serviceendpoint = service endpoint
stage-azure-privateendpoint = private endpoint
stage-azure-lb-rule = load balancing rule
stage-azure-lb-probe = health probe
stage-azure-lb-outbound = outbound rule
stage-azure-natgateway = NAT gateway
stage-azure-publicip = public IP address
stage-azure-firewall = Azure Firewall
stage-appgw-listener = listener
stage-appgw-pool = backend pool
stage-ingress-host = Ingress host
stage-ingress-path = Ingress path
stage-ingress-tls = Ingress TLS
stage-host-forward = sending
stage-host-listen = listening process
stage-storage-acl = storage firewall
matrix-title = Who may talk to whom

snat-title = SNAT ports
# $count (number): nodes that are not listed
snat-more = { $count ->
    [one] and one more node
   *[other] and { $count } more nodes
}
