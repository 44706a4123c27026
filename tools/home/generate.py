#!/usr/bin/env python3
"""Writes Korean appliance commands with their answers: chat lines for training, and the card of the data beside them.

    python3 tools/home/generate.py --n 300000 --seed 1 -o home.jsonl

The same n and seed give the same file, whatever --jobs is: work is cut into chunks, each with a seed of its own.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys

from composition import (channel_or_cleaning, complaint_request, conditional_request, elsewhere_request, everywhere_request,
                         group_request, one_request, settings_request, several_requests, short_addition)
from corrections import correction_request
from hangul import attach
from noise import noisy
from nothing import nothing, other_beside_request
from phrase import Chance
from questions import question_and_request, question_request

# What is written, and how often in a hundred.
MIX = (
    (one_request, 31), (several_requests, 14), (group_request, 6), (settings_request, 2), (everywhere_request, 3), (elsewhere_request, 1),
    (complaint_request, 3), (conditional_request, 1), (short_addition, 2), (channel_or_cleaning, 1), (correction_request, 8),
    (question_request, 9), (question_and_request, 1), (nothing, 17), (other_beside_request, 1),
)
WRITERS = [writer for writer, share in MIX for _ in range(share)]
CHUNK = 10000


def answer(actions):
    """The compact JSON of SCHEMA: keys in order, no blanks."""
    parts = []
    for device, room, action, param, value in actions:
        room = f'"{room}"' if room else "null"
        param = f'"{param}"' if param else "null"
        value = "null" if value is None else f'"{value}"' if isinstance(value, str) else value
        parts.append(f'{{"device":"{device}","room":{room},"action":"{action}","param":{param},"value":{value}}}')
    return '{"actions":[' + ",".join(parts) + "]}"


def chunk(task):
    """One chunk of (utterance, answer) pairs."""
    seed, number, count = task
    chance = Chance(random.Random(f"{seed}/{number}"))
    pairs = []
    while len(pairs) < count:
        text, actions = chance.pick(WRITERS)(chance)
        text = noisy(attach(text), chance)
        if 2 <= len(text) <= 120 and len(actions) <= 4:
            pairs.append((text, answer(actions)))
    return pairs


def pairs(n, seed, jobs):
    """n different utterances with their answers."""
    seen = {}
    n_clashes = 0

    def tasks():
        number = 0
        while True:
            yield seed, number, CHUNK
            number += 1

    pool = multiprocessing.Pool(jobs) if jobs > 1 else None
    # A pool would read an endless list to its end, so it gets a wave of chunks at a time.
    source = tasks()
    try:
        while len(seen) < n:
            wave = [next(source) for _ in range(4 * max(jobs, 1))]
            for part in (pool.imap(chunk, wave) if pool else map(chunk, wave)):
                for text, gold in part:
                    known = seen.get(text)
                    if known is None:
                        if len(seen) == n:
                            break
                        seen[text] = hash(gold)
                        yield text, gold
                    elif known != hash(gold):
                        n_clashes += 1
                        print(f"two answers for: {text}\n  {gold}", file=sys.stderr)
    finally:
        if pool:
            pool.terminate()
    # Two grammars meet in the same words about once in a million lines; the first answer stays. More often is a mistake in them.
    assert n_clashes * 100000 <= n, f"{n_clashes} utterances have two answers"


def write_card(path, n, seed):
    card = {
        "name": "Korean home-appliance commands",
        "license": "CC0-1.0",
        "source": f"tools/home/generate.py --n {n} --seed {seed} (written by this program; no third-party text)",
        "parents": [],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(card, file, ensure_ascii=False, indent=2)
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, required=True, help="utterances to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (the file does not depend on it)")
    parser.add_argument("-o", "--output", required=True, help="JSONL file; its card is written beside it as NAME.card.json")
    arguments = parser.parse_args()

    escape = json.encoder.encode_basestring
    with open(arguments.output, "w", encoding="utf-8") as file:
        for text, gold in pairs(arguments.n, arguments.seed, arguments.jobs):
            file.write(f'{{"messages":[{{"role":"user","content":{escape(text)}}},{{"role":"assistant","content":{escape(gold)}}}]}}\n')
    write_card(os.path.splitext(arguments.output)[0] + ".card.json", arguments.n, arguments.seed)


if __name__ == "__main__":
    main()
