### Name resolution.

# $name (string): the full name; $servers (string): addresses of DNS servers
why-dns-forward = { $name } はクラスターの名前ではないため、CoreDNS は { $servers } に問い合わせます。
# $name (string): the full name
why-dns-outside = { $name } はクラスターの名前ではないため、CoreDNS は次のサーバーに問い合わせます。
# $host (object): a DNS server; $name (string): the full name
why-dns-host-forwards = { $host } は自分の仮想ネットワークの Azure DNS に { $name } を問い合わせます。
# $name (string): the full name; $servers (string): addresses of DNS servers
why-dns-forward-custom = CoreDNS は独自の設定に従って { $servers } に { $name } を問い合わせます。
# $what (string): a plugin, or a text that CoreDNS does not load
why-dns-custom = CoreDNS で停止しました。答えを変えうる { $what } を kubehop は扱いません。
# $name (string): the full name; $made (string): the name that is looked up
why-dns-rewrite = CoreDNS は { $name } を { $made } に書き換えて調べます。
# $name (string): the full name
why-dns-hosts = CoreDNS の hosts の一覧に { $name } があります。
# $name (string): the full name; $code (string): SERVFAIL or REFUSED
why-dns-failed = CoreDNS は { $code } を返します。設定のどこにも { $name } の答えがありません。
# $pod (object): a pod; $address (string): its address
why-dns-pod-verified = CoreDNS は名前から { $address } を読み取り、{ $pod } がそれを持ちます (pods verified)。
# $name (string): the full name
why-dns-junk-suffix = CoreDNS は { $name } をすぐに拒否します。検索リストからしか生じない名前だからです。
# $address (string): an address
why-dns-reverse = CoreDNS は、クラスター内で { $address } を持つものを知っています。
# $name (string): the full name
why-dns-zone-itself = CoreDNS が { $name } そのものについて答えます。
# $address (string): an address
why-dns-pod-name = CoreDNS は名前から { $address } を読み取ります。ポッドの有無は確かめません (pods insecure)。
# $service (object): a Service; $target (string): a name
why-dns-external-name = { $service } は ExternalName で、{ $target } の別名です。自分のアドレスはありません。
# $name (string): the full name
why-dns-alias-loop = { $name } は行き先のない別名です。別名の連鎖が長すぎるか、元に戻っています。
# $service (object): a headless Service; $count (number): records
why-dns-headless = { $service } はヘッドレスなので、準備完了のエンドポイント { $count } 件が答えになります。
# $service (object): a Service; $endpoint (string): label of the endpoint
why-dns-endpoint = { $service } には { $endpoint } という準備完了のエンドポイントがあります。
# $service (object): a Service; $address (string): its cluster addresses
why-dns-cluster-ip = { $service } のクラスター IP は { $address } です。
# $service (object): a headless Service
why-dns-no-ready-endpoint = アドレスがありません。{ $service } はヘッドレスで、準備完了のエンドポイントがありません。
# $name (string): the full name; $service (object): a Service
why-dns-no-record = { $name } は存在しません。{ $service } にそのポートやエンドポイントはありません。
# $name (string): the full name; $service (string): name; $namespace (string): name
why-dns-no-service = { $name } は存在しません。名前空間 { $namespace } に Service { $service } がありません。
# $name (string): the full name; $namespace (string): name
why-dns-no-namespace = { $name } は存在しません。名前空間 { $namespace } がありません。
# $name (string): the full name
why-dns-no-such-name = { $name } は存在しません。
# $name (string): the full name
why-dns-no-data = { $name } は存在しますが、この種類のレコードはありません。
# $zone (object): a DNS zone; $record (string): name of the record set
why-dns-zone = ゾーン { $zone } にレコード { $record } があります。
# $zone (object): a DNS zone; $name (string): the full name
why-dns-zone-no-record = { $name } は存在しません。ゾーン { $zone } にそのレコードがありません。
# $zone (object): a private DNS zone
why-dns-zone-not-linked = プライベート ゾーン { $zone } にありますが、問い合わせ元の仮想ネットワークにリンクされていません。
# $machine (object): a host or node; $vnet (object): a virtual network
why-dns-machine = { $machine } は { $vnet } のマシンで、Azure DNS がその名前を知っています。
# $name (string): the full name; $vnet (object): a virtual network
why-dns-no-machine = { $name } は存在しません。{ $vnet } にこの名前のマシンはありません。
# $publicip (object): a public IP address
why-dns-public-label = { $publicip } のドメイン名ラベルがこの名前です。
# $name (string): the full name
why-dns-unknown-name = { $name } はシナリオのどの文書にもありません。dnsZones の文書で定義できます。

# $account (object)
why-dns-storage = { $account } の名前です。サービス エンドポイントがあってもアドレスはパブリックのままです。
