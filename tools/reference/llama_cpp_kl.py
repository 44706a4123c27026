"""How far Ondol's fast path and llama.cpp are from the exact logits of a file: what a speed is worth.

    ondol bench --shape llama-3.2-1b --type F16  --write f16.gguf  -p 128 -n 0 -r 1 --no-kl
    ondol bench --shape llama-3.2-1b --type Q4_0 --write q4_0.gguf -p 128 -n 0 -r 1 --no-kl
    python tools/reference/llama_cpp_kl.py --ondol build/release/ondol [--llama-cpp FOLDER] --original f16.gguf q4_0.gguf

For every file: mean KL in nats, over the 32 made-up tokens that `ondol bench` uses for its own figure, to the exact path
(`ondol logits --exact`: weights decoded to f32, nothing quantised on the way) of Ondol's fast path and of llama.cpp, all
with an f32 KV cache; and the type's own KL, exact path to exact path, to the file it was made from.  The bar: Ondol's KL is at
most llama.cpp's, or 2 % of the type's own, whichever is larger.  Exits 1 when a file is above it.

FOLDER as in llama_cpp_logits.py; without llama.cpp its column is left out and 2 % alone is the bar.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np

from llama_cpp_logits import LlamaCpp, find_libraries

N_TOKENS = 32


def made_up_tokens(vocab_size):
    """The tokens of measure/bench.cpp: SplitMix64 with seed 1 (Steele et al. 2014)."""
    mask, state, tokens = 2**64 - 1, 1, []
    for _ in range(N_TOKENS):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
        tokens.append((z ^ z >> 31) % vocab_size)
    return tokens


def ondol_logits(args, path, tokens, *options):
    command = [args.ondol, "logits", path, "--tokens", ",".join(map(str, tokens)), "--kv-type", "f32", "-t",
               str(args.threads), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{path}: {done.stderr.strip()}")
    return np.array(json.loads(done.stdout)["logits"], dtype=np.float64)


def mean_kl(reference, logits):
    """Mean over positions of KL(softmax(reference) || softmax(logits)), nats."""
    def log_softmax(x):
        x = x - x.max(axis=1, keepdims=True)
        return x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    p, q = log_softmax(reference), log_softmax(np.asarray(logits, dtype=np.float64))
    return float((np.exp(p) * (p - q)).sum(axis=1).mean())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ondol", required=True)
    parser.add_argument("--llama-cpp")
    parser.add_argument("--original", required=True, help="the same weights in F16 or F32")
    parser.add_argument("--vocab-size", type=int, default=128256)
    parser.add_argument("--threads", "-t", type=int, default=2)
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    libraries = find_libraries(args.llama_cpp)
    llama_cpp = LlamaCpp(libraries) if libraries else None
    tokens = made_up_tokens(args.vocab_size)
    original = ondol_logits(args, args.original, tokens, "--exact")
    print("| file | Ondol | llama.cpp | the type's own | Ondol, share of the type's own | within the bar |\n|---|---|---|---|---|---|")
    failed = False
    for path in args.files:
        exact = ondol_logits(args, path, tokens, "--exact")
        ours = mean_kl(exact, ondol_logits(args, path, tokens))
        own = mean_kl(original, exact)
        theirs = llama_cpp.logits(path, tokens, args.threads) if llama_cpp else None
        if isinstance(theirs, str):
            sys.exit(f"{path}: llama.cpp: {theirs}")
        theirs = mean_kl(exact, theirs) if llama_cpp else None
        good = ours <= max(theirs or 0, 0.02 * own)
        failed |= not good
        print(f"| {pathlib.Path(path).name} | {ours:.2e} | {'-' if theirs is None else f'{theirs:.2e}'} | {own:.2e} | "
              f"{100 * ours / own:.2f} % | {'yes' if good else 'NO'} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
