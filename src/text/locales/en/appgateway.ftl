### What an Application Gateway decides about a request.

# $gateway (object), $pool (text)
why-appgw-empty = { $gateway } answers 502: the pool { $pool } has no members.
# $gateway (object), $instance (text), $to (text), $pool (text)
why-appgw-fails = { $instance } of { $gateway } gets no answer from { $to }, a member of { $pool }.
# $gateway (object), $instance (text), $to (text), $pool (text)
why-appgw-forwards = { $instance } of { $gateway } connects to { $to }, a member of { $pool }, past kube-proxy and load balancers.
# $gateway (object), $instance (text), $to (text), $pool (text)
why-appgw-forwards-cookie = { $instance } of { $gateway } connects to { $to } of { $pool }; a cookie keeps the client's next requests there.
# $gateway (object), $status (number), $pool (text)
why-appgw-gateway-error = { $gateway } answers { $status }: the member of { $pool } that it asked has not answered.
# $gateway (object), $address (text), $instance (text)
why-appgw-instance = Azure gives connections to { $address } to any instance of { $gateway }: here { $instance }.
# $gateway (object), $listener (text), $host (text)
why-appgw-listener = { $listener } of { $gateway } is for the host { $host }.
# $gateway (object), $listener (text), $host (text)
why-appgw-listener-any = { $listener } of { $gateway } takes every host that no other names, such as { $host }.
# $gateway (object), $listener (text), $host (text), $certificate (text)
why-appgw-listener-tls = { $listener } of { $gateway } ends TLS for { $host } with the certificate { $certificate }.
# $gateway (object), $host (text)
why-appgw-no-host = { $gateway } answers 404: no listener on this port is for the host { $host }.
# $gateway (object), $protocol (text), $port (number)
why-appgw-no-listener = Dropped: { $gateway } has no listener for { $protocol } port { $port } of this address.
# $gateway (object), $listener (text), $port (number)
why-appgw-listener-unused = Dropped: { $gateway } has the listener { $listener } for port { $port }, but no rule of it names that listener, so nobody answers.
# $gateway (object), $rule (text)
why-appgw-no-target = { $gateway } answers 502: the rule { $rule } leads to no pool and settings that are there.
# $gateway (object), $pool (text)
why-appgw-none-healthy = { $gateway } answers 502: no member of { $pool } answers its probe.
# $gateway (object), $address (text)
why-appgw-not-a-frontend = Dropped: { $address } is an instance of { $gateway }, which takes requests only at its frontends.
# $gateway (object)
why-appgw-plain-on-tls = { $gateway } answers 400: a plain request came to a listener for TLS.
# $gateway (object), $member (text)
why-appgw-probe-not-ready = The probe of { $gateway } asks what the readiness probe asks, and { $member } is not ready.
why-appgw-probe-not-yet = No probe of { $gateway } has asked { $member } since it answers again.
# $gateway (object), $member (text), $place (object), $stage (text)
why-appgw-probe-lost = The probe of { $gateway } to { $member } is lost at { $place } ({ $stage }), so that counts as down.
# $gateway (object), $member (text), $status (number)
why-appgw-probe-status = { $member } answers the probe of { $gateway } with { $status }, which does not count as healthy.
# $pool (text), $path (text), $healthy (number), $unhealthy (number)
why-appgw-probed = Of the members of { $pool }, { $healthy } answer the probe { $path } and { $unhealthy } do not.
# $gateway (object), $redirect (text), $status (number), $location (text)
why-appgw-redirect = { $gateway } answers { $status } and sends the client to { $location }, by { $redirect }.
# $gateway (object), $rule (text)
why-appgw-rule-basic = { $rule } of { $gateway } sends all requests of this listener one way.
# $path (text), $map (text), $gateway (object)
why-appgw-rule-default = No path of { $map } at { $gateway } takes { $path }, so its default does.
# $path (text), $pattern (text), $rule (text), $gateway (object)
why-appgw-rule-path = { $path } fits { $pattern } of { $rule } at { $gateway }; characters count, not elements of the path.
# $gateway (object)
why-appgw-tls-on-plain = { $gateway } answers 400: TLS came to a listener for plain requests.
