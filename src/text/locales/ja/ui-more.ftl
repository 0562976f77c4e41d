### The page, after a reader acted.

request-meant = 候補:
file-no-object = Kubernetes、Azure、kubehop のオブジェクトがありません
request-bad-from = 送信元を読み取れません: { $detail }
# $detail (string): what is wrong
request-bad-to = 宛先を読み取れません: { $detail }
# $detail (string): what was typed
request-bad-port = `{ $detail }` はポートではありません。1 から 65535 の数が必要です。
mode-from = 送信元をクリックしてください。Esc で終了します。
mode-to = 宛先をクリックしてください。Esc で終了します。
empty-title = 何もありません
empty-text = シナリオから始めるか、kubectl get -o yaml の出力を貼り付けるか、A キーでオブジェクトを追加します。
# $before (string), $after (string): address and port
step-becomes = { $before } から { $after } へ
step-no-nsg = NSG なし
# $priority (number)
step-firewall-allowed = ファイアウォールが許可: { $rule }
step-firewall-denied = ファイアウォールが拒否: { $rule }
step-denied = NSG が拒否、優先度 { $priority }
step-policy-allowed = ネットワークポリシーが許可
step-policy-denied = ネットワークポリシーが拒否
step-policy-not-enforced = ネットワークポリシーは適用外
step-netfilter-drop = ノードの規則で破棄
step-netfilter-reject = ノードの規則で拒否
step-netfilter-pass = ノードの規則を通過
step-rewritten-both = 送信元と宛先を書き換え
step-remembered = 接続を記録
step-undone-source = 書き換えを元に戻す (送信元)
step-undone-destination = 書き換えを元に戻す (宛先)
# $healthy (number), $count (number)
step-probed = { $count } 個中 { $healthy } 個がプローブに応答
step-translated = 書き換えなし
# $through (string)
step-forwarded = { $through } を通過
# $by (string)
step-refused = { $by } が拒否
# $what (string)
step-ends = ここで終了: { $what }
step-matched = { $rule } に一致
step-answered = { $status } で応答
step-proxied = { $picked } へ
# $what (string)
step-not-modelled = 対象外: { $what }
trace-none = まだ要求を送信していません。図の上で送信元と宛先を指定してください。
blockers-ask = 何が妨げていますか？
# $count (number): refusals; $stuck (number): those that nothing lifts
blockers-all = { $count } か所で拒否されています。下の変更ですべて解けます。
blockers-some = { $count } か所で拒否されています。うち { $stuck } か所は変更では解けません。
blockers-none = 妨げるものはなくなりました。要求は届きます。
blockers-unknown = 拒否はありませんが、要求は届きません。
# $stage (string)
blockers-query = { $stage }、名前の問い合わせ
blockers-upstream = { $stage }、プロキシの先
blockers-reply = { $stage }、応答
# $number (number): of the refusal in the list
blockers-with = { $number } 番の変更で、これも解けます。
blockers-apply = 適用
# $what (string): the change as a sentence
blockers-apply-it = 適用: { $what }
blockers-later = 前の変更を適用すると、適用できるようになります。
# $end (string): a receiver, or how it is lost
next-kept = 送信元の次の接続も { $end } に行きます。選び直しはありません。
# $ends (string): receivers, each with its share
next-drawn = 送信元の次の接続は選び直されます: { $ends }。
next-unknown = 経路が多すぎて示せません。
fact-why = 理由
fact-also = ほか
fact-keeps = 保持
# $candidates (string): names
note-candidates = 候補: { $candidates }
# $members (string): names
note-unhealthy = 応答なし: { $members }
# $server (string): address; $by (string): who; $rcode (string)
note-answered-outside = シナリオの外のリゾルバーの応答: { $rcode }
note-answered = { $server } に問い合わせ、{ $by } が { $rcode } を返答
# $server (string): address; $rcode (string)
note-unanswered = { $server } に尋ねました: { $rcode }
keeps-entry = conntrack エントリ。
# $number (number)
keeps-used = 手順 { $number } で使用
object-none = 図、表、または文の中のオブジェクトを選択してください。
# $object (string)
object-gone = { $object } はもうありません。
object-assigned = コントローラーが設定した項目
object-yaml = YAML を表示
object-send-from = ここから送信
object-delete = 削除
# $by (string): a controller
made-by = { $by } が作成。元:
made-assumed = 仮定: 書かれていませんが、AKS なら作成します。
origin-assumed = 仮定
problems-none = 問題はありません。
# $found (string), $expected (string)
problem-found = 検出: { $found }、期待: { $expected }
# A button that sends the request whose walk shows a problem.
problem-walk = 経路を表示
yaml-loading = エディターを読み込んでいます。
yaml-stale = 直前の正しい図
# $reason (string)
yaml-failed = エディターを読み込めませんでした ({ $reason })。代わりにこの欄で編集できます。
table-walk = 経路
table-where = 場所
table-what = 判定
table-objects = オブジェクト
table-kind = 種類
table-address = アドレス
table-origin = 由来
share-hint = リンクにはシナリオと要求のすべてが入っています。ほかの場所には保存されません。
share-link = リンク
# $length (number): characters
share-length = { $length } 文字
share-long = この長さのリンクはメッセージやメールで切れることがあります。代わりにダウンロードしたファイルを送ってください。
copy = コピー
copied = コピーしました
copy-failed = ブラウザーに拒否されました。選択してコピーしてください
embed-hint = ページに貼り付けてください。図、タイムライン、結果を表示し、何も保存しません。
embed-code = HTML
paste-hint = kubectl get -o yaml や az … -o json の出力、または自分のマニフェスト
paste-open = 表示中のものと置き換えて開く
paste-add = 表示中のものに追加
paste-try = 適用したらどうなるか
find-title = 検索
find-hint = 名前またはアドレス
add-title = オブジェクトを追加
add-hint = 入力して絞り込み、Enter で先頭を追加
keys-title = キー操作
keys-single = 入力欄の外では 1 文字のキーを使う
keys-play = 再生、一時停止
keys-step = 前の手順、次の手順
keys-place = 前の場所、次の場所
keys-ends = 最初の手順、結果
keys-send = 要求を送信
keys-undo = 元に戻す、やり直す
keys-add = オブジェクトを追加
keys-connect = 選択したものから接続
keys-fire = 送信元、宛先の順にクリック
keys-delete = 選択したものを削除
keys-find = ノード、ポッド、アドレスを検索
keys-arrows = その方向で最も近いオブジェクト
keys-move = 選択したものを 8 px ずつ動かす
keys-enter = インスペクターで開く、戻る
keys-zoom = 拡大、縮小、全体、経路全体
keys-table = 表と図の切り替え
keys-matrix = 通信できる相手
keys-compare = 2 つの構成の比較、図
keys-plan = アドレスと空き
keys-region = 次の領域
keys-help = キーの一覧
note-linked = リンクを表示しています。自分の作業はそのまま残っています。
# $second (number): of the clock
note-linked-still = リンクを表示しています。リンクは { $second } 秒を指していますが、このシナリオには出来事がないため、書かれたとおりに表示します。
# $word (string): what the link calls a side
note-linked-side = リンクを表示しています。比較の相手「{ $word }」はこのバージョンにないため、その側にはシナリオをそのまま表示します。
note-replaced = 以前の作業は残っています。
note-restored = 前回、ページが予期せず終了しました。作業は元に戻りました。
# $reason (string): a sentence
note-bad-link = リンクを開けません。{ $reason }
# $reason (string): a sentence
note-newer-link = このリンクはこのページより新しいものです。{ $reason }
# $reason (string): what the browser says
note-not-saved = ブラウザーが作業を保存できませんでした: { $reason }。ダウンロードして保存してください。
# $reason (string)
note-bad-file = ファイルを読み取れませんでした: { $reason }
# $out, $all (numbers): files
note-left-out = { $all } 個のファイルのうち { $out } 個は開きませんでした。マニフェストとして開くのは *.yaml、*.yml、*.json だけです。
note-keep = 自分のものにする
note-back = 自分の作業に戻る
note-close = このメッセージを閉じる
kind-imds = IMDS
kind-replicaset = ReplicaSet
kind-statefulset = StatefulSet
kind-daemonset = DaemonSet
kind-job = Job
kind-endpoints = Endpoints
kind-endpointslice = EndpointSlice
kind-ingressclass = IngressClass
kind-issuer = Issuer
kind-clusterissuer = ClusterIssuer
kind-networkpolicy = NetworkPolicy
kind-configmap = ConfigMap
kind-secret = Secret
kind-kubeproxyconfiguration = KubeProxyConfiguration
kind-appgateway = Application Gateway
kind-connection = 接続
kind-firewall = Azure Firewall
kind-firewallpolicy = ファイアウォール ポリシー
kind-natgateway = NAT Gateway
kind-privatednszone = プライベート DNS ゾーン
kind-dnszone = DNS ゾーン
kind-privateendpoint = プライベート エンドポイント
kind-networkinterface = ネットワーク インターフェイス
kind-storage = ストレージ アカウント
kind-host = ホスト
kind-lesson = レッスン
kind-layout = レイアウト
kind-settings = 設定
kind-unknown = シミュレーション対象外
# Stages, as a reader calls them; a chain has its own name.
stage-dns-search = DNS 検索リスト
stage-dns-service = Service の DNS
stage-dns-forward = DNS の転送
stage-dns-zone = DNS ゾーン
stage-policy-egress = ネットワーク ポリシー (送信)
stage-policy-ingress = ネットワーク ポリシー (受信)
stage-pod-route = ポッドのルート
stage-bridge = ブリッジ cbr0
stage-veth = veth ペア
stage-node-route = ノードのルート
stage-azure-nic = ネットワーク インターフェイス
stage-azure-nsg-out-nic = NIC の NSG (送信)
stage-azure-nsg-out-subnet = サブネットの NSG (送信)
stage-azure-nsg-in-subnet = サブネットの NSG (受信)
stage-azure-nsg-in-nic = NIC の NSG (受信)
stage-azure-route = 有効なルート
stage-azure-serviceendpoint = サービス エンドポイント
stage-azure-privateendpoint = プライベート エンドポイント
stage-azure-lb-rule = 負荷分散規則
stage-azure-lb-probe = 正常性プローブ
stage-azure-lb-outbound = アウトバウンド規則
stage-azure-natgateway = NAT ゲートウェイ
stage-azure-publicip = パブリック IP アドレス
stage-azure-firewall = Azure Firewall
stage-appgw-listener = リスナー
stage-appgw-pool = バックエンド プール
stage-ingress-host = Ingress のホスト
stage-ingress-path = Ingress のパス
stage-ingress-tls = Ingress の TLS
stage-host-forward = 送信
stage-host-listen = 待ち受けプロセス
stage-storage-acl = ストレージのネットワーク規則
matrix-title = 通信できる相手

snat-title = SNAT ポート
# $count (number): nodes that are not listed
snat-more = ほか { $count } ノード
