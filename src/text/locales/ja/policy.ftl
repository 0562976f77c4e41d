### ネットワークポリシー。

why-policy-ingress-admitted = { $pod } は { $peer } からの { $port } を受け入れます。{ $object } の { $field } が許可します。
why-policy-ingress-admitted-several = { $pod } は { $peer } からの { $port } を受け入れます。{ $rules } がそれぞれ許可します。
why-policy-egress-admitted = { $pod } は { $peer } の { $port } に接続できます。{ $object } の { $field } が許可します。
why-policy-egress-admitted-several = { $pod } は { $peer } の { $port } に接続できます。{ $rules } がそれぞれ許可します。
why-policy-ingress-denied = { $pod } の受信は { $policies } で隔離され、{ $peer } からの { $port } を許可する規則がありません。
why-policy-egress-denied = { $pod } の送信は { $policies } で隔離され、{ $peer } の { $port } を許可する規則がありません。
why-policy-cilium-block = { $pod } は { $policies } で隔離。cilium の ipBlock は内側の { $peer }({ $port })に無効です。
why-policy-not-enforced = ポリシーのエンジンがなく、{ $pod } の { $policies } は { $peer } の { $port } に効きません。
why-policy-own-pod = ノードは自分のポッドに常に届きます。{ $pod } の { $policies } は { $peer } の { $port } を拒否するはずです。
why-policy-own-node = azure は自ノード宛を見ません。{ $pod } の { $policies } は { $peer } の { $port } を拒否するはずです。
why-policy-from-node = azure はノード { $peer } の { $port } を通します(諸説あり)。{ $pod } の { $policies } なら拒否です。
why-policy-marked = kube-proxy の印で azure の前を通過。{ $pod } の { $policies } は { $peer }、{ $port } を拒否。
