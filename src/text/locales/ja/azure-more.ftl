### 最初の図に出てこない文。

# $destination (string); $prefix (string): private range; $subnet (string)
why-azure-route-none = { $subnet } のルートで破棄されました。{ $destination } の最長一致は None の { $prefix } です。

# $destination (string); $prefix (string): range of the peered network; $object (string): peering
why-azure-route-peering = { $destination } はピアリング { $object } の先の範囲 { $prefix } にあります。

# $destination (string); $prefix (string): on-premises range; $object (string): local network gateway
why-azure-route-gateway = { $destination } は、ゲートウェイが { $object } から知った { $prefix } にあります。

# $destination (string); $prefix (string); $hop (string): address of the appliance; $table (string)
why-azure-route-user-appliance = { $table } は { $prefix } を仮想アプライアンス { $hop } へ送ります。{ $destination } の最長一致です。

# $destination (string); $prefix (string); $route (string): name of the route; $table (string)
why-azure-route-user-none = 破棄されました。{ $destination } の最長一致は { $table } のルート { $route } ({ $prefix }、None) です。

# $destination (string); $prefix (string); $route (string); $table (string)
why-azure-route-user-internet = { $table } のルート { $route } が { $prefix } をインターネットへ送ります ({ $destination } の最長一致)。
why-azure-route-user-gateway = { $table } のルート { $route } が { $prefix } をゲートウェイへ送ります ({ $destination } の最長一致)。
why-azure-route-user-vnet = { $table } のルート { $route } が { $prefix } を仮想ネットワーク内で配送します ({ $destination } の最長一致)。

# $destination (string): address of the platform
why-azure-route-platform = { $destination } は Azure プラットフォームのアドレスです。ホストが応答し、ルートは適用されません。

# $destination (string); $subnet (string)
why-azure-route-missing = { $subnet } のルートで破棄されました。{ $destination } に一致するルートがありません。

# $destination (string); $tag (string): service tag; $table (string)
why-azure-route-tag = { $table } にサービス タグ { $tag } へのルートがあります。その範囲が不明なため { $destination } を判断できません。

# $rule (string); $priority (number); $nsg (string)
why-azure-nsg-default-allowed = { $nsg } の既定の規則 { $rule } ({ $priority }) が許可しました。
why-azure-nsg-default-denied = { $nsg } で破棄されました。許可する規則がなく、{ $rule } ({ $priority }) が適用されました。

# $rule (string); $priority (number); $nsg (string); $service (string): Service
why-azure-nsg-service-denied = AKS が { $service } のために { $nsg } へ置いた { $rule } ({ $priority }) で破棄されました。

# $rule (string); $priority (number); $nsg (string)
why-azure-nsg-allowed = { $nsg } の規則 { $rule } ({ $priority }) が許可しました。
why-azure-nsg-denied = { $nsg } の規則 { $rule } ({ $priority }) で破棄されました。

# $rule (string); $nsg (string); $tag (string): service tag; $source (string); $destination (string)
why-azure-nsg-tag = { $nsg } の { $rule } のタグ { $tag } の範囲が不明です ({ $source } → { $destination })。

# $destination (string); $nsg (string)
why-azure-nsg-platform = { $destination } はプラットフォームのため、専用タグの規則がない限り { $nsg } の対象外です。

# $place (string): subnet
why-azure-nsg-no-subnet-group = { $place } にはセキュリティ グループがなく、何も拒否されません。

# $place (string): node or host
why-azure-nsg-no-nic-group = { $place } の NIC にはセキュリティ グループがなく、何も拒否されません。

# $address (string): destination; $owner (string): node or host
why-azure-nic-in-own = { $address } は { $owner } の NIC のアドレスです。

# $address (string): destination; $owner (string)
why-azure-nic-in-refused = { $owner } の NIC で破棄されました。{ $address } は自身のアドレスではなく、IP 転送が無効です。

# $address (string): source; $owner (string)
why-azure-nic-out-own = 送信元 { $address } は { $owner } の NIC のアドレスです。
why-azure-nic-out-refused = { $owner } の NIC で破棄されました。送信元 { $address } は自身のものではなく、IP 転送が無効です。

# $from (string): virtual network; $to (string): virtual network
why-azure-peering = { $from } と { $to } は双方向でピアリングされています。

# $source (string); $from (string); $to (string)
why-azure-peering-transit = { $source } は { $to } が利用する { $from } のゲートウェイを通って来ました。

# $source (string); $from (string); $peering (string): peering of the receiving side
why-azure-peering-forwarded = { $source } は { $from } のアドレスではありませんが、{ $peering } は転送トラフィックを許可します。
why-azure-peering-forwarded-refused = 破棄。{ $source } は { $from } のものではなく、{ $peering } は転送トラフィックを許可しません。

# $destination (string): frontend; $from (string): virtual network; $to (string): virtual network
why-azure-peering-basic-global = 破棄。{ $destination } は { $to } の Basic ロード バランサーで、{ $from } のリージョンからは届きません。

# $destination (string); $gateway (string); $connection (string); $onPremises (string): local network gateway
why-azure-gateway-out = { $gateway } が { $connection } 経由で送ります。{ $destination } は { $onPremises } にあります。

# $destination (string); $gateway (string); $connection (string)
why-azure-gateway-in = { $gateway } は { $connection } を通して { $destination } の範囲を広報しています。

# $destination (string); $vnet (string)
why-azure-gateway-absent = 破棄されました。{ $vnet } には { $destination } を送れるゲートウェイがありません。

# $destination (string); $gateway (string)
why-azure-gateway-unknown = { $gateway } で破棄されました。{ $destination } を含む接続先がありません。

# $destination (string); $gateway (string): an ExpressRoute gateway
why-azure-gateway-express-route = 破棄されました。{ $gateway } は ExpressRoute 用で、ルート テーブルからは VPN ゲートウェイだけを指せます ({ $destination })。

# $destination (string); $onPremises (string)
why-azure-gateway-not-announced = { $onPremises } で破棄されました。{ $destination } を含む範囲を広報するゲートウェイがありません。

# $rule (string); $node (string); $backend (string): address and port; $tuple (number)
why-azure-lb-translated = { $rule } が { $tuple } 項目のハッシュで { $node } を選び、宛先を { $backend } に書き換えます。

# $loadBalancer (string); $protocol (string); $frontend (string): address and port
why-azure-lb-no-rule = 破棄されました。{ $loadBalancer } に { $protocol } { $frontend } の規則がありません。

# $loadBalancer (string); $rule (string)
why-azure-lb-empty-pool = 破棄されました。{ $rule } に一致しますが、{ $loadBalancer } のバックエンド プールが空です。

# $port (number); $unhealthy (string): names of nodes; $service (string)
why-azure-probe-local = { $service } は Local で、{ $unhealthy } にエンドポイントがないとポート { $port } が答えます。

# $port (number); $service (string)
why-azure-probe-no-endpoint = { $service } に準備完了のエンドポイントがなく、全ノードがポート { $port } のプローブを拒否します。

# $port (number); $path (string); $status (number); $service (string)
why-azure-probe-status = { $service } がポート { $port } のプローブ GET { $path } に { $status } を返します。正常は 200 だけです。

# $port (number); $unhealthy (string): names of nodes; $rule (string)
why-azure-probe-filtered = { $rule } が 168.63.129.16 から { $unhealthy } のポート { $port } へのプローブを破棄します。

# $port (number); $unhealthy (string): names of nodes
why-azure-probe-node-not-ready = { $unhealthy } は準備完了でなく、ポート { $port } の正常性プローブに応答しません。
why-azure-probe-closed = { $unhealthy } では、正常性プローブのポート { $port } で待ち受けがありません。

# $loadBalancer (string); $what (string): what is missing
why-azure-probe-not-modelled = { $loadBalancer } で停止。kubehop は { $what } を扱わないため、正常なノードを判断できません。

# $rule (string); $node (string); $first (number); $last (number); $before (string): source; $after (string): new source
why-azure-snat-rule = { $rule } が { $before } を { $after } に変換 ({ $node }: { $first }～{ $last })。

# $rule (string): the load balancer; $node (string); $first (number); $last (number); $before (string): source; $after (string): new source
why-azure-snat-basic = Basic の { $rule } が無作為に { $before } を { $after } に変換 ({ $first }～{ $last })。

# $natGateway (string); $subnet (string); $before (string): source; $after (string): new source
why-azure-snat-nat-gateway = { $subnet } の { $natGateway } が { $before } を { $after } に変換しました。

# $natGateway (string); $source (string); $protocol (string)
why-azure-snat-nat-gateway-empty = 破棄されました。{ $natGateway } に { $source } のためのパブリック IP がありません。
why-azure-snat-nat-gateway-icmp = 破棄されました。{ $natGateway } は TCP と UDP だけを変換し、{ $source } の { $protocol } は通りません。

# $owner (string); $before (string): source; $after (string): new source
why-azure-snat-instance = { $owner } は自身のパブリック IP を持ち、{ $before } は { $after } になります。

# $source (string); $rule (string); $loadBalancer (string); $protocol (string)
why-azure-snat-icmp = 破棄。{ $loadBalancer } の { $rule } は TCP と UDP だけを変換し、{ $source } の { $protocol } は通りません。
why-azure-snat-secondary = 破棄。{ $source } はセカンダリ アドレスで、{ $loadBalancer } の { $rule } はプライマリだけを変換します。
why-azure-snat-exhausted = 破棄されました。{ $loadBalancer } の { $rule } には { $source } に割り当てるポートがありません。

# $source (string); $owner (string)
why-azure-snat-foreign = 破棄されました。Azure が変換するのは NIC のアドレスだけで、{ $source } は { $owner } のものではありません。
why-azure-snat-no-rule = 破棄。{ $owner } は送信規則のない Standard ロード バランサーにあり、{ $source } は外へ出られません。
why-azure-snat-default-access = { $owner } は既定の送信アクセスを使います。{ $source } のパブリック IP は予測できません。

# $firewall (object); $rule (text): collection and rule; $priority (number): of the collection
why-azure-firewall-network = { $firewall } のネットワーク規則 { $rule } ({ $priority }) が許可しました。
why-azure-firewall-application = アプリケーション規則 { $rule } ({ $priority }) が許可し、{ $firewall } が接続を張り直します。
why-azure-firewall-nat-rule = { $firewall } の DNAT 規則 { $rule } ({ $priority }) が許可しました。
why-azure-firewall-denied = { $firewall } の { $rule } ({ $priority }) によって破棄されました。

# $firewall (object); $before (text): the packet
why-azure-firewall-default = { $firewall } が破棄しました。{ $before } を許可する規則がありません。

# $firewall (object); $before (text): the packet; $after (text): the packet
why-azure-firewall-dnat = { $firewall } が { $before } を { $after } に変換しました。
why-azure-firewall-snat = { $firewall } が { $before } の送信元をパブリック IP に変換しました: { $after }。
why-azure-firewall-snat-private = 応答が戻るように、{ $firewall } が { $before } の送信元を自身のサブネットのアドレスに変換しました: { $after }。
why-azure-firewall-session = { $firewall } はこの接続を知っており、{ $before } は { $after } になります。

# $firewall (object); $packet (text)
why-azure-firewall-no-session = 破棄されました。{ $packet } が応答する要求を { $firewall } は見ていません。

# $firewall (object); $destination (address)
why-azure-firewall-own = { $destination } は { $firewall } のアドレスで、転送する DNAT 規則がないため、応答する相手がいません。

# $firewall (object); $source (address)
why-azure-firewall-no-address = 破棄されました。{ $firewall } には { $source } のためのパブリック IP がありません。

# $destination (address); $prefix (text); $subnet (object); $object (object): the subnet with the endpoint
why-azure-route-endpoint = { $subnet } のサービス エンドポイントが { $destination } への独自のルートを持ちます。

# $account (object); $source (address)
why-azure-service-endpoint = サービス エンドポイントから { $account } に届きます。プライベートの送信元 { $source } は変換されず、サブネットも伝わります。
why-azure-storage-open = { $account } はすべてのネットワークを許可し、{ $source } も通します。
why-azure-storage-subnet = { $account } は { $source } を許可しました。サービス エンドポイントが示すサブネットが規則にあります。
why-azure-storage-range = { $account } は { $source } を許可しました。アドレスの規則に含まれます。
why-azure-storage-region = { $account } が拒否しました。{ $source } は規則に含まれますが、同じリージョンからの要求にアドレスの規則は効きません。
why-azure-storage-denied = { $account } が拒否しました。{ $source } を許可するネットワーク規則がありません。
why-azure-storage-closed = { $account } が拒否しました。{ $source } に対するパブリック エンドポイントは無効です。

why-azure-nsg-missing = 停止。{ $place } の { $nsg } を表す文書がないため、何を通すか判断できません。
why-azure-nsg-unread = 停止。{ $nsg } の規則 { $rule } を読み取れず、それが最初に一致する可能性があります。
why-azure-route-table-missing = 停止。{ $subnet } の { $table } を表す文書がないため、どこへ送るか判断できません。
why-azure-route-unread = 停止。{ $table } のルート { $route } を読み取れず、それが { $destination } に最もよく一致する可能性があります。
why-azure-snat-nat-gateway-prefix = 停止。{ $natGateway } はパブリック IP プレフィックス { $prefix } のアドレスを使いますが、kubehop はそのアドレスを知りません。
why-azure-snat-nat-gateway-unknown = 停止。{ $natGateway } の { $publicIp } を表す文書がないため、どのアドレスになるか判断できません。
why-azure-snat-nat-gateway-missing = 停止。{ $subnet } の { $natGateway } を表す文書がないため、どのアドレスになるか判断できません。

# $rule (string); $priority (number); $nsg (string)
why-azure-nsg-outbound-block = 破棄。outboundType が block なので、AKS が { $nsg } に置いた { $rule } ({ $priority }) が止めます。
# $source (string); $owner (string); $cluster (string)
why-azure-snat-blocked = 破棄。{ $cluster } の outboundType は block で、{ $owner } の { $source } は外へ出られません。
why-azure-snat-none = 停止。{ $cluster } の outboundType は none で、{ $source } に既定の送信アクセスがあるかは判断できません。
# $source (string); $owner (string); $subnet (string)
why-azure-snat-private = 破棄。プライベート サブネット { $subnet } では、{ $owner } の { $source } に送信手段がありません。
# $owner (string); $subnet (string); $loadBalancer (string): 利用者が書いたもの
why-azure-snat-private-balancer = 停止。プライベート サブネット { $subnet } の { $owner } が { $loadBalancer } から送信できるか判断できません。
# $rule (string); $other (string): another rule; $priority (number); $nsg (string)
why-azure-nsg-contested = 停止。{ $nsg } の { $rule } と { $other } は優先度 { $priority } が同じで、許可と拒否が矛盾します。
# $route (string); $other (string): another route; $prefix (text): prefix or service tag; $table (string); $destination (string)
why-azure-route-contested = 停止。{ $table } の { $route } と { $other } は { $prefix } ({ $destination }) の送り先が矛盾します。
# $destination (string); $peering (string); $range (string): range of the network; $other (string): range of the other one; $remote (string)
why-azure-peering-overlap = 停止。{ $destination } への { $peering } は、{ $remote } の { $other } が { $range } に重なり拒否されます。
# $address (string); $subnet (string)
why-azure-subnet-unread = 停止。{ $subnet } のプレフィックスを読み取れず、{ $address } がその中か判断できません。
