### 図。

# 図の内容を短く。
scene-title = ネットワーク

# $from (object): 送信元、$to (object): 要求が終わった場所
scene-title-walk = { $from } から { $to } へ

# $vnets、$nodes、$pods、$services (number): それぞれの数
scene-description = 仮想ネットワーク { $vnets }、ノード { $nodes }、ポッド { $pods }、Service { $services }。

# 領域。
scene-region-internet = インターネット
scene-region-azure = Azure
scene-region-onprem = オンプレミス

# 経路の線。
scene-strip = 経路の一覧
scene-request = 要求
scene-reply = 応答

# ケーブルの名前。
scene-vpn = VPN
scene-peering = ピアリング

# $cause (object): コントローラーが作成した元のオブジェクト
scene-made-from = { $cause } から作成

# $place (object): オブジェクトがある場所
scene-on = { $place } 内

# $count (number): 正常なメンバーの数、$picked (string): 選ばれたメンバー
scene-picks = { $count } 台から { $picked } を選択

# $node (object): 応答をアドレス変換なしで転送するノード
scene-no-nat = { $node } では NAT なし

# $count (number): セキュリティ規則の数
scene-rules-count = 規則 { $count }
scene-routes = ルート

# $count (number): テーブルの上限 400 のうち使用中のルート数
scene-routes-count = { $count }/400

# $count (number): 表示していないオブジェクトの数、$kind (string): その種類
scene-more = 他 { $count } 件 ({ $kind })

# $number (number): 手順の番号、$place (object): 場所、$stage (string): 判断するもの
scene-step = 手順 { $number }。{ $place }、{ $stage }。
scene-gateway = ゲートウェイ

# 支援技術が名前の前に読み上げる、オブジェクトの種類。
scene-kind-pod = ポッド
scene-kind-deployment = Deployment
scene-kind-service = Service
scene-kind-ingress = Ingress
scene-kind-namespace = 名前空間
scene-kind-node = ノード
scene-kind-cluster = クラスター
scene-kind-vnet = 仮想ネットワーク
scene-kind-subnet = サブネット
scene-kind-peering = ピアリング
scene-kind-routetable = ルート テーブル
scene-kind-nsg = ネットワーク セキュリティ グループ
scene-kind-publicip = パブリック IP アドレス
scene-kind-loadbalancer = ロード バランサー
scene-kind-gateway = 仮想ネットワーク ゲートウェイ
scene-kind-localgateway = オンプレミス ネットワーク
scene-kind-connection = 接続
scene-kind-host = マシン
scene-kind-flow = 要求
scene-kind-internet = インターネット
scene-kind-azuredns = Azure DNS
scene-kind-unknown = オブジェクト

# タイムライン: 名前と読み方。
scene-timeline = タイムライン
scene-timeline-description = 場所ごとの手順。要求は左から右へ、応答は右から左へ進みます。
scene-timeline-routes = ルート
