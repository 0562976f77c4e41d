### 最初の図に出てこない文。

# 領域。
scene-region-unplaced = 未配置

# $number (number): 手順の番号、$place (object): 場所、$stage (string): 判断するもの
scene-headless = ヘッドレス
scene-not-simulated = 対象外
scene-not-ready = 準備未完了
scene-terminating = 終了中

# 支援技術が名前の前に読み上げる、オブジェクトの種類。
scene-kind-replicaset = ReplicaSet
scene-kind-statefulset = StatefulSet
scene-kind-daemonset = DaemonSet
scene-kind-job = Job
scene-kind-endpoints = Endpoints
scene-kind-imds = IMDS
scene-kind-endpointslice = EndpointSlice
scene-kind-ingressclass = IngressClass
scene-kind-issuer = Issuer
scene-kind-clusterissuer = ClusterIssuer
scene-kind-networkpolicy = NetworkPolicy
scene-kind-configmap = ConfigMap
scene-kind-secret = Secret
scene-kind-kubeproxyconfiguration = kube-proxy の構成
scene-kind-appgateway = Application Gateway
scene-kind-firewall = ファイアウォール
scene-kind-firewallpolicy = ファイアウォール ポリシー
scene-kind-natgateway = NAT ゲートウェイ
scene-kind-privatednszone = プライベート DNS ゾーン
scene-kind-dnszone = DNS ゾーン
scene-kind-privateendpoint = プライベート エンドポイント
scene-kind-networkinterface = ネットワーク インターフェイス
scene-kind-storage = ストレージ アカウント
scene-kind-lesson = レッスン
scene-kind-layout = レイアウト
scene-kind-settings = 設定
# $subnet (object), $services (string): such as Microsoft.Storage
scene-service-endpoints = { $subnet } のサービス エンドポイント: { $services }
