### Sheets over the page: who may talk to whom, what files would change, addresses.

matrix-key = 行から列へ接続します。矢印キーで移動し、Enter またはクリックで経路を表示します。
matrix-shape = マトリックスまたは一覧
matrix-list = 一覧
matrix-corner = 行 ↓ から列 → へ
matrix-from = 送信元
matrix-to = 宛先
matrix-filter = 名前または名前空間
matrix-anywhere = クラスターの外すべて
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
whatif-flows = 結果が変わる保存済みの要求
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
plan-try-surge = 一時的なノード
plan-try-prefix = プレフィックス
plan-many = 残りは kubehop plan で分かります。
