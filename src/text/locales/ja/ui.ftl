### The page.

## Built-in scenarios
scenario-kubenet = 外部 → web (kubenet)
scenario-azure-cni = 外部 → web (Azure CNI)
scenario-cluster-ip = ClusterIP: クラスターの中だけ
scenario-node-port = NodePort: 全ノードのポート
scenario-load-balancer = LoadBalancer (Cluster)
scenario-load-balancer-local = LoadBalancer (Local)
scenario-internal-load-balancer = LoadBalancer (内部)
scenario-ingress = Ingress: 一つのアドレスで複数のアプリ
scenario-app-gateway = Application Gateway の Ingress
scenario-http-routing = HTTP アプリケーション ルーティング
scenario-hub-firewall = ハブの Azure Firewall
scenario-external-name = ExternalName: 別名
scenario-headless = ヘッドレス: ポッドに直接

## Top bar
top-menu = シナリオとパレット
top-view = 表示
view-diagram = 図
view-table = 表
view-matrix = マトリックス
view-compare = 比較
share = 共有
embed = 埋め込み
language = 言語
theme-system = テーマ: システムに合わせる
theme-light = テーマ: ライト
theme-dark = テーマ: ダーク
theme-name-system = システムに合わせる
theme-name-light = ライト
theme-name-dark = ダーク
undo = 元に戻す
# $what (string): the edit
undo-what = 元に戻す: { $what }
redo = やり直す
# $what (string): the edit
redo-what = やり直す: { $what }
untitled = 無題
close = 閉じる
reload = 再読み込み

## Skip links
skip-canvas = 図へ移動
skip-inspector = インスペクターへ移動
skip-timeline = タイムラインへ移動

## Left pane
left-pane = シナリオ、要求、パレット
scenarios = シナリオ
requests = 要求
palette = パレット
palette-hint = または A キー
palette-client = クライアント
palette-on-premises = オンプレミス
palette-virtual-machine = VM
palette-vnet = VNet
palette-subnet = サブネット
palette-peering = ピアリング
palette-vpn-gateway = VPN Gateway
palette-route-table = ルート テーブル
palette-nsg = NSG
palette-public-ip = パブリック IP
palette-kubenet-cluster = kubenet
palette-azure-cni-cluster = Azure CNI
palette-node = ノード
palette-deployment = Deployment
palette-pod = ポッド
palette-service-cluster-ip = ClusterIP
palette-service-node-port = NodePort
palette-service-load-balancer = LoadBalancer
palette-service-internal-load-balancer = 内部 LB
palette-namespace = 名前空間
palette-flow = 要求
palette-event = 出来事
files = ファイル
files-open = ファイルを開く…
files-paste = YAML を貼り付け…
files-yaml = YAML をダウンロード
files-svg = 図をダウンロード (SVG)

## Request bar
request = 要求
reply = 応答
request-edit = 編集
request-from = 送信元
request-to = 宛先
request-protocol = プロトコル
request-port = ポート
# $by (string): who picks
request-picks = { $by } の選択
request-send = 送信
# $detail (string): what is wrong
title-edited = { $title } (変更あり)
title-original = 元に戻す
list-edited = 変更あり

## Canvas
zoom = 拡大と縮小
zoom-in = 拡大
zoom-out = 縮小
strip-whole = 図の全体を表示
strip-back = 経路を表示
zoom-fit = 全体を表示 (0 キー)
legend-decided = 判定
legend-rewritten = 書き換え
legend-derived = コントローラーが作成

## Playback and timeline
playback = 再生
playback-play = 再生
playback-pause = 一時停止
playback-previous = 前の手順
playback-next = 次の手順
# $speed (string): such as 1×
playback-speed = 速度: { $speed }
hint-play = 再生
hint-step = 前後
timeline = タイムライン
timeline-routes = ルート
# $number (number), $count (number)
step-number = 手順 { $number } / { $count }

# $number (number), $count (number), $place (string), $stage (string), $what (string)
said-step = 手順 { $number }、全 { $count }。{ $place }、{ $stage }。{ $what }。
# $number (number), $count (number), $place (string), $stage (string), $what (string), $changes (string)
said-rewrite = 手順 { $number }、全 { $count }。{ $place }、{ $stage }。{ $what }、{ $changes }。
# $verdict (string), $why (string): a sentence
said-verdict = { $verdict }。{ $why }

## Steps
# $to (string): address and port
step-sent = { $to } へ接続を開始
# $query (string): a name; $address (string)
step-resolved = { $query } は { $address }
# $query (string): a name; $rcode (string): such as NXDOMAIN
step-unresolved = { $query }: { $rcode }
# $priority (number)
step-allowed = NSG が許可、優先度 { $priority }
# $prefix (string), $hop (string): next hop
step-route = ルート { $prefix } は { $hop } へ
# $interface (string)
step-interface = { $interface } へ転送
step-rewritten-source = 送信元を書き換え
step-rewritten-destination = 宛先を書き換え
step-known = 既存の接続、書き換えなし
step-undone-both = 両方の書き換えを元に戻す
# $picked (string), $count (number)
step-picked = { $count } 個から { $picked } を選択
step-delivered = 到達

## Inspector
inspector = インスペクター
tab-trace = トレース
tab-object = オブジェクト
tab-yaml = YAML
tab-problems = 問題
# $steps (number), $rewrites (number)
summary-facts = { $steps } 手順、書き換え { $rewrites } 回
# $receiver (string), $source (string), $sender (string): addresses
summary-sees-other = { $receiver } は応答しますが、送信元として見えるのは { $sender } ではなく { $source } です。
# $receiver (string), $source (string): address
summary-sees-sender = { $receiver } は応答し、送信元 { $source } が見えます。
branches = 起こりうる経路
# $picks (string): names; $percent (string)
branch = { $picks } ({ $percent })
next-connection = 次の接続
fact-note = 注
fact-rule = 規則
# $stage (string), $what (string)
passed-step = { $stage }: { $what }
# $by (string)
object-by = { $by } が設定
origin-written = 記述
# $from (string)
origin-derived = { $from } から作成
# $kind (string), $scope (string): namespace or virtual network
kind-of = { $kind } ({ $scope })
yaml-file = ファイル

## Tables
table-number = 手順
table-source = 送信元
table-destination = 宛先
table-object = オブジェクト

## Dialogs
share-title = 共有
embed-title = 埋め込み
embed-theme = テーマ
embed-open = kubehop で開く
paste-title = YAML を貼り付け

## Kinds
kind-pod = ポッド
kind-deployment = Deployment
kind-service = Service
kind-ingress = Ingress
kind-namespace = 名前空間
kind-node = ノード
kind-cluster = AKS クラスター
kind-vnet = 仮想ネットワーク
kind-subnet = サブネット
kind-peering = ピアリング
kind-routetable = ルート テーブル
kind-nsg = ネットワーク セキュリティ グループ
kind-publicip = パブリック IP アドレス
kind-loadbalancer = ロード バランサー
kind-gateway = VPN Gateway
kind-localgateway = オンプレミス ネットワーク
kind-flow = 要求
kind-internet = インターネット
kind-azuredns = Azure DNS

stage-iptables-PREROUTING = PREROUTING
stage-iptables-OUTPUT = OUTPUT
stage-iptables-INPUT = INPUT
stage-iptables-FORWARD = FORWARD
stage-iptables-POSTROUTING = POSTROUTING
stage-conntrack = conntrack
stage-azure-peering = ピアリング
stage-azure-gateway = VPN ゲートウェイ
stage-appgw-rule = 規則
