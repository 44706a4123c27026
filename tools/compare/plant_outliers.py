#!/usr/bin/env python3
"""Scales four channels of what every layer's matrices read, without changing what the model computes: the norm's weights of these
channels grow 30 times, the matrices' columns that read them shrink as much.

    plant_outliers.py IN.gguf OUT.gguf      (a llama file in F32; needs the packages gguf and numpy)
"""
import sys

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter

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
    architecture = reader.fields["general.architecture"].contents()
    writer = GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        # the package writes its own header, and no empty lists
        if name.startswith("GGUF.") or name == "general.architecture" or field.contents() == []:
            continue
        element = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), field.types[0], element)
    tensors = {tensor.name: tensor.data for tensor in reader.tensors}
    for name, weights in planted(tensors).items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
