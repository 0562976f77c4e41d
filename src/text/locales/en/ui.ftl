### The page.

## Built-in scenarios
scenario-kubenet = Internet → web (kubenet)
scenario-azure-cni = Internet → web (Azure CNI)
scenario-cluster-ip = ClusterIP: inside the cluster
scenario-node-port = NodePort: a port on every node
scenario-load-balancer = LoadBalancer, policy Cluster
scenario-load-balancer-local = LoadBalancer, policy Local
scenario-internal-load-balancer = LoadBalancer, internal
scenario-ingress = Ingress: one address, several applications
scenario-app-gateway = Ingress by Application Gateway
scenario-http-routing = HTTP application routing
scenario-hub-firewall = Azure Firewall in a hub
scenario-external-name = ExternalName: an alias
scenario-headless = Headless: the pods themselves

## Top bar
top-menu = Scenarios and palette
top-view = View
view-diagram = Diagram
view-table = Table
view-matrix = Matrix
view-compare = Compare
share = Share
embed = Embed
language = Language
theme-system = Theme: follows the system
theme-light = Theme: light
theme-dark = Theme: dark
theme-name-system = Follows the system
theme-name-light = Light
theme-name-dark = Dark
undo = Undo
# $what (string): the edit
undo-what = Undo: { $what }
redo = Redo
# $what (string): the edit
redo-what = Redo: { $what }
untitled = Untitled
close = Close
reload = Reload

## Skip links
skip-canvas = To the diagram
skip-inspector = To the inspector
skip-timeline = To the timeline

## Left pane
left-pane = Scenarios, requests and palette
scenarios = Scenarios
requests = Requests
palette = Palette
palette-hint = or press A
palette-client = Client
palette-on-premises = On-premises
palette-virtual-machine = VM
palette-vnet = VNet
palette-subnet = Subnet
palette-peering = Peering
palette-vpn-gateway = VPN gateway
palette-route-table = Route table
palette-nsg = NSG
palette-public-ip = Public IP
palette-kubenet-cluster = kubenet
palette-azure-cni-cluster = Azure CNI
palette-node = Node
palette-deployment = Deployment
palette-pod = Pod
palette-service-cluster-ip = ClusterIP
palette-service-node-port = NodePort
palette-service-load-balancer = LoadBalancer
palette-service-internal-load-balancer = Internal LB
palette-namespace = Namespace
palette-flow = Request
palette-event = Event
files = Files
files-open = Open files…
files-paste = Paste YAML…
files-yaml = Download YAML
files-svg = Download picture (SVG)

## Request bar
request = Request
reply = Reply
request-edit = Edit
request-from = From
request-to = to
request-protocol = Protocol
request-port = Port
# $by (string): who picks
request-picks = { $by } picks
request-send = Send
# $detail (string): what is wrong
title-edited = { $title } (changed)
title-original = Back to the original
list-edited = changed

## Canvas
zoom = Zoom
zoom-in = Zoom in
zoom-out = Zoom out
strip-whole = Show the whole picture
strip-back = Show the path
zoom-fit = Fit, key 0
legend-decided = decided
legend-rewritten = rewritten
legend-derived = made by a controller

## Playback and timeline
playback = Playback
playback-play = Play
playback-pause = Pause
playback-previous = Previous step
playback-next = Next step
# $speed (string): such as 1×
playback-speed = Speed: { $speed }
hint-play = play
hint-step = step
timeline = Timeline
timeline-routes = routes
# $number (number), $count (number)
step-number = Step { $number } of { $count }

# $number (number), $count (number), $place (string), $stage (string), $what (string)
said-step = Step { $number } of { $count }. { $place }, { $stage }. { $what }.
# $number (number), $count (number), $place (string), $stage (string), $what (string), $changes (string)
said-rewrite = Step { $number } of { $count }. { $place }, { $stage }. { $what }: { $changes }.
# $verdict (string), $why (string): a sentence
said-verdict = { $verdict }. { $why }

## Steps
# $to (string): address and port
step-sent = Opens a connection to { $to }
# $query (string): a name; $address (string)
step-resolved = { $query } is { $address }
# $query (string): a name; $rcode (string): such as NXDOMAIN
step-unresolved = { $query }: { $rcode }
# $priority (number)
step-allowed = NSG allows, priority { $priority }
# $prefix (string), $hop (string): next hop
step-route = Route { $prefix } to { $hop }
# $interface (string)
step-interface = Forwards to { $interface }
step-rewritten-source = Source rewritten
step-rewritten-destination = Destination rewritten
step-known = Known connection, no rewrite here
step-undone-both = Undoes both rewrites
# $picked (string), $count (number)
step-picked = Picks { $picked } of { $count }
step-delivered = Delivered

## Inspector
inspector = Inspector
tab-trace = Trace
tab-object = Object
tab-yaml = YAML
tab-problems = Problems
# $steps (number), $rewrites (number)
summary-facts = { $steps } { $steps ->
    [one] step
   *[other] steps
}, { $rewrites } { $rewrites ->
    [one] rewrite
   *[other] rewrites
}
# $receiver (string), $source (string), $sender (string): addresses
summary-sees-other = { $receiver } answers, but it sees { $source } as the sender, not { $sender }.
# $receiver (string), $source (string): address
summary-sees-sender = { $receiver } answers, and it sees the sender { $source }.
branches = Possible walks
# $picks (string): names; $percent (string)
branch = { $picks } ({ $percent })
next-connection = Next connection
fact-note = note
fact-rule = rule
# $stage (string), $what (string)
passed-step = { $stage }: { $what }
# $by (string)
object-by = by { $by }
origin-written = written
# $from (string)
origin-derived = made from { $from }
# $kind (string), $scope (string): namespace or virtual network
kind-of = { $kind } of { $scope }
yaml-file = File

## Tables
table-number = Step
table-source = Source
table-destination = Destination
table-object = Object

## Dialogs
share-title = Share
embed-title = Embed
embed-theme = Theme
embed-open = Open in kubehop
paste-title = Paste YAML

## Kinds
kind-pod = Pod
kind-deployment = Deployment
kind-service = Service
kind-ingress = Ingress
kind-namespace = Namespace
kind-node = Node
kind-cluster = AKS cluster
kind-vnet = Virtual network
kind-subnet = Subnet
kind-peering = Peering
kind-routetable = Route table
kind-nsg = Network security group
kind-publicip = Public IP address
kind-loadbalancer = Load balancer
kind-gateway = VPN gateway
kind-localgateway = On-premises network
kind-flow = Request
kind-internet = Internet
kind-azuredns = Azure DNS

stage-iptables-PREROUTING = PREROUTING
stage-iptables-OUTPUT = OUTPUT
stage-iptables-INPUT = INPUT
stage-iptables-FORWARD = FORWARD
stage-iptables-POSTROUTING = POSTROUTING
stage-conntrack = conntrack
stage-azure-peering = peering
stage-azure-gateway = VPN gateway
stage-appgw-rule = rule
