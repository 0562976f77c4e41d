### What the first picture does not say.

# Regions.
scene-region-unplaced = Not placed

# $number (number): of the step, $place (object): where, $stage (string): what decides
scene-headless = headless
scene-not-simulated = not simulated
scene-not-ready = not ready
scene-terminating = terminating

# Kinds of objects, as assistive technology says them before the name.
scene-kind-replicaset = ReplicaSet
scene-kind-statefulset = StatefulSet
scene-kind-daemonset = DaemonSet
scene-kind-job = Job
scene-kind-endpoints = Endpoints
scene-kind-imds = IMDS
scene-kind-endpointslice = EndpointSlice
scene-kind-ingressclass = IngressClass
scene-kind-issuer = Issuer
scene-kind-clusterissuer = ClusterIssuer
scene-kind-networkpolicy = NetworkPolicy
scene-kind-configmap = ConfigMap
scene-kind-secret = Secret
scene-kind-kubeproxyconfiguration = kube-proxy configuration
scene-kind-appgateway = Application Gateway
scene-kind-firewall = Firewall
scene-kind-firewallpolicy = Firewall policy
scene-kind-natgateway = NAT gateway
scene-kind-privatednszone = Private DNS zone
scene-kind-dnszone = DNS zone
scene-kind-privateendpoint = Private endpoint
scene-kind-networkinterface = Network interface
scene-kind-storage = Storage account
scene-kind-lesson = Lesson
scene-kind-layout = Layout
scene-kind-settings = Settings
# $subnet (object), $services (string): such as Microsoft.Storage
scene-service-endpoints = Service endpoints of { $subnet }: { $services }
