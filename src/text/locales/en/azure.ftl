### Azure: routes, security groups, load balancers, outbound translation, peering, gateways, NICs.
