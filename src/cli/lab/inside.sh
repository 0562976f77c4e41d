# Runs inside the namespace $1: addresses and routes, kernel settings, rules.
set -eu
cd "ns/$1"
for path in /proc/sys/net/ipv6/conf/*/disable_ipv6; do
  if [ -e "$path" ]; then
    echo 1 >"$path"
  fi
done
ip -batch ip
for path in /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv4/conf/*/send_redirects; do
  echo 0 >"$path"
done
while read -r path value; do
  if [ -e "/proc/sys/$path" ]; then
    echo "$value" >"/proc/sys/$path"
  fi
done <settings
if [ -e /proc/sys/net/ipv4/conf/cbr0 ] && [ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
  # Without the module br_netfilter a bridge keeps what it can from the rules: then no port hands
  # anything to another, and the node answers for all addresses, so that everything is routed.
  for port in /proc/sys/net/ipv4/conf/veth*; do
    ip link set "${port##*/}" type bridge_slave isolated on
  done
  echo 1 >/proc/sys/net/ipv4/conf/cbr0/proxy_arp_pvlan
fi
if [ -s rules ]; then
  "${IPTABLES_RESTORE:-iptables-restore}" <rules
fi
