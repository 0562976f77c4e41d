#!/bin/sh
# probe [--count N]                     fires every flow and compares with what was simulated
# probe PLACE ADDRESS PORT [tcp|udp]    fires one request and shows what was seen
set -eu
cd "$(dirname "$0")"
. ./common
exec "$KUBEHOP" lab-process probe "$LAB" "$@"
