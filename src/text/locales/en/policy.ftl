### Network policies.

# $pod (object), $peer (object or string): the other end, $port (string): protocol and port, $field (link), $object (object): the policy
why-policy-ingress-admitted = { $pod } lets { $peer } in on { $port }: { $field } of the policy { $object } admits it.
# $pod (object), $peer (object or string), $port (string), $rules (string): policies with their fields
why-policy-ingress-admitted-several = { $pod } lets { $peer } in on { $port }: each of { $rules } admits it.
# $pod (object), $peer (object or string), $port (string), $field (link), $object (object): the policy
why-policy-egress-admitted = { $pod } may open a connection to { $peer } on { $port }: { $field } of the policy { $object } admits it.
# $pod (object), $peer (object or string), $port (string), $rules (string): policies with their fields
why-policy-egress-admitted-several = { $pod } may open a connection to { $peer } on { $port }: each of { $rules } admits it.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-ingress-denied = { $pod } is isolated for ingress by { $policies }, and no rule there admits { $peer } on { $port }.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-egress-denied = { $pod } is isolated for egress by { $policies }, and no rule there admits { $peer } on { $port }.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-cilium-block = { $pod } is isolated by { $policies }; cilium keeps ipBlock to addresses outside the cluster, and { $peer } ({ $port }) is in it.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-not-enforced = The cluster has no network policy engine: nobody enforces { $policies } of { $pod } against { $peer } on { $port }.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-own-pod = A node always reaches its own pods: { $peer } gets to { $pod } on { $port } although { $policies } would refuse it.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-own-node = The engine azure does not see packets to a pod's own node: { $policies } of { $pod } would refuse { $peer } on { $port }.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-from-node = The engine azure lets node addresses such as { $peer } pass; sources disagree. { $policies } of { $pod } would refuse { $port }.
# $pod (object), $peer (object or string), $port (string), $policies (string): names
why-policy-marked = kube-proxy accepts packets to masquerade before the engine azure: { $policies } of { $pod } would refuse { $peer } on { $port }.
