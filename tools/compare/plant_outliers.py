#!/usr/bin/env python3
"""Scales four channels of what every layer's matrices read, without changing what the model computes: the norm's weights of these
channels grow 30 times, the matrices' columns that read them shrink as much.

    plant_outliers.py IN.gguf OUT.gguf      (a llama file in F32; needs the packages gguf and numpy)
"""
import pathlib
import sys

import numpy as np
from gguf import GGUFReader

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from gguf_copy import read_tensors, write_copy

SCALE = 30.0
READERS = {"attn_norm": ("attn_q", "attn_k", "attn_v"), "ffn_norm": ("ffn_gate", "ffn_up")}


def planted(tensors: dict[str, np.ndarray], seed: int = 1) -> dict[str, np.ndarray]:
    """Weights by name, rows first; the same four channels in every layer, as in models that grew them by themselves."""
    out = {name: weights.copy() for name, weights in tensors.items()}
    hidden = out["output_norm.weight"].shape[0]
    channels = np.random.default_rng(seed).choice(hidden, size=4, replace=False)
    layers = sum(name.endswith(".attn_norm.weight") for name in out)
    for layer in range(layers):
        for norm, readers in READERS.items():
            out[f"blk.{layer}.{norm}.weight"][channels] *= SCALE
            for reader in readers:
                out[f"blk.{layer}.{reader}.weight"][:, channels] /= SCALE
    return out


def main() -> None:
    source, target = sys.argv[1:3]
    reader = GGUFReader(source)
    write_copy(reader, target, planted(read_tensors(reader)), {})


if __name__ == "__main__":
    main()
