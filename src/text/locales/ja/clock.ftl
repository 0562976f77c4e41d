### 時間とともに起こる出来事 (ページでの表示)。

clock-title = 時間とともに起こる出来事
clock-hint = セルを選ぶと、その時点の経路が表示されます。矢印キーで移動、Space で再生、Esc で終了。
clock-play = 出来事を再生
clock-pause = 出来事を一時停止
clock-leave = 時計を閉じる
clock-before = 開始前
# $at (number): seconds
clock-second = { $at } 秒
clock-new = 新しい接続
clock-open = 既存の接続
clock-none = 開いていた接続はありません。
clock-quiet = まだ何も起きていません。
clock-events = 出来事
# $what (string): the event
clock-remove = 取り除く: { $what }
# $moment (string), $row (string): which connections, $what (string): what they come to
clock-cell = { $moment }、{ $row }: { $what }
# $moment (string), $row (string), $what (string): what they come to in a word, $whole (string): all of it
clock-cell-whole = { $moment }、{ $row }: { $what }。{ $whole }
# $what (string): what some of them come to, $percent (string)
clock-part = { $what } { $percent }
# $verdict (string), $reason (string)
clock-lost = { $verdict } ({ $reason })
# $receiver (string), $status (number): of HTTP
clock-answered = { $receiver } (HTTP { $status })
# $status (number): of HTTP
clock-status = HTTP { $status }
clock-opened = 確立
clock-lives = 継続
clock-hangs = 応答なし
clock-over = 終了

## What an event does. $at (number): seconds; $object (object)
clock-stop = { $at } 秒: { $object } が停止
clock-start = { $at } 秒: { $object } が再起動
clock-unready = { $at } 秒: { $object } の Readiness が失敗
clock-ready = { $at } 秒: { $object } の Readiness が成功
clock-disconnect = { $at } 秒: { $object } を切断
clock-connect = { $at } 秒: { $object } を再作成
clock-deny = { $at } 秒: { $object } が拒否

## What if it fails?
failing-title = 障害が起きたら
# $at (number): seconds
failing-at = { $at } 秒の時点
failing-stop = 停止する
failing-start = 再び起動する
failing-unready = Readiness を失敗させる
failing-ready = Readiness を回復させる
# $object (object): a peering
failing-disconnect = { $object } を切断する
# $object (object): a peering
failing-connect = { $object } を再び作成する
# $object (object): a network security group
failing-deny = { $object } ですべて拒否する

## What is out of order at a moment
state-stopped = 停止中
# $balancer (object)
state-left-out = { $balancer } が切り離し中
# $balancer (object)
state-both = 停止中、{ $balancer } が切り離し中

kind-event = 出来事
scene-kind-event = 出来事
keys-moment = 時計の前の時点、次の時点 (時計にフォーカスがあれば Space で再生)
