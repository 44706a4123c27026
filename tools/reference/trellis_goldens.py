#!/usr/bin/env python3
"""Writes tests/golden/quant/OT*.decode: what docs/formats.md says that blocks of our trellis types hold.

  trellis_goldens.py [OUT]

Each file is 32 blocks of random bytes, blocks of zeros and of ones among them, then the f32 they decode to.  Written
after the drawing in docs/formats.md, with integers of any length for the ring; shares no code with src/.  Needs numpy.
"""
import pathlib
import re
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
N_BLOCKS = 32


def drawn_types():
    """The table of docs/formats.md: name -> (bits per weight, reach, here, there)."""
    text = (ROOT / "docs/formats.md").read_text()
    types = {}
    for name, bits, reach in re.findall(r"^\| (OT\w+) \| \d+ \| ([\d.]+) \| (\d) \|", text, re.M):
        levels = []
        for table in ("here", "there"):
            row = re.search(rf"^{name} +{table} +(.+)$", text, re.M).group(1)
            levels.append([int(x) for x in row.split()])
            assert len(levels[-1]) == 16
        types[name] = (float(bits), int(reach), *levels)
    return types


def decode(block, bits, reach, here, there):
    ring_bits = int(32 * bits)
    ring = int.from_bytes(block[1:].tobytes(), "little")
    ring |= ring << ring_bits  # once more, so that no place goes round

    def n(i):
        return ring >> int(i % 32 * bits) & 15

    exponent, fraction = divmod(int(block[0]), 8)
    scale = np.float32(2.0 ** (exponent - 31) * (1 + fraction / 8))
    weights = np.zeros(32, np.float32)
    for i in range(32):
        weights[4 * (i % 8) + i // 8] = scale * np.float32(here[n(i)] + there[n(i + reach)])
    return weights


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/golden/quant"
    types = drawn_types()
    assert len(types) == 4
    for name, (bits, reach, here, there) in types.items():
        blocks = np.random.default_rng(int(2 * bits)).integers(0, 256, (N_BLOCKS, 1 + int(4 * bits)), dtype=np.uint8)
        blocks[0] = 0
        blocks[1] = 255
        blocks[2, 1:] = 0
        weights = np.concatenate([decode(block, bits, reach, here, there) for block in blocks])
        (out / f"{name}.decode").write_bytes(blocks.tobytes() + weights.tobytes())


if __name__ == "__main__":
    main()
