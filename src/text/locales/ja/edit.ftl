### Edits, as the tooltips of undo and redo name them.

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
