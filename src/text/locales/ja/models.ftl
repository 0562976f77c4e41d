## Azure CNI Overlay、ポッド サブネット、Cilium

why-azure-overlay = { $destination } は { $node } の範囲 { $share } にあり、{ $subnet } のルートによらずオーバーレイが運びます。
why-azure-snat-pod-subnet = 中断: { $source } は NAT ゲートウェイのない { $subnet } を出ます。ロード バランサーの扱いを kubehop は判断できません。
why-netfilter-masquerade-platform = { $node } は送信元 { $from } を { $to } にしました。{ $destination } へはノードがポッドに代わって尋ねます。

why-cilium-endpoint = { $node } の Cilium が { $from } を { $object } の { $to } に変更 (候補 { $count })。
why-cilium-remembered = { $node } の Cilium が { $from } を、記憶している { $object } の { $to } に書き換えました。
why-cilium-source = { $object } の宛先が別ノードなので、{ $node } の Cilium が送信元 { $from } を { $to } にしました。
why-cilium-no-endpoints = { $node } の Cilium プログラムが拒否しました。{ $object } には { $from } のエンドポイントがありません。
why-cilium-no-local-endpoints = { $node } の Cilium で破棄されました。{ $object } のエンドポイントがこのノードにありません。
why-cilium-source-ranges = { $node } の Cilium プログラムで破棄されました。{ $client } は { $object } の送信元範囲にありません。
why-cilium-refused = { $node } の Cilium プログラムが { $object } のために拒否しました。

### 記事の表: `kubehop table`

table-row-deploy = 既存または新規の仮想ネットワークへのクラスターのデプロイ
table-row-pods = ポッドとポッドの接続
table-row-vm = ポッドと VM の接続 (同じ仮想ネットワーク)
table-row-peer = ポッドと VM の接続 (ピアリングした仮想ネットワーク)
table-row-office = VPN または ExpressRoute によるオンプレミスとの接続
table-row-storage = サービス エンドポイントで保護されたリソースへのアクセス
table-row-expose = ロード バランサー、Application Gateway、イングレス コントローラーによるサービスの公開
table-row-dns = 既定の Azure DNS とプライベート ゾーン

table-supported = サポートあり
table-with-route-table = サポートあり (ルート テーブルが必要)
table-both = 双方向
table-pod-initiated = ポッドからの開始のみ
table-other-initiated = 相手側からの開始のみ
table-not-supported = サポートなし
table-not-modelled = 対象外
table-absent = このシナリオにはありません

# $sources
table-works = 届き、応答も戻ります。受信側に見える送信元は { $sources } です
# $where
table-fails = 通信できません: { $where }
# $where
table-open = モデル化されていません: { $where }
# $ip
table-seen-sender = { $ip } (送信者自身)
# $ip
table-seen-node = { $ip } (ノード)
# $ip
table-seen-other = { $ip }
table-in-existing = 既存の仮想ネットワークで
table-in-new = 新規の仮想ネットワークで
# $names
table-assumed = 仮定したもの: { $names }
# $request
table-without-route-table = ルート テーブルなしで { $request }
table-no-cluster = クラスターがないため表を作れません。ヒント: Kubernetes のマニフェストか `managedClusters` の文書を追加してください

### クラスターのネットワーク モデル (インスペクター)

model-label = ネットワーク モデル
model-other = その他
model-alias = 変更する値は YAML のエイリアスで参照されており、ほかの場所も変わってしまうため、別のモデルは選べません。値を直接書いてください。
model-no-room = ノードの仮想ネットワークが書かれていないか空きがないため、ポッド サブネットは選べません。
model-kubenet = kubenet
model-node-subnet = Azure CNI (ノード サブネット)
model-overlay = Azure CNI Overlay
model-pod-subnet = Azure CNI (ポッド サブネット)
model-pod-subnet-blocks = Azure CNI (ポッド サブネット、静的ブロック)
model-node-subnet-cilium = Azure CNI (ノード サブネット) + Cilium
model-overlay-cilium = Azure CNI Overlay + Cilium
model-pod-subnet-cilium = Azure CNI (ポッド サブネット) + Cilium
model-pod-subnet-blocks-cilium = Azure CNI (ポッド サブネット、静的ブロック) + Cilium
