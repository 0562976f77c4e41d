### 最初の図に出てこない文。

# $what (text): the missing thing
why-limit-not-modelled = 停止しました。kubehop は { $what } を扱わないため、この先は判断できません。
# $problem (text): such as `pod/default/web does not exist`
why-limit-impossible = 停止しました。{ $problem }。

# $sender (object), $destination (text), $through (text): the first network
why-walk-answers = { $sender } が { $destination } に応答します。

# $node (object)
why-walk-conntrack-destination = { $node } はこの接続を知っており、宛先を元に戻します。
why-walk-conntrack-source = { $node } はこの接続を知っており、クライアントが呼んだアドレスから応答します。

# $destination (text)
why-walk-internet-nobody = 破棄されました。{ $destination } で待ち受けるものも、それを使うロード バランサーの規則もありません。
why-walk-internet-private = 破棄されました。{ $destination } はプライベート アドレスで、インターネットにはルートがありません。
why-walk-loop = 破棄されました。{ $destination } 宛てのパケットが同じヘッダーで同じ場所に戻りました。

# $target (object)
why-walk-no-address = { $target } には送信者が使えるアドレスがありません。

# $destination (text)
why-walk-no-route = 破棄されました。{ $destination } へのルートがありません。

# $destination (text), $node (object)
why-walk-node-local = { $destination } は { $node } のアドレスなので、パケットはノード自身に届きます。

# $destination (text), $node (object), $route (text)
why-walk-node-nobody = { $node } で破棄されました。ルート { $route } の先に { $destination } を持つものがありません。

# $destination (text)
why-walk-nobody = 破棄されました。アドレス { $destination } を持つものがありません。

# $pod (object)
why-walk-pod-pending = 停止しました。{ $pod } はどのノードにもないため、ネットワークがありません。
why-walk-pod-over = 停止しました。{ $pod } は終了したため、もうネットワークがありません。

# $pod (object), $destination (text), $route (text)
why-walk-pod-sends = { $pod } が { $destination } への接続を開きます。出口は { $route } だけです。
why-walk-pod-sends-on-link = { $pod } が { $destination } への接続を開きます。宛先は同じリンク上です: { $route }

# $receiver (object), $protocol (text), $port (number)
why-walk-port-closed = 拒否されました。{ $receiver } では { $protocol } { $port } で待ち受けるものがありません。

# $receiver (object), $source (text)
why-walk-reply-unknown = 破棄されました。{ $receiver } に { $source } からの応答が届きましたが、その接続はありません。

# $destination (text)
why-walk-ttl = 破棄されました。{ $destination } 宛てのパケットは転送の回数が多すぎ、TTL が 0 になりました。

# $interface (text), $node (object)
why-walk-veth-in = パケットは { $node } の { $interface } に出ます。ポッドごとに専用の veth ペアがあります。

# $interface (text), $pod (object)
why-walk-veth-out = { $pod } へのホスト ルートは専用の veth ペア { $interface } に向かいます。

# $host (object), $destination (text)
why-walk-host-forwards = { $host } は IP 転送が有効なので、{ $destination } 宛てのパケットを転送します。

# $host (object), $packet (text)
why-walk-host-no-session = 破棄されました。{ $host } は接続の状態を見て転送しますが、{ $packet } が応答する要求を見ていません。

# $node (object)
why-walk-ports-exhausted = { $node } で破棄されました。変換後の接続を一意にできる送信元ポートが残っていません。

# $place (object), $before (text), $after (text)
why-walk-azure-undoes = { $place } はこの接続を知っており、変換を元に戻します。

# $machine (object), $before (text), $after (text)
why-walk-public-ip = { $before } は { $machine } のパブリック アドレスなので、Azure は { $after } に送ります。

# $sender (object), $name (text), $server (text): an address, $place (object): where the query was lost
why-walk-query-lost = { $sender } は { $name } について { $server } から応答を得られません。パケットは { $place } で失われました。

# The same, $place (object): where the query cannot be followed further, $what (text): the thing that is not modelled
why-walk-query-not-modelled = { $sender } は { $server } に { $name } を尋ねますが、{ $place } の先の { $what } は対象外です。

# $sender (object), $server (text): an address, $percent (number): 1 to 100, $what (text): the thing that is not modelled
why-walk-query-partly = { $server } への問い合わせの { $percent } % は対象外の { $what } を通り、{ $sender } は他の経路で応答を得ます。

# $sender (object), $server (text): an address, $percent (number): 1 to 100
why-walk-query-repeated = { $server } への問い合わせの { $percent } % に応答がありません。{ $sender } は再試行で応答を得るものとします。

# $sender (object), $name (text), $server (text), $first (text): the first full name, $count (number): how many
why-walk-search = { $sender } が { $server } に尋ねます。最初は { $first } ({ $name } の候補 { $count } 個)。

# $machine (object)
why-walk-public-ip-closed = 破棄されました。{ $machine } のパブリック IP は Standard SKU で、NSG が許可するまで何も受け入れません。

# $sender (object)
why-walk-no-resolver = { $sender } には問い合わせる DNS サーバーがありません。dnsConfig で指定します。

# $sender (object), $name (text): what was asked, $other (text): what the records are about
why-walk-other-name = { $sender } は { $name } ではなく { $other } のレコードを無視します。answer auto を足します。

# $sender (object), $name (text), $server (text): an address, $place (object): who got the query
why-walk-no-dns-server = { $place } ({ $server }) は DNS サーバーではないので、{ $sender } は { $name } の答えを得ません。

# $server (object), $name (text)
why-walk-dns-loop = { $server } は { $name } の答えを待つ間に同じことを尋ねられました。転送が元に戻っています。

# $source (string); $owner (string): machine; $primary (string): its primary address
why-walk-metadata-source = 破棄。メタデータ サービスが応じるのは { $owner } のプライマリ アドレス { $primary } だけで、{ $source } ではありません。
