### Azure: routes, security groups, load balancers, outbound translation, peering, gateways, NICs.

## Effective routes of a subnet.

# $destination (string): address; $prefix (string): range of the virtual network; $object (string): virtual network
why-azure-route-vnet = { $destination } は { $object } の範囲 { $prefix } にあり、仮想ネットワーク内で配送されます。

# $destination (string); $prefix (string): 0.0.0.0/0
why-azure-route-internet = { $destination } に一致する最長の経路は { $prefix } で、システム ルートがインターネットへ送ります。

# $prefix (string): pod range; $hop (string): address of the node; $object (string): node; $table (string): route table
why-azure-route-node = { $prefix } は { $object } のポッドの範囲で、AKS が { $table } に { $hop } へのルートを置いています。
## Security groups.

# $rule (string): name; $priority (number); $nsg (string): security group; $sourcePrefix (string): prefix that holds the source; $destinationPrefix (string): prefix that holds the destination
why-azure-nsg-virtual-network = { $nsg } の { $rule } ({ $priority }) が許可 ({ $sourcePrefix } と { $destinationPrefix })。

# $rule (string); $priority (number); $nsg (string); $service (string): Service
why-azure-nsg-service-allowed = AKS が { $service } のために { $nsg } へ置いた { $rule } ({ $priority }) が許可しました。
## Network interfaces.

# $address (string): destination; $owner (string)
why-azure-nic-in-forwarded = { $address } は { $owner } のアドレスではありませんが、NIC の IP 転送が有効です。

# $address (string): source; $owner (string)
why-azure-nic-out-forwarded = 送信元 { $address } は { $owner } のアドレスではありませんが、NIC の IP 転送が有効です。
## Peerings and gateways.

## Load balancers and their probes.

# $rule (string); $node (string); $frontend (string): address and port; $tuple (number)
why-azure-lb-floating = { $rule } が { $tuple } 項目のハッシュで { $node } を選択。宛先は { $frontend } のままです。

# $port (number); $healthy (string): names of nodes
why-azure-probe-healthy = すべてのノードがポート { $port } の正常性プローブに応答します: { $healthy }。
## Translation of what leaves for the internet.

## Azure Firewall。

## サービス エンドポイントとストレージ アカウント。
