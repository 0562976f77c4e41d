### The command line.

# $consequence (string)
cli-lint-consequence = 結果: { $consequence }
# $url, $code (string)
cli-lint-reference = 文書: { $url } ({ $code })
# Arguments: request (arguments of `trace`).
cli-lint-walk = 経路: trace { $request }
# $errors, $warnings, $notes (number)
cli-lint-summary = エラー { $errors } 件、警告 { $warnings } 件、情報 { $notes } 件
# $model (string): a network model, as an option names it
cli-no-switch-unwritten = このクラスターのモデルは `{ $model }` に変えられません。クラスターを表す文書がありません。ヒント: `managedClusters` の文書として書いてください
cli-no-switch-room = このクラスターのモデルは `{ $model }` に変えられません。ノードの仮想ネットワークが文書の中にないか、ポッド用のサブネットを置く空きがありません。ヒント: 空きのある仮想ネットワークを加えるか、`podSubnetID` にポッド サブネットを指定してください
cli-no-switch-alias = このクラスターのモデルは `{ $model }` に変えられません。変える値が YAML のエイリアスで書かれています。ヒント: その場所に値を直接書いてください
cli-no-question = 追跡するフローがありません。対処: `--from` と `--to` を指定するか、`Flow` を追加してください
# $names (string): the names of all flows
cli-which-flow = フローが複数あります。対処: `--flow` で { $names } のいずれかを指定してください
# $name (string); $names (string): the names of all flows
cli-no-such-flow = フロー `{ $name }` がありません。対処: { $names } があります
# $name (string)
cli-no-flows = フロー `{ $name }` がありません。ファイルに `Flow` がありません
cli-nothing-to-check = `expect` を持つフローがありません。対処: `Flow` に追加してください
# $what (string): such as nsg
cli-needs-node = `effective { $what }` には `--node` が必要です
# $what (string): such as nsg
cli-needs-node-or-subnet = `effective { $what }` には `--node` か `--subnet` が必要です
# $name (string); $names (string): the names of all nodes
cli-no-such-node = ノード `{ $name }` がありません。対処: { $names } があります
# $name (string); $names (string): the names of all subnets
cli-no-such-subnet = サブネット `{ $name }` がありません。対処: { $names } があります
cli-none-loadbalancer = ロード バランサーはありません。送信用に持つクラスターも、使う Service もありません
cli-none-appgateway = Application Gateway はありません
cli-none-snat = インターネットへ送信できるアドレスを持つノードはありません
cli-none-pods = ポッドはありません
cli-none-pairs = 通信できるポッドの組はありません
cli-none = 表示するものはありません
# $path (string); $problem (string): what the operating system says
cli-cannot-write = `{ $path }` に書き込めません: { $problem }
# $names (string): places of the same kind
cli-there-are = 。対処: { $names } があります
# $type (string); $types (string): the types that can be asked for
cli-resolve-type = レコードの種類 `{ $type }` はありません。対処: { $types } から選びます
# $name (string): what was to be resolved
cli-resolve-name = `{ $name }` は問い合わせできる名前ではありません。対処: DNS 名か、--type PTR とアドレスを指定します
cli-resolve-lost = 答えのない問い合わせがあり、検索はそこで終わります
cli-resolve-none = 試した名前のどれにも、その種類のレコードがありません
# $directory (string); $nodes, $pods, $hosts (number): how many of each
cli-lab-written = { $directory } に書き込みました: ノード { $nodes }、ポッド { $pods }、ホスト { $hosts }
# $fired, $left (number): how many flows
cli-lab-flows = フロー: 送信 { $fired }、対象外 { $left }
# $flow (string): its name; $why (string): one of the messages below
cli-lab-left-out = 対象外: { $flow }、{ $why }
cli-lab-not-part = ラボに含まれないもの: NSG、NetworkPolicy、Ingress、DNS、IPv6、Azure 自身のサービス（README.md を参照）
# $directory (string)
cli-lab-next = root で { $directory }/up、次に { $directory }/probe、最後に { $directory }/down
cli-lab-why-model = クラスターがオーバーレイ、ポッド サブネット、Cilium、またはブリッジ モードの Azure CNI を使い、ラボにはそれがありません
cli-lab-why-protocol = TCP でも UDP でもありません
cli-lab-why-name = 宛先が 1 つのアドレスでないか、DNS で解決する名前です
cli-lab-why-sender = 送信元がラボの 1 台のマシンではありません
cli-lab-why-receiver = 受信先がラボに含まれません
cli-lab-why-security-group = NSG が拒否します
cli-lab-why-firewall = Azure Firewall が判定します
cli-lab-why-storage = ストレージ アカウントが判定します
cli-lab-why-policy = ネットワーク ポリシーが拒否します
cli-lab-why-proxy = プロキシが応答または転送します
cli-lab-why-not-modelled = 途中にシミュレーターが扱わないものがあります
cli-lab-why-branches = 分岐が多すぎます
cli-lab-why-shared-port = ポッドがノードのアドレスを共有し、このポートで待ち受けることがどこにも書かれていません
cli-lab-why-way-out-and-in = インターネットへ出てから戻ります

# The first line of a clock.
cli-timeline-before = すべての出来事の前
# $at (number): seconds
cli-at = 時点: { $at } 秒
# $at (number): seconds; $what (string): a sentence
cli-timeline-change = { $at } 秒: { $what }
# $object (string): as `--from` names it; $reference (string): the id of a page
cli-timeline-about = 対象: { $object }、参照: { $reference }
cli-timeline-request = 要求
# $flow (string): its name; $what (string): where its new connections end, each with its probability
cli-timeline-new = 新しい接続 { $flow }: { $what }
# $flow (string): its name; $what (string): what becomes of its open connections, each with its probability
cli-timeline-open = 既存の接続 { $flow }: { $what }
cli-verdict-delivered = 到達
cli-verdict-dropped = 破棄
cli-verdict-rejected = 拒否
cli-verdict-unresolved = 名前解決不可
cli-verdict-not-modelled = 対象外
cli-verdict-mixed = 選択により異なる
cli-fate-lives = 継続
cli-fate-hangs = 応答なし
cli-fate-over = 終了

# There is no event.
cli-no-events = 起こる出来事がありません。ヒント: Event ドキュメントを書くか、--event stop=node/NAME を指定してください
cli-none-open = 出来事の前に開いていた接続がないため、追跡できません。ヒント: --established を外してください
