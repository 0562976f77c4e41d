### What an NGINX ingress controller decides about a request.

# $controller (object), $host (text), $path (text)
why-ingress-health = { $controller } answers 200: { $path } is its own, for health probes.
why-ingress-404 = { $controller } answers 404: no rule takes { $host }{ $path }, and there is no default backend.
# $controller (object), $host (text)
why-ingress-any-host = No Ingress names the host { $host }, so the rules without a host hold.
# $controller (object), $path (text)
why-ingress-bad-path = { $controller } answers 400: { $path } leads above the root, or holds an escape that is none.
# $controller (object), $host (text), $ingress (object)
why-ingress-certificate-unnamed = { $controller } ends TLS for { $host } with its default certificate: tls of { $ingress } names no Secret.
# $controller (object)
why-ingress-circle = Dropped: the request came back to an ingress controller again and again.
# $controller (object), $host (text)
why-ingress-default-certificate = { $controller } ends TLS with its default certificate: no Ingress lists { $host } under tls.
# $controller (object), $to (text), $service (object)
why-ingress-fails = { $controller } gets no answer from { $to }, an endpoint of { $service }.
# $controller (object), $to (text), $service (object), $source (text): X-Forwarded-For
why-ingress-forwards = { $controller } connects to { $to }, an endpoint of { $service }, with X-Forwarded-For { $source }.
# $controller (object), $service (object), $status (number)
why-ingress-gateway-error = { $controller } answers { $status }: no endpoint of { $service } that it tried has answered.
# $controller (object), $host (text), $rule (text)
why-ingress-host = The host { $host } matches { $rule }; only the paths of that host count from here on.
# $port (text), $service (object)
why-ingress-no-endpoints = Answered 503: { $service } has no ready pod for its port { $port }.
# $controller (object), $host (text)
why-ingress-no-host = No Ingress names the host { $host }, and no rule holds for every host.
# $path (text), $host (text)
why-ingress-no-path = No path of the rules for { $host } matches { $path }, so the default backend of the controller takes it.
# $port (text), $service (object)
why-ingress-no-port = Answered 503: { $service } has no port { $port }, so the controller knows no endpoint of it.
# $controller (object), $host (text), $secret (object)
why-ingress-no-secret = { $controller } ends TLS for { $host } with its default certificate, because { $secret } is not there.
# $controller (object), $host (text), $secret (object)
why-ingress-not-issued = { $controller } ends TLS for { $host } with its default certificate: cert-manager could not issue { $secret }.
# $port (text), $service (object)
why-ingress-no-service = Answered 503: { $service } is not there, so nothing listens for its port { $port }.
# $controller (object), $to (text), $service (object)
why-ingress-passes-on = { $controller } connects to { $to }, an endpoint of { $service }, and copies bytes that it cannot read.
# $controller (object), $host (text)
why-ingress-passthrough = { $controller } passes TLS for { $host } on unread, by the server name; so it can write no header.
# $path (text), $rule (text), $ingress (object)
why-ingress-path = { $path } matches { $rule } of { $ingress } best.
# $controller (object)
why-ingress-plain-on-tls = { $controller } answers 400: a plain request came to its port for TLS.
# $controller (object), $location (text), $status (number)
why-ingress-redirect = { $controller } answers { $status } and sends the client to { $location }; ssl-redirect says so.
# $controller (object)
why-ingress-reset = Rejected: { $controller } closes the connection, because it could not open the one behind it.
# $path (text), $rule (text), $ingress (object)
why-ingress-rest = No path matches { $path }, so the { $rule } of { $ingress } takes it.
# $source (text), $rule (text)
why-ingress-source = Answered 403: { $source } may not ask, by { $rule }.
# $controller (object), $host (text), $secret (object)
why-ingress-terminated = { $controller } ends TLS for { $host } with the certificate in { $secret }, and reads the request.
# $controller (object)
why-ingress-tls-on-plain = { $controller } answers 400: TLS came to its port for plain requests.
