### NGINX イングレスコントローラーがリクエストについて決めること。

why-ingress-404 = { $controller } は 404 を返す。{ $host }{ $path } に合うルールも既定のバックエンドもない。
why-ingress-any-host = ホスト { $host } を指定した Ingress はないため、ホストなしのルールが適用される。
why-ingress-bad-path = { $controller } は 400 を返す。{ $path } はルートより上を指すか、% の書き方が正しくない。
why-ingress-certificate-unnamed = { $ingress } の tls に Secret の名前がないため、{ $controller } は { $host } の TLS を既定の証明書で終端する。
why-ingress-circle = 破棄: リクエストがイングレスコントローラーに何度も戻ってきた。
why-ingress-default-certificate = { $controller } は既定の証明書で TLS を終端する。tls に { $host } がない。
why-ingress-fails = { $controller } は { $service } の { $to } から応答を得られない。
why-ingress-forwards = { $controller } は { $service } の { $to } に接続し、X-Forwarded-For を { $source } にする。
why-ingress-gateway-error = { $controller } は { $status } を返す。試した { $service } の宛先が応答しない。
why-ingress-host = ホスト { $host } は { $rule } に一致する。以降はこのホストのパスだけを見る。
why-ingress-no-endpoints = 503 を返す。{ $service } のポート { $port } に準備できた Pod がない。
why-ingress-no-host = ホスト { $host } を指定した Ingress も、全ホスト向けのルールもない。
why-ingress-no-path = { $host } のルールに { $path } と一致するパスがなく、既定のバックエンドが受ける。
why-ingress-no-port = 503 を返す。{ $service } にポート { $port } がなく、宛先が分からない。
why-ingress-no-secret = { $secret } がないため、{ $controller } は { $host } の TLS を既定の証明書で終端する。
why-ingress-no-service = 503 を返す。{ $service } がなく、ポート { $port } を受けるものがない。
why-ingress-passes-on = { $controller } は { $service } の { $to } に接続し、中身を読まずに中継する。
why-ingress-passthrough = { $controller } は { $host } の TLS を読まずに通すため、ヘッダーを書けない。
why-ingress-path = { $path } は { $ingress } の { $rule } に最もよく一致する。
why-ingress-plain-on-tls = { $controller } は 400 を返す。TLS 用ポートに平文のリクエストが来た。
why-ingress-redirect = { $controller } は { $status } を返し、{ $location } へ誘導する (ssl-redirect)。
why-ingress-reset = 拒否: 背後に接続できないため、{ $controller } は接続を閉じる。
why-ingress-rest = { $path } に一致するパスがないため、{ $ingress } の { $rule } が受ける。
why-ingress-source = 403 を返す。{ $rule } により { $source } は許可されない。
why-ingress-terminated = { $controller } は { $secret } の証明書で { $host } の TLS を終端し、リクエストを読む。
why-ingress-tls-on-plain = { $controller } は 400 を返す。平文用ポートに TLS が来た。
