#!/bin/sh
# Takes the lab away: who answers ends by itself, then the namespaces go with all that is in them.
set -eu
cd "$(dirname "$0")"
. ./common
if [ -d run ]; then
  rm -f run/*.ready run/*.log run/*.error
fi
for path in /run/netns/"$LAB"-*; do
  if [ -e "$path" ]; then
    ip netns del "${path##*/}"
  fi
done
