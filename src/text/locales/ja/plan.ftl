### アドレス: kubehop plan。

# $addresses, $free, $held, $prefix, $range, $reserved, $used
plan-range = { $range } { $prefix }: アドレス { $addresses } 個、予約 { $reserved }、使用 { $used }、確保 { $held }、空き { $free }

# $bar
plan-bar = [{ $bar }] x 予約、# 使用、= ポッド用に確保、. 空き

# $addresses, $range, $reason
plan-reserved = { $range } { $addresses } 予約: { $reason }

# $addresses, $holder, $range, $reason
plan-reserved-for = { $range } { $addresses } 予約 ({ $holder }): { $reason }

# $addresses, $holder, $range, $reason
plan-used = { $range } { $addresses } 使用 ({ $holder }): { $reason }

# $addresses, $holder, $range, $reason
plan-held-by = { $range } { $addresses } 確保 ({ $holder }): { $reason }

# $each, $free, $moreNodes, $nodes, $pool, $subnet, $wanted
plan-pool-nodes = プール { $pool }: { $subnet } にノード { $nodes }/{ $wanted } 台、1 台あたりアドレス { $each } 個。空き { $free } 個で、あと { $moreNodes } 台入ります

# $morePods, $pods, $pool, $room
plan-pool-pods = プール { $pool }: ポッド { $pods }/{ $room } 個。あと { $morePods } 個入ります

# $free, $need, $pool, $surge
plan-surge-fits = プール { $pool }: アップグレードは一時的にノード { $surge } 台を加え、空き { $free } 個のうち { $need } 個を使います。足ります

# $free, $need, $pool, $surge
plan-surge-does-not-fit = プール { $pool }: アップグレードは一時的にノード { $surge } 台を加え、アドレスが { $need } 個必要ですが、空きは { $free } 個です。AKS が拒否します

# $podFree, $podNeed, $podSubnet, $pool
plan-surge-pods-fit = プール { $pool }: さらに { $podSubnet } の空き { $podFree } 個のうち { $podNeed } 個を使います。足ります
plan-surge-pods-do-not-fit = プール { $pool }: さらに { $podSubnet } のアドレスが { $podNeed } 個必要ですが、空きは { $podFree } 個です。AKS が拒否します
plan-surge-blocks-fit = プール { $pool }: さらに { $podSubnet } の空きブロックにある { $podFree } 個のうち { $podNeed } 個を使います。足ります
plan-surge-blocks-do-not-fit = プール { $pool }: さらに { $podSubnet } のアドレスが { $podNeed } 個必要ですが、空きブロックにあるのは { $podFree } 個です。AKS が拒否します

# $limit, $more, $most, $pool
plan-autoscaler-fits = プール { $pool }: オートスケーラーは { $most } 台まで増やせます。足ります
plan-autoscaler-fits-alone = プール { $pool }: オートスケーラーは { $most } 台まで増やせます。ほかのプールが増えないかぎり足ります
plan-autoscaler-does-not-fit = プール { $pool }: オートスケーラーは { $most } 台まで増やせますが、上限 { $limit } のため、あと { $more } 台です

# $limit, $pool, $why
plan-surge-exceeds = プール { $pool }: ただし、上限 { $limit } を超えます。{ $why }

# $holder, $range
plan-uncounted = { $range }: { $holder } は、ここにあるもののほかにもアドレスを使います。個数は文書にないため、数えていません

# $limit, $more, $nodes, $object, $url, $why
plan-binds-first = 上限 { $limit } が最初に効きます。ノード { $nodes } 台まで (あと { $more } 台)。{ $object }: { $why } 文書: { $url }

# $limit, $more, $nodes, $object, $url, $why
plan-binds = 上限 { $limit } はノード { $nodes } 台で効きます (あと { $more } 台)。{ $object }: { $why } 文書: { $url }

# $each, $maxPods, $need, $nodes, $others, $pods, $pool, $subnet, $surge
plan-what-if = プール { $pool } をノード { $nodes } 台 × ポッド { $maxPods } 個 (合計 { $pods } 個)、アップグレード中は { $surge } 台増しにすると、{ $subnet } のアドレスが { $need } 個必要です。({ $nodes } + { $surge }) × { $each } と、ほかの { $others } 個

# $prefix, $usable
plan-fits = 試算: { $prefix } のアドレスで足ります。使えるアドレスは { $usable } 個です

# $prefix, $usable
plan-does-not-fit = 試算: { $prefix } のアドレスでは足りません。使えるアドレスは { $usable } 個です

# $pool, $subnet
plan-no-subnet = 試算: プール { $pool } の { $subnet } がないため、収まりません

# $pool
plan-subnet-unnamed = 試算: プール { $pool } にサブネットの指定がないため、収まりません

# $prefix, $vnet
plan-no-place = 試算: { $vnet } のアドレス空間には、ほかのサブネットを除くと { $prefix } を置く場所がありません

# $least, $pods, $pool
plan-too-few-pods = 試算: プール { $pool } で動かせるポッドは { $pods } 個です。ノードあたり { $least } 個未満にするなら、プール全体で { $least } 個以上必要です

# $smallest
plan-smallest = 試算: 足りる最小のプレフィックスは { $smallest } です

# $podRange
plan-pod-range-fits = 試算: ポッドの範囲には、各ノードの /24 があります。足りる最小の範囲は { $podRange } です

# $podRange
plan-pod-range-does-not-fit = 試算: ポッドの範囲には、各ノードの /24 がありません。足りる最小の範囲は { $podRange } です

# $blocks
plan-pod-subnet = 試算: 各ノードはポッド サブネットから 16 アドレスのブロックを { $blocks } 個使います

# $each, $need, $nodes, $others, $podSubnet, $surge, $usable
plan-pods-fit = 試算: ポッドには { $podSubnet } のアドレスが { $need } 個必要です。({ $nodes } + { $surge }) × { $each } と、ほかの { $others } 個。使える { $usable } 個に収まります
plan-pods-do-not-fit = 試算: ポッドには { $podSubnet } のアドレスが { $need } 個必要です。({ $nodes } + { $surge }) × { $each } と、ほかの { $others } 個。使える { $usable } 個に収まりません

# $smallest
plan-pods-smallest = 試算: ポッドに足りる最小のプレフィックスは { $smallest } です

# $limit, $why
plan-exceeded = 試算: 上限 { $limit } を超えます。{ $why }

plan-nothing = 仮想ネットワークもクラスターもないため、計画するものがありません

# $name, $names
plan-no-such-pool = --pool: プール { $name } はありません。対処: { $names }

# $pods
plan-bad-max-pods = --max-pods: 検出: { $pods }、期待: 10 から 250

# $most, $prefix
plan-bad-prefix = --prefix: 検出: /{ $prefix }、期待: /{ $most } 以下 (最小のサブネット)

plan-network = ネットワーク自身のアドレス

plan-gateway = 既定のゲートウェイ (Azure が予約)

plan-dns = DNS のために Azure が予約

plan-broadcast = ブロードキャスト アドレス

plan-node = ノードのプライマリ アドレス

plan-pod = ポッドのアドレス

plan-held = ノードのセカンダリ アドレス。動かせるポッドの分

plan-share = ノードの /24 の残り。動かせるポッドの分

plan-host = マシンのアドレス

plan-appgateway = Application Gateway のフロントエンドまたはインスタンス
plan-frontend = 内部ロード バランサーのフロントエンド
plan-endpoint = プライベート エンドポイント
plan-firewall = ファイアウォールのアドレス

plan-interface = 書かれているネットワーク インターフェイス

plan-pod-network = ノードの /24 の最初のアドレス

plan-bridge = ノードのブリッジ cbr0

plan-pod-broadcast = ノードの /24 の最後のアドレス

plan-service-network = 範囲の最初のアドレス。Service には割り当てません

plan-service-broadcast = 範囲の最後のアドレス。Service には割り当てません

plan-cluster-ip = Service のクラスター IP

plan-dns-service = クラスターの dnsServiceIP

# $each, $free, $pool
plan-limit-subnet = 空きアドレスは { $free } 個で、プール { $pool } のノードは 1 台に { $each } 個使います。

# $each, $most, $pool, $used
plan-limit-vnet = 仮想ネットワークのプライベート アドレスは { $most } 個までです。{ $used } 個が使われていて、プール { $pool } のノードは、ポッドをすべて動かすと 1 台に { $each } 個使います。
plan-limit-vnet-blocks = 仮想ネットワークのプライベート アドレスは { $most } 個までで、16 個のブロックは 1 個と数えます。{ $used } 個が使われていて、プール { $pool } のノードは 1 台に { $each } 個使います。
# $each, $most, $nodes, $others, $pool
plan-limit-vnet-wish = 仮想ネットワークのプライベート アドレスは { $most } 個までです。ほかが { $others } 個を使い、プール { $pool } のノード { $nodes } 台は、ポッドをすべて動かすと 1 台に { $each } 個使います。

# $most, $pool
plan-limit-pool = プール { $pool } のノードは { $most } 台までです。

# $most
plan-limit-cluster = クラスターのノードは { $most } 台までです。

# $each, $free, $pool
plan-limit-pod-subnet = { $pool } のポッド用に { $free } 個のアドレスが空いています。ポッドを上限まで動かすノードは 1 つにつき { $each } 個を使います。
plan-limit-pod-subnet-blocks = 16 個の空きブロックに { $free } 個のアドレスがあり、プール { $pool } のノードは 1 台に { $each } 個使います。Azure が保持するアドレスのあるブロックは数えません。

# $blocks, $range, $taken
plan-limit-pods = { $range } にはノード用の /24 が { $blocks } 個あり、{ $taken } 個が使われています。

# $most, $taken
plan-limit-routes = ルート テーブルのルートは { $most } 個まで、ノードごとに 1 個です。今は { $taken } 個あります。

# $most, $taken
plan-limit-members = ロード バランサーの送信先のノードは { $most } 台までです。今は { $taken } 台あります。

# $addresses, $ports
plan-limit-ports = ノード 1 台に { $ports } ポートなら、送信用アドレス { $addresses } 個で { $nodes } 台まで足ります。

# How many connections fit through an outbound rule. Arguments: object, nodes, ports, addresses, connections, taken, all.
plan-outbound-rule = { $object } による送信: { $nodes } 台の各ノードに SNAT ポートが { $ports } 個あり、同じアドレスとポートへ同時に最大 { $connections } 接続。{ $addresses } 個のアドレスの { $all } ポートのうち { $taken } を割り当て済み

# How many connections fit through a NAT gateway. Arguments: object, ports, addresses, connections.
plan-outbound-gateway = { $object } による送信: { $addresses } 個のアドレスにそれぞれ { $ports } ポートがあり、全マシン合わせて、同じアドレスとポートへ同時に最大 { $connections } 接続
plan-outbound-gateway-v2 = { $object } (SKU は StandardV2。リージョンのゾーンにまたがり、同じ SKU のアドレスだけを使う) による送信: { $addresses } 個のアドレスにそれぞれ { $ports } ポートがあり、全マシン合わせて、同じアドレスとポートへ同時に最大 { $connections } 接続

# Where the number of SNAT ports a node comes from. Arguments: ports (a node), most (nodes), next (ports of larger pools).
plan-ports-automatic = 自動割り当て: { $most } ノードまでのプールでは、各ノードがアドレスごとに { $ports } ポートを持ち、それより大きいプールでは { $next } ポートになります
# Arguments: ports, nodes.
plan-ports-fewest = 自動割り当て: { $nodes } ノードのプールでは、各ノードがアドレスごとに { $ports } ポートを持ちます
# Arguments: ports, addresses, all (ports), most (nodes), nodes.
plan-ports-set = 手動設定: allocatedOutboundPorts により、{ $addresses } 個のアドレスの { $all } ポートから各ノードに { $ports } ポートを割り当てます。足りるのは { $most } ノードまでで、現在は { $nodes } ノードです

# The SNAT ports of one node. Arguments: node, by, addresses (text), first, last, connections.
plan-ports-block = { $node } は { $by } により { $addresses } のポート { $first } から { $last } を使います。同じアドレス、ポート、プロトコルへの接続が { $connections } 個開いていると、次の接続は 1 つ終わるまで破棄されます。
# Arguments: node, by, addresses (text), connections.
plan-ports-on-demand = { $node } は必要に応じて { $by } から { $addresses } のポートを受け取ります。全マシン合わせて、同じアドレス、ポート、プロトコルへの接続が { $connections } 個開いていると、次の接続は 1 つ終わるまで破棄されます。
# Arguments: node, by, addresses (text).
plan-ports-own = { $node } は自身のパブリック アドレス { $addresses } で送信し、ポートは変わりません。

# 利用者のルートが導くノード。引数: node、route (名前)、table、hop (アドレス)、by、prefix、subnet。
plan-ports-unused = { $node } は { $by } のポートを使いません。インターネットへの送信には { $table } の { $route } ({ $prefix }) が先に効き、そのネクスト ホップは { $hop } です。
plan-ports-unused-own = { $node } は自身のパブリック アドレスを使いません。インターネットへの送信には { $table } の { $route } ({ $prefix }) が先に効き、そのネクスト ホップは { $hop } です。
plan-ports-route-owner = { $node } に自身の SNAT ポートはありません。{ $table } の { $route } により { $by } ({ $hop }) を通り、送信元はそこで変換されます。
plan-ports-route-hop = { $node } に自身の SNAT ポートはありません。{ $table } の { $route } により { $hop } を通り、送信元はそのアドレスを持つものが変換します。それが何かはどの文書にもありません。
plan-ports-route-gateway = { $node } に自身の SNAT ポートはありません。{ $table } の { $route } ({ $prefix }) により仮想ネットワーク ゲートウェイを通り、送信元はその先のネットワークで変換されます。
plan-ports-route-none = { $node } に SNAT ポートは不要です。インターネットへの送信は { $table } の { $route } ({ $prefix }) により破棄されます。
plan-ports-route-missing = { $node } に SNAT ポートはありません。outboundType が userDefinedRouting なので AKS は送信手段を作らず、{ $subnet } にはアプライアンスやゲートウェイを通ってインターネットへ向かうルートがありません。
plan-ports-outbound-none = { $node } に SNAT ポートはありません。outboundType が none なので AKS は送信手段を作らず、NAT ゲートウェイもアプライアンスへのルートもありません。ロード バランサーまたはプライベート サブネットのため、既定の送信アクセスもありません。
plan-ports-outbound-none-open = { $node } に SNAT ポートはありません。outboundType が none なので AKS は送信手段を作らず、NAT ゲートウェイもアプライアンスへのルートもありません。既定の送信アクセスがあるかどうかはモデル化されていません。
plan-ports-outbound-block = { $node } に SNAT ポートは不要です。outboundType が block なので、AKS のセキュリティ グループがインターネットへの送信をすべて止めます。
