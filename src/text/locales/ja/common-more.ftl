### 最初の図に出てこない文。

# The verdict of a walk.
verdict-unresolved = 名前解決不可
verdict-not-modelled = 対象外
verdict-mixed = 選択により異なる

# How a walk ended.
disposition-denied-in = 受信側の規則で拒否
disposition-denied-out = 送信側の規則で拒否
disposition-no-route = ルートなし
disposition-null-routed = ネクスト ホップが None のルート
disposition-no-such-address = アドレスの持ち主なし
disposition-filtered = ノードの規則で破棄
disposition-not-forwarded = IP 転送が無効
disposition-no-healthy-member = ロード バランサーの背後に正常なメンバーなし
disposition-snat-unavailable = 外へ出るための送信元アドレスなし
disposition-no-connection = 接続を知る相手なし
disposition-looped = 循環
disposition-rejected = ノードの規則で拒否
disposition-no-endpoints = サービスにエンドポイントなし
disposition-port-closed = ポートで待ち受けなし
disposition-name-not-found = 名前に対応するアドレスなし

# $what (string): the feature that is missing
disposition-not-modelled = 対象外: { $what }

# Places and objects of which there is only one.
object-layout = レイアウト
object-settings = 設定
object-imds = IMDS
object-kubeproxyconfiguration = kube-proxy の構成
