"""Files that Ondol wrote, read by llama.cpp: an adapter of `ondol tune`, and a model that `ondol shrink --compat` made small.

For each, the mean KL divergence of llama.cpp's next-token distribution to the exact one (the file's weights in F32, multiplied in
F32), beside ours and beside the distance between the two.  Exits 1 where llama.cpp does not load the file, or is more than twice as
far from the exact path as we are (1e-9 is not looked at).

    python tools/reference/llama_cpp_files.py --ondol build/release/ondol --data DATA.jsonl [--llama-cpp FOLDER]

DATA holds prompts and answers for models/ondol-home-ko-teacher.gguf, a few thousand lines by tools/home/generate.py.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from llama_cpp_logits import LlamaCpp, find_libraries, our_logits

MODEL = pathlib.Path(__file__).resolve().parents[2] / "models" / "ondol-home-ko-teacher.gguf"


def divergence(exact, other):
    """Mean over positions of KL(exact || other), nats, in double."""
    def log_softmax(logits):
        logits = logits.astype(np.float64)
        logits = logits - logits.max(axis=1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    p, q = log_softmax(exact), log_softmax(other)
    return float((np.exp(p) * (p - q)).sum(axis=1).mean())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ondol", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--llama-cpp")
    args = parser.parse_args()
    libraries = find_libraries(args.llama_cpp)
    if libraries is None:
        print("not checked: neither --llama-cpp nor the python package llama-cpp-python is here")
        return 0
    llama_cpp = LlamaCpp(libraries)

    def ondol(*arguments):
        subprocess.run([args.ondol, *map(str, arguments), "-q"], check=True, stdout=subprocess.DEVNULL)

    with open(args.data, encoding="utf-8") as lines:
        text = "".join(next(lines) for _ in range(8))
    ids = subprocess.run([args.ondol, "tokenize", MODEL], input=text, capture_output=True, text=True, check=True)
    tokens = json.loads(ids.stdout)[:120]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        adapter, small = scratch / "adapter.gguf", scratch / "small.gguf"
        ondol("tune", MODEL, args.data, "-o", adapter, "--rank", 8, "--steps", 20, "--lr", "1e-2")
        ondol("shrink", MODEL, "--size", "30%", "--text", args.data, "--compat", "--search-time", 2, "-o", small)
        failed = False
        print(f"{'mean KL':28} {'exact, llama.cpp':>16} {'exact, ondol':>16} {'ondol, llama.cpp':>16}")
        for name, file, lora in (("original, F16", MODEL, None), ("with an adapter of tune", MODEL, adapter), ("shrink --compat", small, None)):
            plain = scratch / "exact.gguf"
            if lora:
                ondol("merge", file, lora, "-o", plain, "--type", "F32", "--force")
            else:
                ondol("import", file, "-o", plain, "--type", "F32", "--force")
            exact = our_logits(args.ondol, plain, tokens)
            ours = our_logits(args.ondol, file, tokens, *(["--lora", str(lora)] if lora else []))
            theirs = llama_cpp.logits(file, tokens, adapter=lora)
            if isinstance(theirs, str):
                print(f"{name:28} llama.cpp: {theirs}")
                failed = True
                continue
            away = divergence(exact, theirs)
            near = divergence(exact, ours)
            failed |= away > max(2 * near, 1e-9)
            moved = f"   moved the model by {divergence(our_logits(args.ondol, MODEL, tokens), exact):.3g}" if lora else ""
            print(f"{name:28} {away:16.2e} {near:16.2e} {divergence(ours, theirs):16.2e}{moved}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
