## 時間とともに起こる出来事。

# Arguments: object.
event-pod-stops = { $object } が停止し、そのアドレスは応答しなくなります。
event-pod-leaves = { $object } が EndpointSlice から外れ、全ノードのルールからも外れます。
event-pod-replaced = コントローラーが { $object } の代わりのポッドを作成します。
event-pod-started = { $object } は起動して準備完了になり、EndpointSlice に入ります。
event-readiness-fails = { $object } の Readiness プローブが失敗し始めます。プロセスはまだ応答します。
event-readiness-passes = { $object } の Readiness プローブが再び成功します。
event-pod-unready = { $object } は準備完了でなくなり、EndpointSlice から外れます。
event-pod-ready = { $object } は準備完了になり、EndpointSlice に戻ります。
event-node-stops = { $object } が停止します。その上のものは応答せず、接続の記憶も失われます。
event-node-starts = { $object } が再び起動します。
event-node-lost = { $object } からの連絡が途絶え、ノードとそのポッドは準備完了でないとみなされます。
event-node-evicted = { $object } は失われたままです。ポッドは退避され、コントローラーがほかのノードで作り直します。
# Arguments: object, count (pods).
event-pods-wait = { $object } にある StatefulSet のポッド { $count } 個が削除対象になります。ノードが戻るまで代わりは作られません。
event-pods-gone = { $object } にあるコントローラーのないポッド { $count } 個が退避され、作り直されません。
# Arguments: object.
event-node-returns = { $object } と、そこに残っているポッドが再び準備完了になります。
event-host-stops = { $object } が停止します。
event-host-starts = { $object } が再び起動します。
event-disconnected = { $object } が削除され、相手側は切断状態になります。
event-connected = { $object } が再び作成されます。
event-denied = { $object } に拒否ルールが追加されます。すでに許可された接続は続きます。

# Arguments: object (a load balancer), node, count (failed probes in a row), service.
event-member-down = { $object } は { $service } について { $node } を外します。プローブが続けて { $count } 回失敗しました。
event-member-up = { $object } は { $service } について { $node } を戻します。プローブに応答しました。
event-backend-down = { $object } は { $pool } から { $member } を外します。プローブが続けて { $count } 回失敗しました。
event-backend-up = { $object } は { $pool } に { $member } を戻します。プローブに応答しました。

# Arguments: receiver.
why-walk-reset = 拒否されました。{ $receiver } はこの接続を知らないため、リセットします。

# Arguments: machine.
why-walk-stopped = 破棄されました。{ $machine } は停止しており、応答するものがありません。

# Arguments: place, source.
why-walk-azure-knows = { $place } はこの接続を知っており、以前と同じ { $source } として送り出します。

# Arguments: probe, port, healthy, unhealthy, rule, service, loadBalancer.
why-azure-probe-not-yet-up = { $unhealthy } はポート { $port } で再び応答しますが、正常性プローブはまだ届いていません。

# How a walk ended: the receiver does not know the connection.
disposition-reset = 受信側がこの接続を知りません

# Arguments: source, protocol, rule, loadBalancer.
why-azure-snat-all-in-use = 破棄されました。{ $rule } が { $source } のノードに割り当てたポートは、この宛先ですべて使用中です。

# Arguments: natGateway, source, protocol.
why-azure-snat-nat-gateway-exhausted = 破棄されました。{ $natGateway } のポートはこの宛先ですべて使用中で、{ $source } に割り当てられません。
