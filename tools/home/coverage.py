#!/usr/bin/env python3
"""Tells what a development set has and the generator lacks: words and character trigrams never written in many lines.

    python3 tools/home/coverage.py tests/home/dev.jsonl --lines 200000

tests/home/test.jsonl is for judging models: it stays unseen.
"""

import argparse
import collections
import json

from generate import chunk, CHUNK


def trigrams(text):
    text = "^" + text + "$"
    return [text[i:i + 3] for i in range(len(text) - 2)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dev", help="JSONL with text, gold, kind")
    parser.add_argument("--lines", type=int, default=200000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--words", type=int, default=120, help="unseen words to print")
    arguments = parser.parse_args()

    words, grams = collections.Counter(), collections.Counter()
    for number in range(arguments.lines // CHUNK):
        for text, _ in chunk((arguments.seed, number, CHUNK)):
            words.update(text.split())
            grams.update(trigrams(text))

    with open(arguments.dev, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    by_kind = collections.defaultdict(lambda: [0, 0])
    unseen, poor = [], []
    for row in rows:
        mine = trigrams(row["text"])
        known = sum(1 for gram in mine if grams[gram] >= 3)
        by_kind[row["kind"]][0] += known
        by_kind[row["kind"]][1] += len(mine)
        unseen += [(word, row["text"]) for word in row["text"].split() if words[word.strip(".,?!~")] + words[word] < 2]
        poor.append((known / len(mine), row["kind"], row["text"]))
    print("trigrams of the development set written at least three times, by kind")
    for kind, (known, total) in sorted(by_kind.items()):
        print(f"  {kind:<12} {100 * known / total:5.1f} %")
    print("\nutterances with the most unseen trigrams")
    for share, kind, text in sorted(poor)[:40]:
        print(f"  {100 * share:5.1f} %  {kind:<10} {text}")
    print("\nwords never written")
    for word, text in unseen[:arguments.words]:
        print(f"  {word:<14} {text}")


if __name__ == "__main__":
    main()
