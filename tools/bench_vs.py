#!/usr/bin/env python3
"""Ondol beside other engines on one GGUF file: the tables and ratios of docs/bench.md.

    ondol bench --shape llama-3.2-1b --type Q4_0 --write l1b.gguf -p 128 -n 0 -r 1 --no-kl
    tools/bench_vs.py l1b.gguf --ondol build/release/ondol --llama-cpp -t 2 \\
        --engine "ik:/path/to/llama-bench -fa 1" --engine "ik:/path/to/llama-bench -fa 1 -rtr 1"

Engines take turns: in every round each cell (a prompt of 128, 512, 2048 tokens; 32 tokens generated behind 0, 1024, 4096)
is measured by one new process of every engine in turn, the order turning with the rounds.  Machines change by the
minute, so only what lies side by side in one round compares; Ondol's process probes the machine's limits right before
and after its own measurement, and every speed is held against the limits of its round.

An engine is a program that speaks as llama.cpp's llama-bench does (-m -p -n -t -r -o json, and either -d DEPTH or
-gp DEPTH,N), given as NAME:PROGRAM ARGUMENTS.  A name given twice with other arguments is one engine in several
settings: Ondol is compared with the best of them in each cell.  --llama-cpp runs the python package llama-cpp-python.

Needs nothing but Python's standard library.
"""
import argparse
import ctypes
import json
import os
import shlex
import statistics
import subprocess
import sys
import time

CELLS = ("p128", "p512", "p2048", "d0", "d1024", "d4096")
DECODE_TOKENS = 32


class Problem(Exception):
    """Something the user can mend; its text is the whole message."""


def is_prefill(cell):
    return cell[0] == "p"


def name_of(cell):
    return f"prefill {cell[1:]}" if is_prefill(cell) else f"decode at {cell[1:]}"


def run(command, limit_s):
    """Standard output of a command that must succeed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s)
    except FileNotFoundError:
        raise Problem(f"{command[0]}: no such program") from None
    except PermissionError:
        raise Problem(f"{command[0]}: may not be run") from None
    except subprocess.TimeoutExpired:
        raise Problem(f"took longer than {limit_s:.0f} s (--limit): {shlex.join(command)}") from None
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Problem(f"exit {done.returncode}: {shlex.join(command)}\n  {last}")
    return done.stdout


class Ondol:
    name = "ondol"

    def __init__(self, args):
        self.args = args
        self.label = "ondol"

    def command(self, *options):
        return [*self.args.prefix, self.args.ondol, "bench", self.args.model, "-t", str(self.args.threads), "-r", "1",
                "--json", *options]

    def measure(self, cell):
        """Tokens per second, and the machine's limits meanwhile."""
        only = ("-p", cell[1:], "-n", "0") if is_prefill(cell) else ("-p", "0", "-n", str(DECODE_TOKENS), "-d", cell[1:])
        report = self.read(run(self.command("--no-kl", *only), self.args.limit))
        case = report["prefill" if is_prefill(cell) else "decode"][0]
        share = next(case[key] for key in case if key.startswith("share_of"))
        return case["tokens_per_s"], {**report["limits"], "share": share, "unsteady": report["rounds_unsteady"],
                                      **{key: case[key] for key in ("cpu_s_per_token", "j_per_token")}}

    def kl(self):
        return self.read(run(self.command("-p", "32", "-n", "0"), self.args.limit))["kl"]

    def read(self, text):
        try:
            return json.loads(text)
        except ValueError:
            raise Problem(f"{self.args.ondol}: bench --json printed no JSON; is this an older ondol?") from None


class LlamaBench:
    """A program that speaks as llama-bench does."""

    def __init__(self, args, spec):
        self.args = args
        self.name, colon, command = spec.partition(":")
        if not colon or not self.name or not command.strip():
            raise Problem(f"--engine {spec!r}: expected NAME:PROGRAM ARGUMENTS")
        self.words = shlex.split(command)
        self.label = " ".join([self.name, *self.words[1:]])
        # An unknown option makes some versions fail behind the help text, which is all that is wanted here.
        try:
            shown = subprocess.run([self.words[0], "--help"], capture_output=True, text=True, timeout=60)
        except OSError as error:
            raise Problem(f"--engine {self.name}: {self.words[0]}: {error.strerror}") from None
        self.help = shown.stdout + shown.stderr

    def at_depth(self, depth):
        if depth == "0":
            return ["-p", "0", "-n", str(DECODE_TOKENS)]
        if "--n-depth" in self.help:
            return ["-p", "0", "-n", str(DECODE_TOKENS), "-d", depth]
        if "-gp" in self.help:
            return ["-p", "0", "-n", "0", "-gp", f"{depth},{DECODE_TOKENS}"]
        raise Problem(f"--engine {self.name}: its --help names neither -d nor -gp; it can only be measured with --cells "
                      "p128,p512,p2048,d0")

    def measure(self, cell):
        only = ["-p", cell[1:], "-n", "0"] if is_prefill(cell) else self.at_depth(cell[1:])
        text = run([*self.args.prefix, *self.words, "-m", self.args.model, "-t", str(self.args.threads), "-r", "1", "-o",
                    "json", *only], self.args.limit)
        try:
            rows = json.loads(text[text.index("["):])
            return float(rows[-1]["avg_ts"]), {}
        except (ValueError, KeyError, IndexError):
            raise Problem(f"--engine {self.name}: printed no llama-bench JSON with avg_ts") from None


class LlamaCppPackage:
    """The python package llama-cpp-python, through its low-level functions, in a process of its own."""
    name = label = "llama-cpp-python"

    def __init__(self, args):
        self.args = args
        try:
            run([args.python, "-c", "import llama_cpp"], 60)
        except Problem as problem:
            raise Problem(f"--llama-cpp: pip install llama-cpp-python, or name a python that has it with --python\n  "
                          f"{problem}") from None

    def measure(self, cell):
        text = run([*self.args.prefix, self.args.python, os.path.abspath(__file__), self.args.model, "--ondol", "-", "-t",
                    str(self.args.threads), "--child-cell", cell], self.args.limit)
        return float(text.strip().splitlines()[-1]), {}


def llama_cpp_cell(path, n_threads, cell):
    """Tokens per second of one cell; runs where the package llama_cpp is."""
    import llama_cpp as l

    l.llama_log_set(l.llama_log_callback(lambda *_: None), ctypes.c_void_p(0))
    l.llama_backend_init()
    model = l.llama_model_load_from_file(path.encode(), l.llama_model_default_params())
    if not model:
        sys.exit(f"llama.cpp does not load {path}")
    n_vocab = l.llama_vocab_n_tokens(l.llama_model_get_vocab(model))
    n_depth = 0 if is_prefill(cell) else int(cell[1:])
    n_fed = int(cell[1:]) if is_prefill(cell) else DECODE_TOKENS
    params = l.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = n_depth + n_fed + 32, 2048, 512
    params.n_threads = params.n_threads_batch = n_threads
    context = l.llama_init_from_model(model, params)
    if not context:
        sys.exit(f"llama.cpp makes no context of {params.n_ctx} tokens")
    memory = l.llama_get_memory(context)
    state = 1

    def tokens(n):
        nonlocal state
        made = (l.llama_token * n)()
        for i in range(n):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            made[i] = (state >> 33) % n_vocab
        return made

    def feed(made):
        for first in range(0, len(made), params.n_batch):
            piece = (l.llama_token * min(params.n_batch, len(made) - first))(*made[first:first + params.n_batch])
            if l.llama_decode(context, l.llama_batch_get_one(piece, len(piece))) != 0:
                sys.exit("llama_decode failed")
        l.llama_synchronize(context)

    feed(tokens(n_fed if is_prefill(cell) else 1))  # one pass to touch everything
    l.llama_memory_clear(memory, True)
    if n_depth:
        feed(tokens(n_depth))
    pieces = [tokens(n_fed)] if is_prefill(cell) else [tokens(1) for _ in range(n_fed)]
    start = time.perf_counter()
    for piece in pieces:
        feed(piece)
    print(n_fed / (time.perf_counter() - start))


def measure_all(args, engines):
    """speeds[cell][label]: tokens per second round by round; limits[cell]: Ondol's probes round by round."""
    speeds = {cell: {engine.label: [] for engine in engines} for cell in args.cells}
    limits = {cell: [] for cell in args.cells}
    for round_ in range(args.rounds):
        turned = engines[round_ % len(engines):] + engines[:round_ % len(engines)]
        for cell in args.cells:
            for engine in turned:
                speed, probed = engine.measure(cell)
                speeds[cell][engine.label].append(speed)
                if probed:
                    limits[cell].append(probed)
                print(f"round {round_ + 1}  {name_of(cell):15}  {engine.label:40} {speed:9.2f} tokens/s", file=sys.stderr,
                      flush=True)
    return speeds, limits


def spread(values):
    return {"best": max(values), "median": statistics.median(values), "min": min(values), "n": len(values)}


def summary(args, engines, speeds, limits, kl):
    peers = sorted({engine.name for engine in engines} - {"ondol"})
    cells = []
    for cell in args.cells:
        table = {label: spread(values) for label, values in speeds[cell].items()}
        ratios = {}
        for peer in peers:
            best = max((e.label for e in engines if e.name == peer), key=lambda label: table[label]["median"])
            ratios[peer] = {"setting": best, "of_medians": table["ondol"]["median"] / table[best]["median"],
                            "of_bests": table["ondol"]["best"] / max(table[e.label]["best"] for e in engines if e.name == peer)}
        middle = {key: statistics.median(probe[key] for probe in limits[cell])
                  for key in limits[cell][0] if limits[cell][0][key] is not None}
        cells.append({"cell": cell, "tokens_per_s": table, "limits": middle, "ondol_over": ratios})
    return {"model": args.model, "threads": args.threads, "rounds": args.rounds, "ondol_kl": kl, "cells": cells}


def print_tables(result, engines):
    print(f"{result['model']}, {result['threads']} threads, {result['rounds']} rounds, KL of Ondol's fast path to the exact "
          f"one {result['ondol_kl']:.2g}")
    print("tokens/s: best/median/min\n")
    head = ["engine"] + [name_of(cell["cell"]) for cell in result["cells"]]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for engine in engines:
        row = [engine.label]
        for cell in result["cells"]:
            s = cell["tokens_per_s"][engine.label]
            row.append(f"{s['best']:.1f}/{s['median']:.1f}/{s['min']:.1f}")
        print("| " + " | ".join(row) + " |")
    for peer in result["cells"][0]["ondol_over"]:
        ratios = [f"{cell['ondol_over'][peer]['of_medians']:.2f}" for cell in result["cells"]]
        print("| " + " | ".join([f"**ondol : best {peer}**, medians"] + ratios) + " |")
    shares = [f"{100 * cell['limits']['share']:.0f} %" for cell in result["cells"]]
    print("| " + " | ".join(["ondol's share of the peak or bandwidth"] + shares) + " |")
    for key, unit in (("read_gb_s", "GB/s"), ("int8_gop_s", "int8 GOP/s")):
        print("| " + " | ".join([f"probed {unit}"] + [f"{cell['limits'][key]:.4g}" for cell in result["cells"]]) + " |")


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="GGUF file that all engines read")
    parser.add_argument("--ondol", required=True, help="Ondol's program")
    parser.add_argument("--engine", action="append", default=[], metavar="NAME:PROGRAM ARGUMENTS")
    parser.add_argument("--llama-cpp", action="store_true", help="measure the python package llama-cpp-python, too")
    parser.add_argument("--python", default=sys.executable, help="the python that has that package (default: this one)")
    parser.add_argument("-t", "--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("-r", "--rounds", type=int, default=3)
    parser.add_argument("--cells", default=",".join(CELLS), help="pN: prompt of N, dN: decode behind N (default: %(default)s)")
    parser.add_argument("--prefix", default="", help='before every measured command, as in "taskset -c 0,1"')
    parser.add_argument("--limit", type=float, default=600, help="seconds one process may take (default: %(default).0f)")
    parser.add_argument("--json", metavar="FILE", help="write all figures there")
    parser.add_argument("--child-cell", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    args.cells = args.cells.split(",")
    args.prefix = shlex.split(args.prefix)
    for cell in args.cells:
        if cell[:1] not in ("p", "d") or not cell[1:].isdigit() or cell == "p0":
            raise Problem(f"--cells {cell}: expected pN or dN, as in p512,d0")
    if args.rounds < 1 or args.threads < 1:
        raise Problem("--rounds and --threads must be at least 1")
    if not os.path.isfile(args.model):
        raise Problem(f"{args.model}: no such file; write one with: ondol bench --shape NAME --type TYPE --write FILE")
    return args


def main(argv):
    args = parse(argv)
    if args.child_cell:
        llama_cpp_cell(args.model, args.threads, args.child_cell)
        return
    engines = [Ondol(args)] + [LlamaBench(args, spec) for spec in args.engine]
    if args.llama_cpp:
        engines.append(LlamaCppPackage(args))
    labels = [engine.label for engine in engines]
    if len(set(labels)) != len(labels):
        raise Problem("two engines with one name and the same arguments")
    kl = engines[0].kl()
    speeds, limits = measure_all(args, engines)
    result = summary(args, engines, speeds, limits, kl)
    print_tables(result, engines)
    if args.json:
        with open(args.json, "w") as file:
            json.dump({**result, "every_speed": speeds, "every_limit": limits}, file, indent=1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(f"bench_vs: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
