#!/usr/bin/env python3
"""Files of equal bytes from Ondol, llama.cpp and ik_llama.cpp: mean KL divergence to the model at 32 bits, on text that nothing was
chosen by.  `make compare` runs it for the models of tools/compare/reference-models; results that are there are kept.

    compare.py --models build/reference --peers build/peers [--seeds 3] [--names long,odd,outliers] [--markdown]
"""
from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import time

from peer_file import IK_LLAMA_CPP, LLAMA_CPP, Model, Quantiser, Search, divergence

BITS = (5.2, 4.2, 3.4, 2.7)
PROGRAMS = {"llama.cpp": ("peer-llama", LLAMA_CPP), "ik_llama.cpp": ("peer-ik", IK_LLAMA_CPP)}
EXCHANGES = 40


def part(source: pathlib.Path, target: pathlib.Path, first: int, count: int) -> pathlib.Path:
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(lines[(first + i) % len(lines)] for i in range(count)), encoding="utf-8")
    return target


class Table:
    """One JSON line for each measured file."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def has(self, **key) -> bool:
        return any(all(row[k] == v for k, v in key.items()) for row in self.rows)

    def add(self, row: dict) -> None:
        self.rows.append(row)
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


def run(name: str, seed: int, args: argparse.Namespace, table: Table) -> None:
    folder, ondol = pathlib.Path(args.models), args.ondol
    original = folder / f"{name}.gguf"
    work = folder / f"work-{name}-{seed}"
    work.mkdir(exist_ok=True)
    total = len((folder / "calibration.txt").read_text(encoding="utf-8").splitlines())
    text = part(folder / "calibration.txt", work / "text.txt", seed * total // 7, args.lines)
    small = part(folder / "calibration.txt", work / "search.txt", seed * total // 7 + args.lines, 150)
    with small.open("a", encoding="utf-8") as file:  # the plays stand at the end of the calibration text
        file.write("".join((folder / "calibration.txt").read_text(encoding="utf-8").splitlines(keepends=True)[-150 * seed:][:150]))
    repair_text = folder / "calibration.txt"
    imatrix = work / "imatrix.gguf"
    if not imatrix.exists():
        subprocess.run([ondol, "calibrate", original, text, "-o", imatrix, "-q"], check=True)
    judges = {"ko": folder / "judge-ko.txt", "en": folder / "judge-en.txt"}

    def judged(program: str, bits: float, file: pathlib.Path, size: int, seconds: float) -> None:
        table.add({"model": name, "seed": seed, "program": program, "bits": bits, "bytes": size, "seconds": round(seconds),
                   **{language: divergence(ondol, file, judge, original) for language, judge in judges.items()}})

    model = Model(original, imatrix, work, ondol)
    budgets = {bits: model.rest + int(model.parameters * bits / 8) for bits in BITS}
    for program, (binary, types) in PROGRAMS.items():
        missing = [bits for bits in BITS if not table.has(model=name, seed=seed, program=program, bits=bits)]
        if not missing:
            continue
        began = time.monotonic()
        search = Search(model, Quantiser(str(pathlib.Path(args.peers) / binary), types), small)
        for bits in missing:
            plan = search.best(budgets[bits], EXCHANGES, seed)
            if plan is None:
                table.add({"model": name, "seed": seed, "program": program, "bits": bits, "bytes": None, "seconds": 0, "ko": None, "en": None})
                continue
            search.measured(plan)
            judged(program, bits, model.trial, search.file_bytes(plan), time.monotonic() - began)
            began = time.monotonic()
    for program, extra in (("ondol", ["--text", text]),
                           ("ondol, repaired", ["--text", repair_text, "--repair", str(args.repair), "--repair-lr", "3e-4"])):
        for bits in BITS:
            if table.has(model=name, seed=seed, program=program, bits=bits):
                continue
            out = work / "ondol.gguf"
            began = time.monotonic()
            subprocess.run([ondol, "shrink", original, "--size", str(budgets[bits]), *extra, "-o", out, "--force", "-q"], check=True,
                           stdout=subprocess.DEVNULL)
            seconds = time.monotonic() - began
            # the weights alone, as of the others: without what 8-bit activations add
            exact = work / "ondol-f32.gguf"
            subprocess.run([ondol, "import", out, "-o", exact, "--type", "F32", "--force", "-q"], check=True, stdout=subprocess.DEVNULL)
            judged(program, bits, exact, out.stat().st_size, seconds)


def markdown(rows: list[dict]) -> str:
    programs = ["llama.cpp", "ik_llama.cpp", "ondol", "ondol, repaired"]
    lines = ["| model | text | bits | " + " | ".join(programs) + " | of the best other | repaired |", "|---" * (len(programs) + 5) + "|"]
    for model in dict.fromkeys(row["model"] for row in rows):
        for language in ("ko", "en"):
            for bits in BITS:
                cells = {}
                for program in programs:
                    found = [row[language] for row in rows if row["model"] == model and row["bits"] == bits
                             and row["program"] == program and row[language] is not None]
                    cells[program] = sum(found) / len(found) if found else None
                others = [cells[p] for p in programs[:2] if cells[p] is not None]
                share = [f"{cells[p] / min(others):.2f}" if others and cells[p] is not None else "" for p in programs[2:]]
                shown = [f"{cells[p]:.5f}" if cells[p] is not None else "cannot" for p in programs]
                lines.append(f"| {model} | {language} | {bits} | " + " | ".join(shown + share) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="build/reference")
    parser.add_argument("--peers", default="build/peers")
    parser.add_argument("--ondol", default="build/release/ondol")
    parser.add_argument("--names", default="long,odd,outliers")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--lines", type=int, default=3000, help="lines of calibration text")
    parser.add_argument("--repair", type=int, default=150, help="steps of repair")
    parser.add_argument("--markdown", action="store_true", help="print the table of what is there")
    args = parser.parse_args()
    table = Table(pathlib.Path(args.models) / "compare.jsonl")
    if not args.markdown:
        for seed in range(1, args.seeds + 1):
            for name in args.names.split(","):
                run(name, seed, args, table)
    print(markdown(table.rows))


if __name__ == "__main__":
    main()
