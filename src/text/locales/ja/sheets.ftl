### Sheets over the page: who may talk to whom, what files would change, addresses.

matrix-key = 行から列へ接続します。矢印キーで移動し、Enter またはクリックで経路を表示します。
matrix-shape = マトリックスまたは一覧
matrix-list = 一覧
matrix-corner = 行 ↓ から列 → へ
matrix-from = 送信元
matrix-to = 宛先
matrix-filter = 名前または名前空間
matrix-anywhere = 外部アドレス
matrix-elsewhere = その他のアドレス
matrix-outside = クラスターの外
matrix-all = すべてのポート
matrix-some = 一部のポート
matrix-none = なし
matrix-blank = 対象外
matrix-nobody = なし
matrix-more = さらに表示
matrix-no-match = 一致する名前はありません。
matrix-no-pods = 通信するポッドがまだありません。
matrix-no-walk = このアドレスを持つものがないため、経路は表示できません。
matrix-diagram = 図で表示
# $engine (string): azure, calico or cilium
matrix-engine = NetworkPolicy だけによる判定です（{ $engine } が適用）。
matrix-engine-none = 書かれた NetworkPolicy による判定です。このクラスターでは適用されません。

## ファイルを適用したら
whatif-open = ファイルを適用したら…
whatif-now = 現在
whatif-then = 適用後
# $opened, $closed, $ports (numbers): pairs
whatif-sum = 開く組: { $opened }、閉じる組: { $closed }、ポートが変わる組: { $ports }
whatif-opened = 開く
whatif-closed = 閉じる
whatif-ports = ポートが変わる
whatif-only = 変更のみ
whatif-apply = 適用
whatif-alone = 単独で開く
whatif-cancel = キャンセル
whatif-difference = 相違
whatif-hint = セルを選ぶと、2 つの経路を比べます。
whatif-flows = 経路が変わる保存済みの要求
whatif-no-flows = 経路が変わる要求はありません。
# $step (number): the number of the step
whatif-first = 最初の相違: 手順 { $step }
# $port (string): protocol and port
whatif-witness = 例: { $port }
whatif-same = 変わる組はありません。
whatif-stale = 表示中のファイルが読み取れません。先に修正してください

## The dialog of addresses.

plan-title = アドレス
plan-growth = あと何が入るか、何が上限か
plan-try = 別の数を試す
plan-try-nodes = ノード
plan-try-pods = ノードあたりのポッド
plan-try-surge = アップグレード中の追加
plan-try-prefix = サブネットのプレフィックス
plan-many = 残りは kubehop plan で分かります。

# $free, $addresses
plan-free = 空き { $free } / { $addresses }
plan-state-reserved = 予約
plan-state-used = 使用
plan-state-held = ポッド用に確保
plan-state-free = 空き
plan-address = アドレス
plan-state = 状態
plan-holder = 使用者
plan-reason = 理由
plan-limits-nodes = ノード
plan-limits-more = 追加できる数
plan-limits-why = そこで上限になる理由
plan-first = 最初に効く上限。
# $more
plan-more = あと { $more } 台
plan-try-pool = プール
# $field, $least, $most
plan-try-expected = { $field }は { $least } から { $most } の数です。
# $each, $maxPods, $need, $nodes, $others, $pool, $subnet, $surge
plan-says-need = プール { $pool } をノード { $nodes } 台 (各 { $maxPods } ポッド) とし、アップグレード中に { $surge } 台増やすには、{ $subnet } のアドレスが { $need } 個必要です: ({ $nodes } + { $surge }) × { $each } と、ほかの { $others } 個。
# $prefix, $usable
plan-says-fits = { $prefix } のアドレスで足ります。使えるアドレスは { $usable } 個です。
# $prefix, $usable
plan-says-does-not-fit = { $prefix } のアドレスでは足りません。使えるアドレスは { $usable } 個です。
# $pool, $subnet
plan-says-no-subnet = プール { $pool } の { $subnet } がないため、収まりません。
# $pool
plan-says-subnet-unnamed = プール { $pool } にサブネットの指定がないため、収まりません。
# $prefix, $vnet
plan-says-no-place = { $vnet } のアドレス空間には、ほかのサブネットを除くと { $prefix } を置く場所がありません。
# $least, $pods, $pool
plan-says-too-few-pods = プール { $pool } で動かせるポッドは { $pods } 個です。ノードあたり { $least } 個未満にするなら、プール全体で { $least } 個以上必要です。
# $smallest
plan-says-smallest = 足りる最小のプレフィックスは { $smallest } です。
# $podRange
plan-says-pod-range-fits = ポッドの範囲には、各ノードの /24 があります。足りる最小の範囲は { $podRange } です。
# $podRange
plan-says-pod-range-does-not-fit = ポッドの範囲には、各ノードの /24 がありません。足りる最小の範囲は { $podRange } です。
# $blocks
plan-says-pod-subnet = 各ノードはポッド サブネットから 16 アドレスのブロックを { $blocks } 個使います。
plan-says-pods-fit = ポッドには { $podSubnet } のアドレスが { $need } 個必要です: ({ $nodes } + { $surge }) × { $each } と、ほかの { $others } 個。使えるアドレスは { $usable } 個で、足ります。
plan-says-pods-do-not-fit = ポッドには { $podSubnet } のアドレスが { $need } 個必要です: ({ $nodes } + { $surge }) × { $each } と、ほかの { $others } 個。使えるアドレスは { $usable } 個で、足りません。
plan-says-pods-smallest = ポッドに足りる最小のプレフィックスは { $smallest } です。
plan-says-exceeded = 上限を超えます。{ $why }

whatif-same-result = 結果は同じで、経路が変わります
