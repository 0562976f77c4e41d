## Azure CNI Overlay、ポッド サブネット、Cilium

why-azure-overlay = { $destination } は { $node } のポッドの範囲 { $share } にあります。{ $subnet } のルートに関係なく、オーバーレイがパケットをそのまま運びます。
why-azure-snat-pod-subnet = 中断: { $source } は自分のアドレスのまま { $subnet } を出ます。サブネットに NAT ゲートウェイがない場合にロード バランサーがこのアドレスをどう扱うか、kubehop は判断できません。
why-netfilter-masquerade-platform = { $node } は送信元 { $from } を { $to } にしました。{ $destination } への名前解決とメタデータの要求は、ポッド サブネットの設定に妨げられないようノードが代わって送ります。

why-cilium-endpoint = { $count ->
    [1] { $node } の Cilium プログラムが { $from } を { $object } の唯一のエンドポイント { $to } に書き換えました。iptables の規則は使われません。
   *[other] { $node } の Cilium プログラムが { $from } を { $object } の { $count } 個のエンドポイントの 1 つ { $to } に書き換えました。iptables の規則は使われません。
}
why-cilium-remembered = { $node } の Cilium プログラムが { $from } を、このクライアント用に記憶している { $object } のエンドポイント { $to } に書き換えました。
why-cilium-source = { $object } のエンドポイントは別のノードにあります。応答がここへ戻るよう、{ $node } の Cilium プログラムが送信元 { $from } を { $to } に書き換えました。
why-cilium-no-endpoints = { $node } の Cilium プログラムが拒否しました。{ $object } には { $from } のエンドポイントがありません。
why-cilium-no-local-endpoints = { $node } の Cilium プログラムで破棄されました。{ $object } が許すのはこのノードのエンドポイントだけで、ここには 1 つもありません。
why-cilium-source-ranges = { $node } の Cilium プログラムで破棄されました。{ $client } は { $object } の送信元範囲にありません。
why-cilium-refused = { $node } の Cilium プログラムが { $object } のために拒否しました。
