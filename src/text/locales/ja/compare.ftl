### Two variants side by side: one request, walked in both.

compare-title = 比較
compare-left = 左
compare-right = 右
compare-swap = 左右を入れ替える
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
