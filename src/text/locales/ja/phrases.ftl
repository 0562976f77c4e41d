### What was found and expected, hints and reasons of places that cannot be read: English phrases, by what is
### left of them when values and numbers are taken out (`src/text/phrases.rs`). $a, $b, $c, $d (string): those, in order.

# What stands between the values of a list.
phrase-list-comma = 、
phrase-list-or = { " " }または{ " " }
phrase-list-and = { " " }と{ " " }

# # addresses for each node: itself and # pods
phrase-x-addresses-for-each-node-itself-and-x-pods = ノードあたり { $a } 個のアドレス (ノード自身と { $b } 個のポッド)
# # to #
phrase-x-to-x = { $a } から { $b }
# Kubernetes manifests, Azure resources or kubehop documents
phrase-kubernetes-manifests-azure-resources-or-kubehop-documents = Kubernetes のマニフェスト、Azure のリソース、または kubehop の文書
# a DNS name, or {} and a DNS name
phrase-a-dns-name-or-x-and-a-dns-name = DNS 名、または { $a } と DNS 名
# a closing quotation mark
phrase-a-closing-quotation-mark = 閉じる引用符
# a document that describes it
phrase-a-document-that-describes-it = それを表す文書
# a domain such as {}
phrase-a-domain-such-as-x = { $a } のようなドメイン
# a free address
phrase-a-free-address = 空いているアドレス
# a free port
phrase-a-free-port = 空いているポート
# a key followed by {}, indented like its neighbours
phrase-a-key-followed-by-x-indented-like-its-neighbours = 前後の行と同じ字下げで、後ろに { $a } のあるキー
# a key of at most # letters, digits, {}
phrase-a-key-of-at-most-x-letters-digits-x = { $a } 文字以内の英数字と { $b } からなるキー
# a key or value
phrase-a-key-or-value = キーまたは値
# a key that ends in {}
phrase-a-key-that-ends-in-x = { $a } で終わるキー
# a key, or the operator {}, which then tolerates everything
phrase-a-key-or-the-operator-x-which-then-tolerates-everything = キー、またはすべてを許容する演算子 { $a }
# a label of nodes, such as {}
phrase-a-label-of-nodes-such-as-x = { $a } のようなノードのラベル
# a line break
phrase-a-line-break = 改行
# a list
phrase-a-list = リスト
# a list of terms
phrase-a-list-of-terms = 条件のリスト
# a mapping
phrase-a-mapping = マッピング
# a mapping, or a list of mappings
phrase-a-mapping-or-a-list-of-mappings = マッピング、またはマッピングのリスト
# a name
phrase-a-name = 名前
# a name in {}
phrase-a-name-in-x = { $a } の名前
# a name of its own
phrase-a-name-of-its-own = 固有の名前
# a name such as {}
phrase-a-name-such-as-x = { $a } のような名前
# a name that has an address
phrase-a-name-that-has-an-address = アドレスのある名前
# a name, as there are several ports
phrase-a-name-as-there-are-several-ports = 名前 (ポートが複数あるため)
# a number in quotes
phrase-a-number-in-quotes = 引用符で囲んだ数
# a number, or at most # lower-case letters, digits and {}, a letter among them
phrase-a-number-or-at-most-x-lower-case-letters-digits-and-x-a-letter-among-them = 数、または { $a } 文字以内の英小文字、数字、{ $b } (英字を含む)
# a path that begins with {}
phrase-a-path-that-begins-with-x = { $a } で始まるパス
# a place, an address or a DNS name
phrase-a-place-an-address-or-a-dns-name = 場所、アドレス、または DNS 名
# a plain value
phrase-a-plain-value = 式ではない値
# a plugin such as {}
phrase-a-plugin-such-as-x = { $a } のようなプラグイン
# a pod, workload, node, host or {}
phrase-a-pod-workload-node-host-or-x = ポッド、ワークロード、ノード、ホスト、または { $a }
# a port from # to #
phrase-a-port-from-x-to-x = { $a } から { $b } のポート
# a port, # to #
phrase-a-port-x-to-x = { $a } から { $b } のポート
# a prefix beside {}
phrase-a-prefix-beside-x = { $a } と重ならないプレフィックス
# a prefix of IPv4
phrase-a-prefix-of-ipv4 = IPv4 のプレフィックス
# a prefix such as {}
phrase-a-prefix-such-as-x = { $a } のようなプレフィックス
# a prefix with a /# for each of # nodes
phrase-a-prefix-with-a-x-for-each-of-x-nodes = { $b } 台のノードのそれぞれに /{ $a } があるプレフィックス
# a prefix, a service tag or {}
phrase-a-prefix-a-service-tag-or-x = プレフィックス、サービス タグ、または { $a }
# a public address
phrase-a-public-address = パブリック アドレス
# a second value
phrase-a-second-value = 2 つ目の値
# a selector for {}
phrase-a-selector-for-x = { $a } を選ぶセレクター
# a sender such as {}
phrase-a-sender-such-as-x = { $a } のような送信元
# a smaller prefix within {}
phrase-a-smaller-prefix-within-x = { $a } の中の、より狭いプレフィックス
# a stage such as {}, or a place such as {}
phrase-a-stage-such-as-x-or-a-place-such-as-x = { $a } のようなステージ、または { $b } のような場所
# a text
phrase-a-text = 文字列
# text
phrase-text = テキスト
# a text as key
phrase-a-text-as-key = 文字列のキー
# a unicast address of a machine or pod
phrase-a-unicast-address-of-a-machine-or-pod = マシンまたはポッドのユニキャスト アドレス
# a unicast address of a machine or router
phrase-a-unicast-address-of-a-machine-or-router = マシンまたはルーターのユニキャスト アドレス
# a valid Ingress
phrase-a-valid-ingress = 有効な Ingress
# a valid NetworkPolicy
phrase-a-valid-networkpolicy = 有効な NetworkPolicy
# a valid Service
phrase-a-valid-service = 有効な Service
# a whole number
phrase-a-whole-number = 整数
# a {} that is a number
phrase-a-x-that-is-a-number = 数の { $a }
# a {} to begin with
phrase-a-x-to-begin-with = 先に { $a }
# an IPv4 address
phrase-an-ipv4-address = IPv4 アドレス
# an IPv6 address
phrase-an-ipv6-address = IPv6 アドレス
# an address in {}
phrase-an-address-in-x = { $a } の中のアドレス
# an address prefix or a service tag
phrase-an-address-prefix-or-a-service-tag = アドレスのプレフィックス、またはサービス タグ
# an address such as {}
phrase-an-address-such-as-x = { $a } のようなアドレス
# an address such as {}, and names
phrase-an-address-such-as-x-and-names = { $a } のようなアドレスと名前
# an address that nothing else has
phrase-an-address-that-nothing-else-has = ほかで使われていないアドレス
# a priority that no other rule has
phrase-a-priority-that-no-other-rule-has = ほかの規則にない優先度
# an object that is there at that second
phrase-an-object-that-is-there-at-that-second = その時点で存在するオブジェクト
# a source that stays
phrase-a-source-that-stays = そのままの送信元アドレス
# one that the firewall replaces
phrase-one-that-the-firewall-replaces = ファイアウォールが置き換える送信元アドレス
# a status or a range of them, such as {}
phrase-a-status-or-a-range-of-them-such-as-x = { $a } のような状態コード、またはその範囲
# the name of a part of this gateway
phrase-the-name-of-a-part-of-this-gateway = このゲートウェイの部品の名前
# a pod, a node or a host
phrase-a-pod-a-node-or-a-host = Pod、ノード、またはホスト
# whole seconds, {} to {}
phrase-whole-seconds-x-to-x = { $a } から { $b } までの整数の秒数
# no connection
phrase-no-connection = 接続なし
# one with a {}
phrase-one-with-a-x = { $a } のあるもの
# another answer
phrase-another-answer = 別の答え
# the address of the endpoint
phrase-the-address-of-the-endpoint = エンドポイントのアドレス
# a prefix or a service tag
phrase-a-prefix-or-a-service-tag = プレフィックス、またはサービス タグ
# a priority, {} to {}
phrase-a-priority-x-to-x = { $a } から { $b } までの優先度
# the resource that it leads to
phrase-the-resource-that-it-leads-to = つながる先のリソース
# the virtual network at the other end
phrase-the-virtual-network-at-the-other-end = 相手側の仮想ネットワーク
# an address with a prefix length, such as {}
phrase-an-address-with-a-prefix-length-such-as-x = { $a } のような、プレフィックス長の付いたアドレス
# an address, or nothing
phrase-an-address-or-nothing = アドレス、またはなし
# an alias to a value that is complete
phrase-an-alias-to-a-value-that-is-complete = 完結した値へのエイリアス
# an effect
phrase-an-effect = effect
# an escape such as {}
phrase-an-escape-such-as-x = { $a } のようなエスケープ
# another virtual network
phrase-another-virtual-network = 別の仮想ネットワーク
# at least one address
phrase-at-least-one-address = 1 つ以上のアドレス
# at least one port
phrase-at-least-one-port = 1 つ以上のポート
# at most #
phrase-at-most-x = { $a } 以下
# at most # bytes
phrase-at-most-x-bytes = { $a } バイト以下
# at most # letters, digits, {}
phrase-at-most-x-letters-digits-x = { $a } 文字以内の英数字と { $b }
# at most # levels
phrase-at-most-x-levels = { $a } 段以下
# at most # lower-case letters, digits and {}
phrase-at-most-x-lower-case-letters-digits-and-x = { $a } 文字以内の英小文字、数字、{ $b }
# at most # lower-case letters, digits and {}, a letter among them
phrase-at-most-x-lower-case-letters-digits-and-x-a-letter-among-them = { $a } 文字以内の英小文字、数字、{ $b } (英字を含む)
# at most # nodes
phrase-at-most-x-nodes = { $a } 台以下のノード
# at most # values a file
phrase-at-most-x-values-a-file = ファイルあたり { $a } 個以下の値
# at most # values from aliases a file
phrase-at-most-x-values-from-aliases-a-file = ファイルあたり、エイリアスからの値は { $a } 個以下
# blanks
phrase-blanks = 空白
# each host and path once
phrase-each-host-and-path-once = 各ホストとパスは 1 回だけ
# each key once
phrase-each-key-once = 各キーは 1 回だけ
# each port once a protocol
phrase-each-port-once-a-protocol = プロトコルごとに各ポートは 1 回だけ
# exactly one of {}
phrase-exactly-one-of-x = { $a } のうちちょうど 1 つ
# its own address prefix
phrase-its-own-address-prefix = 固有のアドレス プレフィックス
# its own name
phrase-its-own-name = 固有の名前
# its own priority and direction
phrase-its-own-priority-and-direction = 固有の優先度と方向
# lower-case letters, digits and {}
phrase-lower-case-letters-digits-and-x = 英小文字、数字、{ $a }
# lower-case letters, digits and {}, starting with a letter
phrase-lower-case-letters-digits-and-x-starting-with-a-letter = 英字で始まる英小文字、数字、{ $a }
# lower-case letters, digits, {}
phrase-lower-case-letters-digits-x = 英小文字、数字、{ $a }
# neither the first four addresses of {} nor the last
phrase-neither-the-first-four-addresses-of-x-nor-the-last = { $a } の最初の 4 個でも最後でもないアドレス
# nothing
phrase-nothing = なし
# nothing, or a {} of {}
phrase-nothing-or-a-x-of-x = なし、または { $a } が { $b }
# nothing, or the type {}
phrase-nothing-or-the-type-x = なし、または種類 { $a }
# one address for each node
phrase-one-address-for-each-node = ノードごとに 1 個のアドレス
# one in each direction
phrase-one-in-each-direction = 各方向に 1 つ
# one in the service range {}
phrase-one-in-the-service-range-x = Service の範囲 { $a } の中のアドレス
# one number at every pod
phrase-one-number-at-every-pod = すべてのポッドで同じ 1 つの番号
# one of #
phrase-one-of-x = { $a } のいずれか
# one of them
phrase-one-of-them = どちらか 1 つ
# one of them; add a second peer for the other
phrase-one-of-them-add-a-second-peer-for-the-other = どちらか 1 つ (もう一方は 2 つ目の相手として加えます)
# one {} pair a line
phrase-one-x-pair-a-line = 1 行に { $a } を 1 組
# only one
phrase-only-one = 1 つだけ
# owners that end somewhere
phrase-owners-that-end-somewhere = どこかで終わる所有者
# the address of the appliance
phrase-the-address-of-the-appliance = アプライアンスのアドレス
# the address prefix of the subnet
phrase-the-address-prefix-of-the-subnet = サブネットのアドレス プレフィックス
# the address prefixes of the virtual network
phrase-the-address-prefixes-of-the-virtual-network = 仮想ネットワークのアドレス プレフィックス
# the indentation of the lines around
phrase-the-indentation-of-the-lines-around = 前後の行と同じ字下げ
# the key of the taint
phrase-the-key-of-the-taint = テイントのキー
# the name of a Service
phrase-the-name-of-a-service = Service の名前
# the name of a node
phrase-the-name-of-a-node = ノードの名前
# the name of an anchor in the same document
phrase-the-name-of-an-anchor-in-the-same-document = 同じ文書の中のアンカーの名前
# the name of the pool
phrase-the-name-of-the-pool = プールの名前
# the name or id of a subnet of a virtual network in this scenario
phrase-the-name-or-id-of-a-subnet-of-a-virtual-network-in-this-scenario = このシナリオにある仮想ネットワークのサブネットの名前または ID
# the other family
phrase-the-other-family = もう一方のアドレス ファミリー
# the parent among the documents
phrase-the-parent-among-the-documents = 親の文書
# the primary address first, at most one of each family
phrase-the-primary-address-first-at-most-one-of-each-family = 先頭にプライマリのアドレス、各ファミリーに 1 つまで
# valid YAML
phrase-valid-yaml = 正しい YAML
# {} alone
phrase-x-alone = { $a } だけ
# {} as well
phrase-x-as-well = { $a } も
# {} before the next document
phrase-x-before-the-next-document = 次の文書の前に { $a }
# {} in whole numbers
phrase-x-in-whole-numbers = 整数の { $a }
# {} or both
phrase-x-or-both = { $a }、または両方
# {} or more
phrase-x-or-more = { $a } 以上
# {} with the {}
phrase-x-with-the-x = { $a } と { $b }
# {}, or an Azure {}
phrase-x-or-an-azure-x = { $a }、または Azure の { $b }
# a later address, usually the tenth
phrase-a-later-address-usually-the-tenth = 後のアドレス (ふつうは 10 番目)
# an integer
phrase-an-integer = 整数
# # of them
phrase-x-of-them = { $a } 個
# # servers
phrase-x-servers = サーバー { $a } 台
# # bytes
phrase-x-bytes = { $a } バイト
# # nodes
phrase-x-nodes = ノード { $a } 台
# a cycle
phrase-a-cycle = 循環
# a peering in one direction
phrase-a-peering-in-one-direction = 片方向のピアリング
# a list, a mapping or nothing
phrase-a-list-a-mapping-or-nothing = リスト、マッピング、または空
# a tab
phrase-a-tab = タブ
# an alias that exceeds the limit
phrase-an-alias-that-exceeds-the-limit = 上限を超えるエイリアス
# an alias to itself
phrase-an-alias-to-itself = 自分自身へのエイリアス
# an invalid field
phrase-an-invalid-field = 無効なフィールド
# both
phrase-both = 両方
# no head
phrase-no-head = 見出し (apiVersion と kind) なし
# no nameserver
phrase-no-nameserver = ネームサーバーなし
# no {}
phrase-no-x = { $a } なし
# no free address
phrase-no-free-address = 空きアドレスなし
# none
phrase-none = なし
# one more level
phrase-one-more-level = もう 1 段
# one more value
phrase-one-more-value = もう 1 個の値
# something else
phrase-something-else = 別のもの
# the end of the document
phrase-the-end-of-the-document = 文書の終わり
# the end of the line
phrase-the-end-of-the-line = 行末
# the number {}
phrase-the-number-x = 数 { $a }
# the text {}
phrase-the-text-x = 文字列 { $a }
# too few free addresses
phrase-too-few-free-addresses = 空きアドレスの不足
# {} again
phrase-x-again = もう 1 つの { $a }
# {} without it
phrase-x-without-it = それのない { $a }
# {}, then {}
phrase-x-then-x = { $a }、次に { $b }
# Azure allows # rules for one load balancer
phrase-azure-allows-x-rules-for-one-load-balancer = 1 つのロード バランサーの規則は { $a } 個までです
# Services that share an address need different ports
phrase-services-that-share-an-address-need-different-ports = アドレスを共有する Service には、別々のポートが必要です
# add a Microsoft.Network/publicIPAddresses document with this properties.ipAddress
phrase-add-a-microsoft-network-publicipaddresses-document-with-this-properties-ipaddress = この properties.ipAddress を持つ Microsoft.Network/publicIPAddresses の文書を追加します
# add a peering to {} in {}
phrase-add-a-peering-to-x-in-x = { $b } に { $a } へのピアリングを追加します
# add the Namespace, or mend its name
phrase-add-the-namespace-or-mend-its-name = Namespace を追加するか、名前を直します
# add the Secret; kubehop drops its data
phrase-add-the-secret-kubehop-drops-its-data = Secret を追加します。kubehop はそのデータを破棄します
# add the missing document, or remove the reference
phrase-add-the-missing-document-or-remove-the-reference = 足りない文書を追加するか、参照を削除します
# add the output of {}, or a kubehop {}
phrase-add-the-output-of-x-or-a-kubehop-x = { $a } の出力、または kubehop の { $b } を追加します
# add the publicIPAddresses document
phrase-add-the-publicipaddresses-document = publicIPAddresses の文書を追加します
# check the indentation, and that the line holds a {} followed by a blank
phrase-check-the-indentation-and-that-the-line-holds-a-x-followed-by-a-blank = 字下げと、行に { $a } とその後の空白があることを確認します
# check the indentation, put a value that holds {} in quotes, and close every {}
phrase-check-the-indentation-put-a-value-that-holds-x-in-quotes-and-close-every-x = 字下げを確認し、{ $a } を含む値は引用符で囲み、{ $b } を閉じます
# choose another range for the virtual network of a cluster
phrase-choose-another-range-for-the-virtual-network-of-a-cluster = クラスターの仮想ネットワークには別の範囲を使います
# close every {}
phrase-close-every-x = すべての { $a } を閉じます
# close the quotation mark
phrase-close-the-quotation-mark = 引用符を閉じます
# container ports have names under {}
phrase-container-ports-have-names-under-x = コンテナーのポートの名前は { $a } に書きます
# double the backslash, or use single quotation marks
phrase-double-the-backslash-or-use-single-quotation-marks = バックスラッシュを 2 つ書くか、一重引用符を使います
# export it with {}
phrase-export-it-with-x = { $a } で書き出します
# indent entries of one mapping or list equally
phrase-indent-entries-of-one-mapping-or-list-equally = 1 つのマッピングまたはリストの項目は、同じ字下げにします
# name a subnet of that virtual network in service.beta.kubernetes.io/azure-load-balancer-internal-subnet
phrase-name-a-subnet-of-that-virtual-network-in-service-beta-kubernetes-io-azure-load-balancer-internal-subnet = service.beta.kubernetes.io/azure-load-balancer-internal-subnet に、その仮想ネットワークのサブネットを書きます
# newer API servers refuse this notation
phrase-newer-api-servers-refuse-this-notation = 新しい API サーバーはこの書き方を拒否します
# nodes with Azure CNI reserve one address for each pod; use another subnet
phrase-nodes-with-azure-cni-reserve-one-address-for-each-pod-use-another-subnet = Azure CNI のノードは、ポッドごとにアドレスを 1 個確保します。別のサブネットを使います
# put a line with {} between two documents
phrase-put-a-line-with-x-between-two-documents = 2 つの文書の間に { $a } の行を入れます
# put a text that starts with {} in quotes
phrase-put-a-text-that-starts-with-x-in-quotes = { $a } で始まる文字列は引用符で囲みます
# put a value that starts with {} or a backtick in quotes
phrase-put-a-value-that-starts-with-x-or-a-backtick-in-quotes = { $a } またはバッククォートで始まる値は引用符で囲みます
# remove the character; what is no text, such as an image, cannot be read
phrase-remove-the-character-what-is-no-text-such-as-an-image-cannot-be-read = この文字を取り除きます。画像など、テキストではないファイルは読み取れません
# put it in quotes
phrase-put-it-in-quotes = 引用符で囲みます
# quote the value
phrase-quote-the-value = 値を引用符で囲みます
# correct the value of the annotation, or take it away
phrase-correct-the-value-of-the-annotation-or-take-it-away = 注釈の値を直すか、注釈を外します
# write an IPv4 address that exists, or take the annotation away
phrase-write-an-ipv4-address-that-exists-or-take-the-annotation-away = 存在する IPv4 アドレスを書くか、注釈を外します
# choose another address
phrase-choose-another-address = 別のアドレスを選びます
# ask for another address, or upgrade the cluster
phrase-ask-for-another-address-or-upgrade-the-cluster = 別のアドレスを指定するか、クラスターをアップグレードします
# use TCP or UDP, or an internal Standard load balancer
phrase-use-tcp-or-udp-or-an-internal-standard-load-balancer = TCP または UDP を使うか、Standard の内部ロード バランサーにします
# use a public IP of the SKU {}
phrase-use-a-public-ip-of-the-sku-x = SKU が { $a } のパブリック IP を使います
# name fewer ranges, or join them
phrase-name-fewer-ranges-or-join-them = 範囲を減らすか、まとめます
# take rules of one's own out of the security group of AKS, or join Services
phrase-take-rules-of-one-s-own-out-of-the-security-group-of-aks-or-join-services = AKS のセキュリティ グループから自分の規則を除くか、Service をまとめます
# give the agent pool a vnetSubnetID that exists
phrase-give-the-agent-pool-a-vnetsubnetid-that-exists = エージェント プールに、存在する vnetSubnetID を書きます
# write spec.loadBalancerIP
phrase-write-spec-loadbalancerip = spec.loadBalancerIP を書きます
# say {}, and let the identity of the cluster use that group
phrase-say-x-and-let-the-identity-of-the-cluster-use-that-group = { $a } と書き、クラスターの ID にそのリソース グループを使わせます
# ask for the same label, or use another public IP
phrase-ask-for-the-same-label-or-use-another-public-ip = 同じラベルを指定するか、別のパブリック IP を使います
# choose another label; it is unique in a region
phrase-choose-another-label-it-is-unique-in-a-region = 別のラベルを選びます。ラベルはリージョンで一意です
# write the address into {}
phrase-write-the-address-into-x = アドレスを { $a } に書きます
# use either loadBalancerSourceRanges or the annotation
phrase-use-either-loadbalancersourceranges-or-the-annotation = loadBalancerSourceRanges か注釈のどちらか一方を使います
# write it without quotes
phrase-write-it-without-quotes = 引用符を付けずに書きます
# add the Node, raise the pool's {}, or leave {} out
phrase-add-the-node-raise-the-pool-s-x-or-leave-x-out = Node を追加するか、プールの { $a } を増やすか、{ $b } を省きます
# name the other network, or remove the peering
phrase-name-the-other-network-or-remove-the-peering = 相手のネットワークを書くか、ピアリングを削除します
# {} is not a kind of place
phrase-x-is-not-a-kind-of-place = { $a } という種類の場所はありません
# {} has an empty part
phrase-x-has-an-empty-part = { $a } に空の部分があります
# expected just {}
phrase-expected-just-x = { $a } だけを書きます
# expected {}
phrase-expected-x = { $a } の形で書きます
# {} makes a prefix; expected one address
phrase-x-makes-a-prefix-expected-one-address = { $a } を付けるとプレフィックスになります。アドレスを 1 つ書きます
# expected {} as the destination and # as the port
phrase-expected-x-as-the-destination-and-x-as-the-port = 宛先は { $a }、ポートは { $b } と分けて書きます
# {} is not {}
phrase-x-is-not-x = { $a } は { $b } ではありません
# {}, such as {}
phrase-x-such-as-x = { $a } (例: { $b })
# a URL such as {}
phrase-a-url-such-as-x = { $a } のような URL
# a URL has no blanks; expected {}
phrase-a-url-has-no-blanks-expected-x = URL に空白は使えません。{ $a } と書きます
# a URL with a user name is not understood
phrase-a-url-with-a-user-name-is-not-understood = ユーザー名のある URL は扱えません
# {} is not a port; expected # to #
phrase-x-is-not-a-port-expected-x-to-x = { $a } はポートではありません。{ $b } から { $c } を書きます
# {} is not a place, an address, a DNS name or a URL
phrase-x-is-not-a-place-an-address-a-dns-name-or-a-url = { $a } は場所、アドレス、DNS 名、URL のいずれでもありません
# {} is not a place, an address or a DNS name
phrase-x-is-not-a-place-an-address-or-a-dns-name = { $a } は場所、アドレス、DNS 名のいずれでもありません
# {} cannot send; expected a pod, workload, node, host or {}
phrase-x-cannot-send-expected-a-pod-workload-node-host-or-x = { $a } は送信できません。ポッド、ワークロード、ノード、ホスト、{ $b } のいずれかを書きます
# the subnet that its address is in
phrase-the-subnet-that-its-address-is-in = そのアドレスがあるサブネット
# two values
phrase-two-values = 2 つの値
# one value
phrase-one-value = 1 つの値
# allocate fewer ports, or ask for more outbound addresses
phrase-allocate-fewer-ports-or-ask-for-more-outbound-addresses = 割り当てるポートを減らすか、送信用のアドレスを増やします
# let the gateway announce the range by BGP, and remove the route
phrase-let-the-gateway-announce-the-range-by-bgp-and-remove-the-route = ゲートウェイに BGP でその範囲を広報させ、ルートを削除します
# choose one of those that are
phrase-choose-one-of-those-that-are = 扱える種類から選びます
# choose an appliance or gateway, or remove the route
phrase-choose-an-appliance-or-gateway-or-remove-the-route = アプライアンスかゲートウェイを選ぶか、ルートを削除します
# choose at most 110, or say `era: now` in the Settings
phrase-choose-at-most-x-or-say-x-in-the-settings = { $a } 以下にするか、Settings に { $b } と書きます
# allow inbound traffic from the tag AzureLoadBalancer before this rule
phrase-allow-inbound-traffic-from-the-tag-azureloadbalancer-before-this-rule = この規則より前で、タグ AzureLoadBalancer からの受信を許可します
# allocate node ports, or leave floating IP on
phrase-allocate-node-ports-or-leave-floating-ip-on = ノード ポートを割り当てるか、フローティング IP を有効のままにします
# a prefix without bits after its length
phrase-a-prefix-without-bits-after-its-length = 長さより後のビットが 0 のプレフィックス
# at least one pool of the mode {}
phrase-at-least-one-pool-of-the-mode-x = モードが { $a } のプールを 1 つ以上
# a configuration with {}
phrase-a-configuration-with-x = { $a } のある構成
# a range in {}
phrase-a-range-in-x = { $a } の中の範囲
# a range of its own
phrase-a-range-of-its-own = ほかと重ならない範囲
# a public IP
phrase-a-public-ip = パブリック IP
# write the addresses that are in use into {}
phrase-write-the-addresses-that-are-in-use-into-x = 使われているアドレスを { $a } に書きます
# write an address of the subnet, leave the status out, or name the subnet that has it
phrase-write-an-address-of-the-subnet-leave-the-status-out-or-name-the-subnet-that-has-it = サブネットのアドレスを書くか、status を消すか、そのアドレスのあるサブネットを指定します
# write the public address, leave the status out, or ask for an internal load balancer
phrase-write-the-public-address-leave-the-status-out-or-ask-for-an-internal-load-balancer = パブリック アドレスを書くか、status を消すか、内部ロード バランサーを求めます
# write {} to see what that mode would do with packets
phrase-write-x-to-see-what-that-mode-would-do-with-packets = そのモードでのパケットの扱いを見るには { $a } と書きます
