#!/usr/bin/env python3
"""Abuses a server and prints what it took: one line a figure; exits with 1 when a promise is broken.

    tools/load/load.py connections      1,000 open connections, 100 answers at once
    tools/load/load.py slowloris        1,000 clients that send a byte every ten seconds
    tools/load/load.py disconnects      10,000 clients that leave at random points
    tools/load/load.py limits           every limit, and one beyond it
    tools/load/load.py slowreader       clients that read nothing
    tools/load/load.py determinism      the same request alone and among 99 others
    tools/load/load.py soak --minutes 30
    tools/load/load.py quick            a little of each, in half a minute

Each starts a server of its own on models/ondol-ko-tiny.gguf.  connections and slowloris also run against llama.cpp's
llama-server: --peer PROGRAM.  Needs nothing but Python's standard library.
"""
import argparse
import os
import resource
import sys

import company
import connections
import disconnects
import figures
import limits
import slowloris
import slowreader
import soak

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SCENES = {"connections": connections, "slowloris": slowloris, "disconnects": disconnects, "limits": limits,
          "slowreader": slowreader, "determinism": company, "soak": soak}
FULL = {"n_connections": 1000, "n_streams": 100, "seconds": 60.0, "n_disconnects": 10_000, "n_lonely": 50,
        "n_rounds": 10, "minutes": 30.0, "quick": False}
QUICK = {"n_connections": 200, "n_streams": 20, "seconds": 3.0, "n_disconnects": 300, "n_lonely": 4, "n_rounds": 1,
         "minutes": .1, "quick": True}


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", choices=[*SCENES, "quick"])
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/ondol"))
    parser.add_argument("--model", default=os.path.join(ROOT, "models/ondol-ko-tiny.gguf"))
    parser.add_argument("--peer", help="llama-server, instead of ondol")
    parser.add_argument("--port", type=int, default=18900, help="for the peer")
    parser.add_argument("--minutes", type=float, default=FULL["minutes"], help="of soak")
    options = parser.parse_args()
    for name, value in (QUICK if options.scene == "quick" else FULL).items():
        if name != "minutes" or options.scene == "quick":
            setattr(options, name, value)
    return options


def main():
    options = read_options()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    scenes = list(SCENES) if options.scene == "quick" else [options.scene]
    seen = figures.Figures()
    for scene in scenes:
        seen.line(f"== {scene}", "")
        SCENES[scene].run(options, seen)
    return 1 if seen.broken else 0


if __name__ == "__main__":
    sys.exit(main())
