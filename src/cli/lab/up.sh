#!/bin/sh
# Builds the lab and starts who answers in it; builds it anew where it is there already.
set -eu
cd "$(dirname "$0")"
. ./common
for program in ip "${IPTABLES_RESTORE:-iptables-restore}" "$KUBEHOP"; do
  if ! command -v "$program" >/dev/null; then
    echo "lab: $program is missing (KUBEHOP=PATH says where kubehop is)" >&2
    exit 2
  fi
done
./down
trap 'status=$?; if [ "$status" != 0 ]; then ./down; fi; exit "$status"' EXIT
mkdir -p run
sed "s/^/netns add $LAB-/" namespaces | ip -batch -
sed "s/@/$LAB-/g" links | ip -batch -
while read -r id; do
  ip netns exec "$LAB-$id" sh ./inside "$id" </dev/null
done <namespaces
while read -r id; do
  if [ -s "ns/$id/listen" ]; then
    nohup ip netns exec "$LAB-$id" "$KUBEHOP" lab-process answer "ns/$id/listen" "run/$id.ready" \
      </dev/null >"run/$id.log" 2>"run/$id.error" &
  fi
done <namespaces
tries=0
while read -r id; do
  while [ -s "ns/$id/listen" ] && [ ! -e "run/$id.ready" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || [ -s "run/$id.error" ]; then
      echo "lab: nobody answers in $id" >&2
      cat "run/$id.error" >&2
      exit 1
    fi
    sleep 0.05
  done
done <namespaces
