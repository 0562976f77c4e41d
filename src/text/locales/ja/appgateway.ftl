### Application Gateway がリクエストについて決めること。

why-appgw-empty = { $gateway } は 502 を返す。プール { $pool } にメンバーがない。
why-appgw-fails = { $gateway } の { $instance } は { $pool } の { $to } から応答を得られない。
why-appgw-forwards = { $gateway } の { $instance } が { $pool } の { $to } に直接つなぐ。kube-proxy は通らない。
why-appgw-forwards-cookie = { $gateway } の { $instance } が { $pool } の { $to } につなぎ、以後も Cookie で固定する。
why-appgw-gateway-error = { $gateway } は { $status } を返す。選んだ { $pool } のメンバーが応答しない。
why-appgw-instance = { $address } への接続は { $gateway } のどれかのインスタンスに渡る。ここでは { $instance }。
why-appgw-listener = { $gateway } の { $listener } がホスト { $host } を受ける。
why-appgw-listener-any = { $gateway } の { $listener } は、ほかに指定のないホストを受ける。{ $host } もその 1 つ。
why-appgw-listener-tls = { $gateway } の { $listener } が証明書 { $certificate } で { $host } の TLS を終端する。
why-appgw-no-host = { $gateway } は 404 を返す。このポートに { $host } 向けのリスナーがない。
why-appgw-no-listener = 破棄: { $gateway } のこのアドレスに { $protocol } ポート { $port } のリスナーがない。
why-appgw-listener-unused = 破棄: { $gateway } にポート { $port } のリスナー { $listener } はあるが、それを指す規則がなく、だれも応答しない。
why-appgw-no-target = { $gateway } は 502 を返す。ルール { $rule } の送り先のプールか設定がない。
why-appgw-none-healthy = { $gateway } は 502 を返す。{ $pool } にプローブに応えるメンバーがない。
why-appgw-not-a-frontend = 破棄: { $address } は { $gateway } のインスタンスで、フロントエンドではない。
why-appgw-plain-on-tls = { $gateway } は 400 を返す。TLS 用リスナーに平文のリクエストが来た。
why-appgw-probe-not-ready = { $gateway } のプローブは readiness と同じことを尋ね、{ $member } は準備ができていない。
why-appgw-probe-not-yet = { $member } は再び応答しますが、{ $gateway } のプローブはまだ確かめていません。
why-appgw-probe-lost = { $gateway } から { $member } へのプローブは { $place } ({ $stage }) で失われ、異常とみなされる。
why-appgw-probe-status = { $member } は { $gateway } のプローブに { $status } を返し、正常とみなされない。
why-appgw-probed = { $pool } のメンバーのうち、プローブ { $path } に応えるのは { $healthy }、応えないのは { $unhealthy }。
why-appgw-redirect = { $gateway } は { $redirect } により { $status } を返し、{ $location } へ誘導する。
why-appgw-rule-basic = { $gateway } の { $rule } は、このリスナーの全リクエストを同じ先に送る。
why-appgw-rule-default = { $gateway } の { $map } に { $path } と合うパスがなく、既定の送り先が受ける。
why-appgw-rule-path = { $path } は { $gateway } の { $rule } の { $pattern } に合う。要素ではなく文字で比べる。
why-appgw-tls-on-plain = { $gateway } は 400 を返す。平文用リスナーに TLS が来た。
