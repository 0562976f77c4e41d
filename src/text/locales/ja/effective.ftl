### インスペクターの表: Azure がオブジェクトから導いたもの。

effective-routes = { $subnet } の有効なルート
effective-rules-subnet = { $place } での { $nsg } の規則
effective-rules-nic = { $place } のインターフェイスでの { $nsg } の規則
effective-probes = 正常性プローブへの応答
effective-snat = SNAT ポート
effective-prefix = プレフィックス
effective-hop = ネクスト ホップ
effective-source = 由来
effective-priority = 優先度
effective-match = 一致する通信
effective-rule = 規則
effective-node = ノード
effective-port = ポート
effective-answer = 応答
effective-frontends = フロントエンド
effective-ports = ノードあたりのポート
# $tag (string)
effective-tag-name = { $tag } (サービス タグ)
# $addresses (string)
effective-tag = User, Active: { $addresses } に適用。タグのその他のアドレスは対象外
effective-tag-unknown = User, Active: このタグに入ると分かるアドレスはシナリオにない。その他は対象外
# $count (number)
effective-more = ほか { $count } 件
effective-healthy = 応答する
effective-node-not-ready = ノードの準備ができていない
effective-no-endpoint = 準備完了のエンドポイントがどこにもない
effective-no-local-endpoint = このノードに準備完了のエンドポイントがない
# $status (number)
effective-status = 200 ではなく { $status } を返す
effective-port-closed = 待ち受けがない
effective-not-yet-up = 復帰後、まだプローブされていない
# $rule (string)
effective-filtered = { $rule } が破棄
# $what (string)
effective-not-modelled = 対象外: { $what }
