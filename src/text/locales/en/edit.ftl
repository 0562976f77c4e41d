### Edits, as the tooltips of undo and redo name them.

## What the palette offers.

template-client = Client on the internet
template-on-premises = On-premises network
template-virtual-machine = Virtual machine
template-vnet = Virtual network
template-subnet = Subnet
template-peering = Peering
template-vpn-gateway = VPN gateway
template-route-table = Route table
template-nsg = Network security group
template-public-ip = Public IP address
template-kubenet-cluster = AKS cluster (kubenet)
template-azure-cni-cluster = AKS cluster (Azure CNI)
template-node = Node
template-deployment = Deployment
template-pod = Pod
template-service-cluster-ip = Service (ClusterIP)
template-service-node-port = Service (NodePort)
template-service-load-balancer = Service (LoadBalancer)
template-service-internal-load-balancer = Service (internal LoadBalancer)
template-namespace = Namespace
template-flow = Request
template-event = Event: a machine stops
