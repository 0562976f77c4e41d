### Sending, routing on Linux, bridges, delivery, and the limits of the model.

# $interface (text), $node (object)
why-walk-bridge-in = { $node } のブリッジ { $interface } がポッドからパケットを受け取ります。

# $interface (text), $pod (object)
why-walk-bridge-out = ブリッジ { $interface } がパケットを { $pod } に渡します。

# $node (object), $before (text), $after (text)
why-walk-conntrack-both = { $node } はこの接続を知っており、要求で行った両方の書き換えを元に戻します。

# $node (object)
why-walk-conntrack-none = { $node } はこの接続を知っていますが、書き換えていないので戻すものはありません。

# $receiver (object), $source (text)
why-walk-delivered = { $receiver } に届きました。送信元は { $source } に見えます。

# $destination (text), $interface (text), $node (object), $route (text)
why-walk-node-route = { $destination } に最もよく一致するのは { $route } なので、{ $node } は { $interface } から送ります。

# $pod (object), $destination (text), $route (text)
why-walk-pod-answers = { $pod } がルート { $route } で { $destination } に応答します。

# $receiver (object), $source (text)
why-walk-reply-delivered = { $receiver } に応答が届きました。送信元は呼んだアドレス { $source } です。

# $sender (object), $destination (text), $through (text): the first network
why-walk-sends = { $sender } が { $destination } への接続を開きます。
