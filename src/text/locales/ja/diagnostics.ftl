### Problems with the input.

severity-error = エラー
severity-warning = 警告
severity-info = 情報

# $found (string), $expected (string): follows the message of a problem
diagnostic-found = 。検出: { $found }、期待: { $expected }
# $hint (string): follows the message of a problem
diagnostic-hint = 。対処: { $hint }

## Translations by the code of the problem. In English the reader words them itself.
## $message (string): the English sentence; $found, $expected, $object, $field (string): where known

yaml-syntax = YAML として読めません ({ $message })
yaml-tab = YAML では、インデントにタブを使えません
    .hint = 行頭のタブを 2 つの空白に置き換えます
yaml-duplicate-key = キー { $field } がこのマッピングに 2 回あります。後の値を使います
    .hint = どちらかを削除します
yaml-key = このキーは文字列ではないため、項目を除外しました
    .hint = 中かっこの値のつもりなら、引用符で囲みます
yaml-alias = このエイリアスは、それ自身が指す値の中にあります
yaml-merge = << で結合できるのはマッピングだけです
yaml-limit = このファイルは大きさまたは深さの上限を超えています
    .hint = 必要な文書だけを残すか、ファイルを分けます
file-too-large = このファイルは大きすぎて読めません
    .hint = 必要な文書だけを残すか、ファイルを分けます
empty-file = このファイルには文書がありません
more-problems = このファイルには、ほかにも問題があります ({ $message })
missing-field = { $field } がありません
wrong-type = { $field } の型が違います
out-of-range = { $field } が範囲の外です
unknown-value = { $field } の値は知られていません
unknown-key = { $field } は expect のキーではありません
bad-name = { $field } は API が受け入れない名前です
bad-label = { $field } は API が受け入れないラベルまたは注釈です
bad-address = { $field } は IP アドレスではありません
bad-prefix = { $field } はプレフィックスではありません
host-bits = { $field } はプレフィックスより後のビットが 0 ではありません。そのビットは無視します
leading-zeros = { $field } の先頭に 0 があります。10 進数として読みます
bad-port-range = { $field } はポートまたはポートの範囲ではありません
bad-reference = { $field } はサブネットの名前ではありません
bad-place = { $field } を理解できません ({ $message })
bad-position = { $field } は位置ではありません
unknown-place = { $field } は知られている種類の場所ではありません
flow-target = { $field } の宛先を 1 つに決められません
host-place = { $field } には、ホストの場所がちょうど 1 つ必要です
wrong-family = { $field } のアドレス ファミリーが違います
duplicate-object = { $field } が 2 回書かれています。後のものを使います
    .hint = どちらかを削除するか、名前を変えます
missing-reference = { $field } が指すものがありません
selector-mismatch = { $field } がテンプレートのラベルに一致しません。API はこれを拒否します
slice-without-service = { $field } に Service を示すラベルがないため、このスライスは使われません
secret-dropped = この Secret のデータは破棄しました。名前と種類だけを残します
not-simulated = { $field } はそのまま残しますが、シミュレーションの対象外です
unknown-document = この文書の種類が分かりません。そのまま残します
wrong-version = この API バージョンにこの種類はなく、API は拒否します
template-expression = このテンプレート式は計算しません
    .hint = 式の代わりに値を書くか、パラメーターに defaultValue を付けます

## What controllers find (src/engine/control).

cluster-assumed = managedClusters の文書がないため、既定の AKS クラスターを仮定しています
    .hint = 自分のクラスターを表すには Microsoft.ContainerService/managedClusters の文書を追加します
plugin-not-modelled = このネットワーク プラグインは扱えません。ノードにはアドレスを割り当てますが、ポッドには割り当てません
    .hint = kubenet と、ノード サブネットの Azure CNI を扱えます
windows-not-modelled = Windows ノードは扱えないため、このプールを除外しました
node-limit = ノード数が上限を超えるため、超えた分を除外しました
subnet-full = サブネットに、必要なノードの分の空きアドレスがありません
    .hint = addressPrefix を広げるか、ノード数または maxPods を減らします
subnet-not-found = プールのサブネットが見つからないため、ノードにアドレスを割り当てられません
pod-cidr-full = ポッドの範囲に、すべてのノードの分の /24 がありません
pod-cidr-ipv6 = IPv6 のポッドの範囲は扱えないため、ポッドにアドレスを割り当てません
public-ips-full = 割り当てられるパブリック アドレスが残っていません
    .hint = properties.ipAddress を書きます
pod-limit = { $object } のレプリカが多すぎるため、一部だけを扱います
pod-unschedulable = { $object } は Pending です。条件に合うノードがありません
    .hint = ノードを増やすか、maxPods を上げるか、ポッドがノードに求める条件を変えます
scheduling-not-modelled = スケジューリングはこの指定を考慮しません。{ $object } のポッドは、この指定なしで配置されます
    .hint = ノードが重要な場合は、spec.nodeName のある Pod を書きます
unknown-stop = { $object } の期待が、どの経路も通らない名前を挙げています
node-not-found = { $object } の nodeName のノードは存在しません
    .hint = Node を追加するか、プールの count を増やすか、nodeName を省きます
pod-no-address = { $object } でアドレスを得られないポッドは Pending です
    .hint = ポッドの範囲、または空きのあるサブネットをノードに与えます
address-twice = { $object } のアドレスは、ほかで使われています
address-outside-range = { $object } のアドレスは、そのノードが割り当てられる範囲の外です
service-range-full = { $object } に割り当てられるクラスター IP が残っていません
cluster-ip-twice = { $object } のクラスター IP は、ほかの Service が使っています
cluster-ip-outside-range = { $object } のクラスター IP は、Service の範囲の外です
dns-service-ip-outside-range = dnsServiceIP が serviceCidr の外です
dns-service-ip-first = dnsServiceIP が serviceCidr の最初のアドレスです。それは Service kubernetes のものです
node-ports-full = { $object } に割り当てられるノード ポートが残っていません
node-port-twice = { $object } のノード ポートは、ほかの Service が使っています
node-port-out-of-range = { $object } のノード ポートが範囲の外です
topology-not-modelled = { $object } のトポロジーによる振り分けは扱えないため、ヒントを付けません

## What the cloud provider and Azure refuse (src/engine/azure).

load-balancer-pending = { $object } は外部アドレスを得られず、保留のままです ({ $message })
load-balancer-refused = { $object } は Azure に受け付けられません ({ $message })
subnet-outside-vnet = { $object } のアドレス範囲が、仮想ネットワークの範囲の外です
subnet-too-small = { $object } が小さすぎます。最小のサブネットは /29 です
subnets-overlap = { $object } のアドレス範囲が、ほかのサブネットと重なっています ({ $message })
peering-disconnected = { $object } には反対側のピアリングがなく、Connected にならないため、パケットは通りません
peering-two-gateways = 自身のゲートウェイがある仮想ネットワークは、リモート ゲートウェイを使えません ({ $object })
peering-itself = 仮想ネットワークを自分自身とピアリングすることはできません ({ $object })
    .hint = 相手の仮想ネットワークを指定するか、ピアリングを削除します
peering-overlap = { $object } で結ばれた仮想ネットワークのアドレス範囲が重なっています ({ $message })
address-outside-subnet = { $object } のアドレスが、そのサブネットの外です
forbidden-range = AKS が認めない範囲と重なっています ({ $message })
service-range-too-large = Service の範囲は /12 より小さくなければなりません
cluster-range-overlap = { $object } の範囲が、ほかのネットワークと重なっています ({ $message })
too-many-routes = { $object } のルートが多すぎます。上限は 400 です
too-many-rules = { $object } の規則が多すぎます。上限は 1000 です
too-many-kubenet-nodes = kubenet ではノードごとにルートが必要で、ルート テーブルの上限は 400 です
    .hint = ポッドのルートが要らない Azure CNI を使います
too-many-load-balancer-services = LoadBalancer の Service が多すぎます。クラスターあたりの上限は 300 です
too-many-nodes = プールのノードが多すぎます。上限は 1000 です
too-few-pods = maxPods が小さすぎます。下限は 10 です
kubenet-windows = kubenet は Windows ノードに対応していません
outbound-ports-multiple = allocatedOutboundPorts は 8 の倍数でなければなりません
outbound-ports-exhausted = 送信用のポートがすべてのノードには足りません ({ $message })
kubenet-subnet-shared = kubenet のクラスターは、サブネットをほかのクラスターと共有できません ({ $message })
next-hop-unknown = { $object } のネクスト ホップのアドレスは、誰も持っていません ({ $message })
next-hop-in-subnet = { $object } のアプライアンスが、それを使うサブネットの中にあり、パケットが循環します
virtual-network-tag-widened = { $object } の 0.0.0.0/0 により、タグ VirtualNetwork がすべてのアドレスを含みます
    .hint = 重要な規則では、タグではなくアドレス範囲を書きます
service-tag-not-modelled = サービス タグの範囲は扱えません ({ $message })
default-route-required = userDefinedRouting には、アプライアンスまたはゲートウェイへの 0.0.0.0/0 のルートが必要です ({ $message })
    .hint = 0.0.0.0/0 を仮想アプライアンスかゲートウェイへ送るルートを追加します
policy-needs-azure-cni = ネットワーク ポリシー azure には Azure CNI が必要です
    .hint = kubenet では calico を使います
unsupported-change = AKS が作成したネットワークへの、サポートされない変更です ({ $message })
    .hint = 自分で用意した仮想ネットワークを使います
cluster-traffic-blocked = ノード間の通信を妨げる規則です ({ $message })
subnet-delegated = ノードのサブネットは委任できません ({ $object })

## What the components of a node refuse (src/engine/netfilter).

ip-masq-refused = ip-masq エージェントはこのファイルを受け付けません ({ $message })
    .hint = 直すまで、AKS 自身の設定だけが有効です
kube-proxy-mode-not-modelled = kube-proxy は iptables モードだけを扱えます
kube-proxy-detector = kube-proxy はポッドの通信を見分けられません ({ $message })
    .hint = それまでは、クラスター IP 宛ての送信元は書き換えられません
policy-refused = この NetworkPolicy は API サーバーに拒否されるため、効果がありません
    .hint = クラスターには存在しません。直すと、どう働くかが分かります
service-refused = この Service は API サーバーに拒否されるため、効果がありません
    .hint = クラスターには存在しません。直すと、どう働くかが分かります
ingress-refused = この Ingress は API サーバーに拒否されるため、効果がありません
    .hint = どう働くかを見るには、先に直します
ingress-ignored = この Ingress を扱うコントローラーがないため、効果がありません ({ $message })
    .hint = クラスの名前、またはコントローラーの文書とその引数を確認します
ingress-passthrough = ssl-passthrough の指定がありますが、コントローラーで有効になっていません
    .hint = コントローラーの引数に --enable-ssl-passthrough を加えます
ingress-not-modelled = kubehop はこの ingress-nginx の注釈をモデル化していません ({ $field })
    .hint = これに依存する経路は「モデル化されていない」で終わります
ingress-resource = ingress-nginx は Service 以外へのバックエンドを扱いません
ingress-port = { $field } は Service にないポートです ({ $message })
ingress-duplicate = このホストとパスは別の Ingress が先に持つため、こちらにはリクエストが来ません
bad-path = { $field } は API が受け入れないパスです
addon-retired = このバージョンの Kubernetes では、AKS に HTTP アプリケーションルーティングのアドオンがありません
    .hint = 1.22 で終了しました。代わりに ingress-nginx を入れます
corefile = CoreDNS はこの設定を読み込めません ({ $message })
    .hint = CoreDNS の書き方に直します
corefile-key = { $field } は CoreDNS に読まれません
dns-config = { $field } は API が受け入れない DNS 設定です
dns-option = リゾルバーは { $field } を無視します
forward-unreached = { $field } の forward には問い合わせが届きません。同じブロックの前の forward が答えます
    .hint = ゾーンのサーバー ブロックを *.server に書きます
alias-loop = 別名 { $field } は自分自身に戻り、アドレスがありません
ingress-empty = { $field } には送り先がありません

## ポリシーとサービス
policy-refused = この NetworkPolicy は API サーバーに拒否されるため、効果がありません
    .hint = クラスターには存在しません。どう働くかを見るには、先に直します
policy-peer = { $field } は相手を示していません
policy-selects-nothing = { $object } の podSelector に合い、隔離できるポッドがありません
no-such-port-name = { $field } という名前のポートを持つポッドが、この規則の宛先にありません
port-name-differs = ポート名 { $field } の番号がポッドによって異なり、cilium では使えません
forbidden = { $field } はここでは使えません
duplicate = { $field } の値が重複しています
ip-family-not-modelled = { $field } は IPv6 を求めますが、kubehop は扱いません。この Service の IP は IPv4 だけです
    .hint = IPv6 のないクラスターはこの Service を拒否します
policy-not-modelled = kubehop は { $field } を扱いません
    .hint = これが関わる経路は「対象外」で終わります。reach はないものとして計算します
load-balancer-class = { $field } は loadBalancerClass の担当者に任され、Azure は何もしません
    .hint = Azure のロード バランサーを使うには loadBalancerClass を外します
no-ports = { $field } に ports がありません
