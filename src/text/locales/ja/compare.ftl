### Two variants side by side: one request, walked in both.

compare-title = 比較
compare-left = 左
compare-right = 右
compare-swap = 左右を入れ替える
# What is compared: walks, or the eight rows
compare-shape = 比較の対象
compare-walks = 2 つの経路
compare-models = このシナリオを別のネットワーク モデルで
# $model (string): a network model
compare-model = モデルを変更: { $model }
# $from, $to (addresses), $object (object)
compare-moved = { $from } は { $object } のアドレスです。こちら側では { $to } なので、そのアドレスに送りました。
compare-branch = 選択
compare-only = 相違のみ
compare-back = 図に戻る
# $title (string): what is open
compare-now = 現在: { $title }
# $what (string): an edit
compare-before = 編集前: { $what }
compare-no-branch = こちら側にはこの経路がありません。
# $same, $differs, $left, $right (numbers): steps
compare-sum = 同じ手順: { $same }、異なる手順: { $differs }、左のみ: { $left }、右のみ: { $right }
compare-same-all = 2 つの経路は、すべての手順が同じです。
compare-same = 同じ
compare-carried = 同じ判断
compare-other = 異なる
# $what (string): what differs
compare-differs = 異なる: { $what }
compare-and = {"、"}
compare-only-left = 左のみ
compare-only-right = 右のみ
compare-none = なし
# $place (object): where the request ended
compare-ended = 届かず、{ $place } で終了
compare-what = 項目
compare-relation = 同じかどうか
compare-what-verdict = 要求
compare-what-receiver = 受信者
compare-what-source = 見える送信元
compare-what-destination = 届いた宛先
compare-what-reply = 応答
compare-what-places = 通過する場所の数
compare-aspect-place = 場所
compare-aspect-decision = 判断
compare-aspect-rule = 規則
compare-aspect-source = 送信元
compare-aspect-source-port = 送信元ポート
compare-aspect-destination = 宛先
compare-aspect-destination-port = 宛先ポート

## The eight rows of AKS's article

article-title = ネットワークの概念を経路で確かめる
article-rows = 8 行の表
article-hint = 各セルは、パケットの経路を計算して得た答えです。選ぶとその経路を表示します。作業中の内容は変わりません。
article-beside = 並べるモデル
article-models = ほかのネットワーク モデル
# $row (string): a question; $model (string): a network model
article-cell = { $row }、{ $model }:
article-fixed = このクラスターはファイルに書かれていないため、ネットワーク モデルを切り替えられません。
article-no-cluster = クラスターがないため、表を作れません。
article-switched = 同じシナリオのモデルを変更
article-copy = kubehop table の出力と同じ答えです。
article-back = 表に戻る
# $row (number), $title (string): the row; $model (string): a network model; $answer (string)
article-proves = { $row } 行目、{ $model }: { $title }: { $answer }
# $number, $count (numbers): which of the row's walks
article-walk = 経路 { $number } / { $count }
# $ended (string): how the walk ended; $assumed (string): what was put beside the scenario
article-result = { $ended }。{ $assumed }
