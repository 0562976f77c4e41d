### 最初の図に出てこない文。

# $node (object), $object (object): the Service, $from, $to (string): address:port, $count (number): endpoints
why-netfilter-endpoint-picked = { $from } は { $object } 宛てです。{ $node } は { $count } 個から { $to } を選びました。

# $node (object), $field (string), $client (string): its address, $to (string): address:port
why-netfilter-endpoint-remembered = { $field } が { $client } を覚えているため、{ $node } は前回と同じ { $to } に送ります。

# $node (object), $object (object): the pod, $to (string): address:port
why-netfilter-host-port = { $object } がこのホスト ポートを持つため、{ $node } はパケットを { $to } に送ります。

# $node, $object (object), $field (link), $from, $to (string): addresses
why-netfilter-masquerade-from-node = { $node } 発の通信なので、{ $object } が { $field } でも { $from } を { $to } にしました。

# $node, $object (object), $from, $to (string): addresses
why-netfilter-masquerade-off-cluster = ポッド以外から { $object } のクラスター IP 宛てなので、{ $node } は { $from } を { $to } にしました。
why-netfilter-masquerade-all = masqueradeAll なので、{ $node } は { $object } 宛ての { $from } を { $to } にしました。
why-netfilter-masquerade-hairpin = { $object } の宛先が送信者自身なので、{ $node } は送信元 { $from } を { $to } に書き換えました。

# $node, $object (object): the pod, $from, $to (string): addresses
why-netfilter-masquerade-host-port = 同じノードからホスト ポート ({ $object }) 宛てなので、{ $node } は { $from } を { $to } にしました。

# $node (object), $from, $to, $destination (string): addresses
why-netfilter-masquerade-outside = { $destination } は書き換え対象外の範囲にないので、{ $node } は送信元 { $from } を { $to } にしました。

# $node (object), $from, $to (string): addresses
why-netfilter-masquerade = { $node } は送信元 { $from } を { $to } に書き換えました。

# $node (object), $from (string): address
why-netfilter-source-unchanged = 書き換える規則がないので、{ $node } は送信元 { $from } をそのままにしました。
why-netfilter-source-own = 規則が与えるアドレスと同じなので、{ $node } の送信元 { $from } は変わりません。

# $node (object), $to (string): address:port
why-netfilter-destination-unchanged = 書き換える規則がないので、{ $node } は宛先 { $to } をそのままにしました。

# $node (object)
why-netfilter-known = { $node } はこの接続を知っているので、nat の規則は調べません。
why-netfilter-accepted = { $node } の filter の規則はパケットを通しました。
why-netfilter-forward-marked = kube-proxy がサービスのために印を付けたので、{ $node } はパケットを転送します。
why-netfilter-forward-known = { $node } はこの接続を知っているので、パケットを転送します。

# $node, $object (object): the Service
why-netfilter-health-check = { $object } の正常性チェックのポート宛てなので、{ $node } はパケットを受け入れます。

# $node, $object (object): the Service, $to (string): address:port
why-netfilter-no-endpoints = { $node } で { $to } は拒否されました。{ $object } にエンドポイントがありません (ICMP)。

# $node (object), $to (string): address:port
why-netfilter-rejected = { $node } で拒否されました。規則が { $to } 宛てを拒み、送信者に知らせます。

# $node, $object (object): the Service, $field (link)
why-netfilter-no-local-endpoints = { $node } で破棄されました。{ $object } は { $field } で、このノードにエンドポイントがありません。

# $node, $object (object): the Service, $field (link), $from (string): address
why-netfilter-source-ranges = { $node } で破棄されました。{ $from } は { $object } の { $field } にありません。

# $node (object), $to (string): address:port
why-netfilter-wire-server = { $node } で破棄されました。ポッドは { $to } にあるプラットフォームのホスト エージェントに接続できません。
why-netfilter-localnet = { $node } で破棄されました。{ $to } はループバック アドレスですが、パケットは外から来ました。

# $node (object)
why-netfilter-invalid = { $node } で破棄されました。ノードはこのパケットの接続を知りません。

# $node (object), $from (string): address
why-netfilter-no-address = { $node } で破棄されました。送信元 { $from } を書き換える必要がありますが、出口にアドレスがありません。

# $node (object), $to (string): address:port
why-netfilter-dropped = { $node } で破棄されました。規則が { $to } 宛てのパケットを破棄します。
