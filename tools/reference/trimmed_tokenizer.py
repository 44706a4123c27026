"""Compares a tokenizer trimmed by `ondol shrink --vocab` with Hugging Face tokenizers.

    ondol shrink MODEL.gguf --vocab TEXT -o SMALL.gguf --tokenizer-json SMALL.json
    trimmed_tokenizer.py ONDOL SMALL.gguf SMALL.json TEXT...

The package tokenizers reads SMALL.json; each TEXT is encoded in pieces of some lines by it and by `ONDOL tokenize
SMALL.gguf`, and the ids must be the same.  Exit code 1 where they are not.
"""

import json
import subprocess
import sys

from tokenizers import Tokenizer

LINES_PER_PIECE = 200


def pieces(path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = file.readlines()
    for first in range(0, len(lines), LINES_PER_PIECE):
        yield "".join(lines[first : first + LINES_PER_PIECE])


def main():
    ondol, model, tokenizer_json, *texts = sys.argv[1:]
    tokenizer = Tokenizer.from_file(tokenizer_json)
    n_tokens = n_different = 0
    for path in texts:
        for piece in pieces(path):
            run = subprocess.run([ondol, "tokenize", model, "--special", "--json"], input=piece.encode(),
                                 stdout=subprocess.PIPE, check=True)
            ours = json.loads(run.stdout)
            theirs = tokenizer.encode(piece, add_special_tokens=False).ids
            n_tokens += len(theirs)
            if ours != theirs:
                n_different += 1
                at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
                print(f"{path}: from token {at} on: ondol {ours[at:at + 8]}, tokenizers {theirs[at:at + 8]}")
    print(f"{n_tokens} tokens, {n_different} pieces differ")
    return 1 if n_different else 0


if __name__ == "__main__":
    sys.exit(main())
