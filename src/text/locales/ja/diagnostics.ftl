### Problems with the input.

severity-error = エラー
severity-warning = 警告
severity-info = 情報

# $found (string), $expected (string): follows the message of a problem
diagnostic-found = 。検出: { $found }、期待: { $expected }
# $hint (string): follows the message of a problem
diagnostic-hint = 。対処: { $hint }

## Translations by the code of the problem. In English the reader words them itself.
## $message (string): the English sentence; $found, $expected, $object (string): where known

yaml-syntax = YAML として読めません ({ $message })

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
    .hint = ノードを増やすか、maxPods を上げるか、nodeSelector を変えます
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
