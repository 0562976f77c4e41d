### プライベート エンドポイントと、それを指す名前。

# $destination (address); $prefix (text); $subnet (object); $object (object): the private endpoint
why-azure-route-private = { $object } への /32 のルートが { $subnet } にあり、{ $destination } に一致します。
# $endpoint (object); $source (address); $target (object)
why-azure-endpoint = { $endpoint } は { $target } に通じます。送信元 { $source } は変換されません。
# $endpoint (object); $source (address); $target (text); $state (text): Pending, Rejected or Disconnected
why-azure-endpoint-state = { $endpoint } が拒否しました。{ $target } への接続が { $state } なので、{ $source } に応答はありません。
# $endpoint (object); $source (address)
why-azure-endpoint-nothing = { $endpoint } が拒否しました。接続先のリソースがなく、{ $source } に応答はありません。
# $endpoint (object); $source (address)
why-azure-endpoint-icmp = { $endpoint } が破棄しました。受け付けるのは TCP と UDP だけで、{ $source } の ping は通りません。
# $endpoint (object); $destination (address)
why-azure-endpoint-answers = { $endpoint } は { $destination } にシステム ルートで応答します。ルート テーブルは使いません。
# $account (object); $endpoint (object); $source (address)
why-azure-storage-private = { $account } は { $endpoint } から来た { $source } を通します。規則はパブリック アドレス用だけです。
# $destination (address)
why-walk-platform-outside = 破棄しました。{ $destination } は Azure の仮想ネットワークのマシンだけが使えます。

# $endpoint (object); $alias (text)
why-dns-private-alias = { $endpoint } があるため、この名前は { $alias } の別名です。
# $name (text); $account (object)
why-dns-private-public = { $name } に答えるプライベート ゾーンがなく、{ $account } のパブリック アドレスになります。
# $zone (object); $name (text)
why-dns-private-missing = { $name } は存在しません。リンク済みの { $zone } になく、パブリック アドレスは調べません。
# $zone (object); $name (text)
why-dns-redirect = { $zone } に { $name } はありません。リンクが NxDomainRedirect なので、パブリックの名前を調べます。
# $zone (object); $machine (object)
why-dns-registered = { $zone } に { $machine } のレコードがあります。リンクがマシンを自動登録します。
# $name (text); $vnet (object)
why-dns-other-vnet = { $name } は { $vnet } の名前です。Azure は別のネットワークには、ピアリングがあっても教えません。
# $host (object); $name (text); $zone (text); $servers (text)
why-dns-host-conditional = { $host } は { $zone } の条件付きフォワーダーに従い、{ $servers } に { $name } を問い合わせます。
