### lint の指摘がもたらす結果。

consequence-refused-azure = Azure はこのリソースの作成または変更を拒否します。
consequence-refused-aks = AKS はこのクラスターの作成または変更を拒否します。
consequence-may-be-refused = バージョンによって、拒否されることがあります。
consequence-unsupported = AKS が元に戻すまでは働きますが、その結果はサポートの対象外です。
consequence-peer-unreachable = 2 つのネットワークの間では何も通りません。
consequence-wrong-side = このアドレス宛てのパケットは仮想ネットワークに留まり、相手側に届きません。
consequence-wrong-destination = 同じアドレスが 2 つのものを指し、ノードはその片方にしか届きません。
consequence-no-more-addresses = ノード、ポッド、フロントエンドは、これ以上アドレスを得られません。
consequence-no-more-services = これ以上の Service はアドレスを得られず、Pending のままです。
consequence-pods-cut-off = ほかのノードのポッド宛てのパケットが失われます。
consequence-no-outbound-ports = 一部のノードがポートを得られず、インターネットへの接続に失敗します。
consequence-route-loses = このルートに一致するパケットは失われます。
consequence-route-circles = このルートに一致するパケットは、破棄されるまで循環します。
consequence-no-effect = 取り除いても変わらないか、意図どおりに働いていません。
consequence-rules-open = 既定の規則とこのタグの規則が、仮想ネットワークよりはるかに広く許可します。
consequence-walks-unknown = これに依存する経路は「モデル化されていない」で終わります。
consequence-cluster-breaks = ノードどうしやポッドと通信できず、クラスターが働かなくなります。
consequence-nodes-stay-out = 新しいノードが参加できず、イメージを取得できず、AKS がクラスターを管理できません。
consequence-stays-shut = この設定で許可したかったクライアントは、拒否されたままです。
consequence-nobody-answers = 接続は拒否され、名前にアドレスがないことがあります。
consequence-probes-fail = ロード バランサーはすべてのノードを停止と見なし、新しい接続をすべて破棄します。
consequence-gateway-unmanaged = Azure がゲートウェイを管理できず、失敗状態になって変更を受け付けません。
consequence-gateway-cut-off = ゲートウェイは Pod に届かず、502 を返します。
consequence-asymmetric = クライアントは、届かない応答を待ち続けます。
consequence-never-arrives = そこにいるクライアントは応答を得られません。
