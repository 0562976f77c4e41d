# 拒否を解く変更。`fix-…` は変更の内容、`fix-none…` は変更がない理由。

fix-policy-port = { $policy } の { $field } に、{ $peer } のための { $port } を加える。
fix-policy-peer = { $policy } の { $field } に、{ $port } の相手として { $peer } を加える。
fix-policy-rule-ingress = { $peer } から { $pod } への { $port } を許す規則を { $policy } に加える。
fix-policy-rule-egress = { $pod } から { $peer } への { $port } を許す規則を { $policy } に加える。
fix-policy-new-ingress = { $peer } から { $pod } への { $port } を許す NetworkPolicy を加える。
fix-policy-new-egress = { $pod } から { $peer } への { $port } を許す NetworkPolicy を加える。
fix-nsg-in = { $source } から { $destination } への { $port } を許す規則を { $nsg } に加える。
fix-nsg-out = { $source } から { $destination } への { $port } の送信を許す規則を { $nsg } に加える。
fix-nsg-probe = ロードバランサーのプローブをポート { $port } で受ける規則を { $nsg } に加える。
fix-nsg-new = { $source } からの { $port } を許すセキュリティグループを { $host } に付ける。
fix-service-range = { $service } の loadBalancerSourceRanges に { $source } を加える。
fix-service-cluster = { $service } の { $field } を Cluster にする。
fix-service-port = { $service } のポートに { $port } を加える。
fix-endpoint-ready = { $pod } の Ready 条件を True にする。
fix-endpoint-replicas = { $workload } のレプリカ数を 1 にする。
fix-endpoint-port = { $service } の targetPort を { $port } にする。{ $name } という名のポートを持つ Pod はない。
fix-endpoint-selector = { $service } が { $label } を選ぶようにする。
fix-endpoint-label = { $object } にラベル { $label } を付ける。
fix-endpoint-slice = { $slice } のエンドポイント { $address } を ready にする。
fix-host-listens = { $host } が { $port } で待ち受けるようにする。
fix-forwarding = { $object } の IP 転送を有効にする。
# $endpoint, $target.
fix-endpoint-approve = { $endpoint } から { $target } への接続を承認します。
fix-peering-flag = { $peering } の { $flag } を有効にする。
fix-peering-new = { $from } と { $to } をピアリングする。
fix-peering-transit = { $spoke } が { $hub } の側のゲートウェイを使えるようにする。
fix-connection-new = { $gateway } を { $onPremises } に接続する。
fix-route-new = { $subnet } に、{ $hop } を経る { $prefix } へのルートを加える。
fix-route-remove = { $table } からルート { $prefix } を除く。
# $event.
fix-event = 起こらなかったことにする: { $event } を削除します。

fix-none-not-modelled = 変更を示せません。{ $what } はモデル化されていません。
fix-none-policy = NetworkPolicy の規則では許せません。エンジンはノードを相手として扱いません。
fix-none-nsg = 拒否する規則より前に規則を置く余地がグループにありません。
fix-none-firewall = ファイアウォールの規則が拒否しています。kubehop はその変更を提案しません。
fix-none-storage = アカウントのネットワーク規則が拒否しています。kubehop はその変更を提案しません。
fix-none-endpoints = 一つのオブジェクトの変更では、ここで Service にエンドポイントができません。
fix-none-node-rule = ノードイメージか kube-proxy の規則が拒否しています。書き換えられる文書はありません。
fix-none-nobody = このアドレスを持つものがないので、許可しても届きません。
fix-none-port = このポートで待ち受けるプロセスがなく、それを定める文書もありません。
fix-none-translation = 送信に使えるアドレスがありません。許可の問題ではありません。
fix-none-name = 名前を知るものがないので、許可する対象がありません。
fix-none-other-way = 応答が要求と別の経路を通ります。許可の問題ではありません。
fix-none-loop = パケットが巡回しています。許可の問題ではありません。
fix-none-pod = Pod が動いていないので、ネットワークがありません。
fix-none-route = 書けるルートのうち、ここから宛先に通じるものがありません。
fix-none-platform = プラットフォームが決めることで、変えられる文書はありません。
fix-none = シナリオの一つの変更では解けません。
