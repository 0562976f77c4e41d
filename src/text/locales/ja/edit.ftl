### Edits, as the tooltips of undo and redo name them.

edit-text = テキストの編集
# $file (string): name of the file
edit-add-file = { $file } の追加
edit-delete-file = ファイルの削除
# $file (string): the new name
edit-rename-file = ファイル名を { $file } に変更
# $object (string): name of the object
edit-add = { $object } の追加
# $object (string): name of the object
edit-replace = { $object } の編集
# $object (string): name of the object
edit-delete = { $object } の削除
# $object (string): name of the object; $field (string): path of the field
edit-field = { $object } の { $field } の設定
# $object (string): name of the object
edit-move = { $object } の移動

## What the palette offers.

template-client = インターネットのクライアント
template-on-premises = オンプレミス ネットワーク
template-virtual-machine = 仮想マシン
template-vnet = 仮想ネットワーク
template-subnet = サブネット
template-peering = ピアリング
template-vpn-gateway = VPN ゲートウェイ
template-route-table = ルート テーブル
template-nsg = ネットワーク セキュリティ グループ
template-public-ip = パブリック IP アドレス
template-kubenet-cluster = AKS クラスター (kubenet)
template-azure-cni-cluster = AKS クラスター (Azure CNI)
template-node = ノード
template-deployment = Deployment
template-pod = ポッド
template-service-cluster-ip = サービス (ClusterIP)
template-service-node-port = サービス (NodePort)
template-service-load-balancer = サービス (LoadBalancer)
template-service-internal-load-balancer = サービス (内部 LoadBalancer)
template-namespace = 名前空間
template-flow = 要求
template-event = 出来事: マシンの停止
# $file (string): its name
edit-apply = { $file } の適用
