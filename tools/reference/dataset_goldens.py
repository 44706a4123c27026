"""Writes tests/golden/dataset/dataset.json: what Python makes of tables, shuffles and hashes of prompts.

    python3 tools/reference/dataset_goldens.py tests/golden/dataset

Tables are written and read by the module csv; the shuffle is SplitMix64 and Fisher-Yates as src/tune/data/epoch_order.h
describes them; a prompt is held out when the first 53 bits of its SHA-256, as a fraction, are below the share.
"""
import csv
import hashlib
import io
import json
import pathlib
import random
import struct
import sys

MASK = (1 << 64) - 1
WRITTEN_BY_HAND = ["a,b\n1,2\n", "a,b\r\n1,\"2\"\r\n", "a\n\"x\"\"y\"\n", "\"a\"\n\"\"\n", "a,b\n\n,\n", "a\n\"one\r\ntwo\n\nthree\"\n", "a,b\nx\"y, \"z\"\n", "a,b\n1,2",
                   "a,b\n\"1\",\"\n\"", "이름,값\n\"쉼표, 그리고 \"\"따옴표\"\"\",끝\r\n"]


def tables(rng):
    for text in WRITTEN_BY_HAND:
        yield text
    letters = ["a", "가", "\"", ",", "\n", "\r\n", " ", "\t", "\"\"", ""]
    for _ in range(60):
        n_columns = rng.randint(1, 4)
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]), quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        for _ in range(rng.randint(1, 5)):
            writer.writerow(["".join(rng.choices(letters, k=rng.randint(0, 6))) for _ in range(n_columns)])
        yield out.getvalue()


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def epoch_order(n, seed, epoch):
    numbers = splitmix64((next(splitmix64(seed)) + epoch) & MASK)
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = next(numbers) % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def held_out(prompt, share):
    text = prompt.encode()
    user = 1  # Role::kUser
    digest = hashlib.sha256(struct.pack("<iQ", user, len(text)) + text).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53 < share


def main():
    rng = random.Random(5)
    prompts = [f"질문 {i}" for i in range(60)]
    golden = {
        "tables": [{"text": text, "rows": [row for row in csv.reader(io.StringIO(text, newline="")) if row]} for text in tables(rng)],
        "orders": [{"n": n, "seed": seed, "epoch": epoch, "order": epoch_order(n, seed, epoch)}
                   for n, seed, epoch in [(1, 0, 0), (2, 1, 0), (10, 0, 0), (10, 0, 1), (10, 1, 0), (23, 12345678901234567, 7)]],
        "share": 0.2,
        "held_out": [prompt for prompt in prompts if held_out(prompt, 0.2)],
        "prompts": prompts,
    }
    path = pathlib.Path(sys.argv[1])
    path.mkdir(parents=True, exist_ok=True)
    (path / "dataset.json").write_text(json.dumps(golden, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n")


main()
