"""Times what network-config-analyzer needs for its answer to who may talk to whom, apart from reading the files, and
holds that answer against ours.

usage: peer.py PATIENCE OBJECTS POLICIES ANSWER OURS
Prints seconds of processor time: `connections S`, its connectivity of all peers; `pairs S`, that and its text of every
pair; or `none S` where PATIENCE seconds passed without it. Then `same N`, pairs of pods to which both give the same
ports, and `different N`. Addresses outside the cluster are not compared: it joins neighbouring blocks where we do not.
OURS is what `kubehop reach --output csv` wrote.
"""

import csv
import pathlib
import re
import signal
import sys
import time

from nca.NetworkConfig.NetworkConfigQuery import ConnectivityMapQuery
from nca.NetworkConfig.NetworkConfig import NetworkConfig
from nca.nca_cli import nca_main

patience, objects, policies, answer, ours = sys.argv[1:]
clock = time.process_time
began = []


def stopped(*_):
    print(f"none {clock() - began[0] if began else 0.0:.3f}", flush=True)
    sys.exit(1)


def timed(owner, method, name):
    inner = getattr(owner, method)

    def run(*args, **kwargs):
        began.append(clock())
        if len(began) == 1:
            signal.signal(signal.SIGVTALRM, stopped)
            signal.setitimer(signal.ITIMER_VIRTUAL, float(patience))
        start = clock()
        result = inner(*args, **kwargs)
        print(f"{name} {clock() - start:.3f}", file=sys.__stdout__, flush=True)
        return result

    setattr(owner, method, run)


timed(NetworkConfig, "allowed_connections", "connections")
timed(ConnectivityMapQuery, "compute_connectivity_output", "pairs")


def own_words(connections):
    """Ports in our notation; what has another shape stays as it is, and so counts as different."""
    if connections == "All connections":
        return "all"
    one = re.fullmatch(r"\{protocols:(\w+),dst_ports:([\d-]+)\}", connections)
    return f"{one[1]} {one[2]}" if one else connections


def their_pairs():
    pair = re.compile(r"(\S+)\[Pod\] => (\S+)\[Pod\] : (.*)")
    with open(answer, encoding="utf-8") as text:
        return {(f"pod/{a}", f"pod/{b}", own_words(ports)) for a, b, ports in pair.findall(text.read())}


def our_pairs():
    with open(ours, encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    return {tuple(row) for row in rows if row[0].startswith("pod/") and row[1].startswith("pod/")}


# It appends to a file that is there.
pathlib.Path(answer).unlink(missing_ok=True)
status = nca_main(["--connectivity", policies, "-n", objects, "-p", objects, "--output_format", "txt_no_fw_rules", "--file_out", answer])
theirs, own = their_pairs(), our_pairs()
print(f"same {len(theirs & own)}\ndifferent {len(theirs ^ own)}", flush=True)
for pair in sorted(theirs ^ own)[:10]:
    print("  ", "theirs" if pair in theirs else "ours", *pair)
sys.exit(status or theirs != own)
