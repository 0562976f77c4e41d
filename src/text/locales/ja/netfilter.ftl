### Rules of a node: kube-proxy, the ip-masq agent, connection tracking.

# $node (object), $object (object): the Service, $from, $to (string): address:port
why-netfilter-endpoint-only = { $from } は { $object } 宛てです。{ $node } は唯一のエンドポイント { $to } に送ります。

# $node, $object (object), $field (link), $from, $to (string): addresses
why-netfilter-masquerade-cluster = { $object } は { $field } なので、{ $node } は送信元 { $from } を { $to } に書き換えました。

# $node, $object (object), $from, $destination (string): addresses
why-netfilter-keep-source = { $destination } は書き換え対象外の範囲 ({ $object }) なので、{ $node } は送信元 { $from } を残しました。
