"""Times what network-config-analyzer needs for its answer to who may talk to whom, apart from reading the files.

usage: peer.py PATIENCE OBJECTS POLICIES ANSWER
Prints seconds of processor time: `connections S`, its connectivity of all peers; `pairs S`, that and its text of every
pair; or `none S` where PATIENCE seconds passed without it.
"""

import signal
import sys
import time

from nca.NetworkConfig.NetworkConfigQuery import ConnectivityMapQuery
from nca.NetworkConfig.NetworkConfig import NetworkConfig
from nca.nca_cli import nca_main

patience, objects, policies, answer = sys.argv[1:]
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
sys.exit(nca_main(["--connectivity", policies, "-n", objects, "-p", objects, "--output_format", "txt_no_fw_rules", "--file_out", answer]))
