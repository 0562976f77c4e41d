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
if [ -s rules ]; then
  "${IPTABLES_RESTORE:-iptables-restore}" <rules
fi
