#!/usr/bin/env python3
"""Writes tests/golden/quant/: what the reference makes of every tensor type.

  quant_goldens.py LIBGGML_BASE [OUT]

LIBGGML_BASE is the library with ggml_quantize_chunk: libggml-base.so of the python package llama-cpp-python, of the npm
package node-llama-cpp, or of any build of llama.cpp.  Needs the python packages gguf and numpy.

  TYPE.decode     blocks of random bytes, odd scales among them, then the f32 they decode to (gguf.quants)
  iq_grids        the levels of every point of every grid in GRIDS, a byte each
  encode_mse.tsv  type, case, importance or plain, and the mean of importance * (decoded - weight)^2 that
                  ggml_quantize_chunk reaches on weights which src/tensor/encode_test.cpp makes in the same way
"""
import ctypes
import pathlib
import sys

import gguf
import numpy as np

TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
         "IQ4_NL", "IQ4_XS", "TQ1_0", "TQ2_0", "MXFP4", "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS",
         "IQ3_S"]
# What the reference encodes with an importance only: plain is then an importance of one.
NEED_IMPORTANCE = ["IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS"]
GRIDS = ["IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ1_S", "IQ3_XXS", "IQ3_S"]

# Where the f16 fields of a block lie (bytes).
HALVES = {"F16": [0], "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q2_K": [80, 82],
          "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "TQ1_0": [52],
          "TQ2_0": [64], "IQ1_S": [0], "IQ2_XXS": [0], "IQ2_XS": [0], "IQ2_S": [0], "IQ3_XXS": [0], "IQ3_S": [0]}
# zero, minus zero, subnormals, smallest normal, one, largest, infinities, NaN
ODD_HALVES = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x3C00, 0x7BFF, 0x7C00, 0xFC00, 0x7E01]

N_ROWS, N_COLS = 16, 1024
CASES = ["gaussian", "heavy_tailed", "outliers", "positive", "mixed_scales", "constant", "zero"]


def random_u64(seed, n):
    """SplitMix64 (Steele et al. 2014): value i depends on seed and i only."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) * np.uint64(0x632BE59BD9B4E019) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(
            0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(seed, n):
    return (random_u64(seed, n) >> np.uint64(40)).astype(np.float64) * 2.0**-24


def gaussian(seed, n):
    """Sum of twelve uniform numbers less their mean (Irwin-Hall): no library function, so the same bits everywhere."""
    chunks = random_u64(seed, 3 * n).reshape(n, 3, 1) >> np.array([0, 16, 32, 48], dtype=np.uint64)
    total = (chunks & np.uint64(0xFFFF)).reshape(n, 12).sum(axis=1).astype(np.float64)
    return (total - 12 * 32767.5) / 65536.0


def weights_of(case):
    n = N_ROWS * N_COLS
    seed = CASES.index(case) + 1
    g, u = gaussian(seed, n), uniform(seed + 100, n)
    x = {
        "gaussian": lambda: 0.02 * g,
        "heavy_tailed": lambda: 0.004 * g / (0.05 + u),
        "outliers": lambda: 0.02 * g * np.where(u < 0.005, 20.0, 1.0),
        "positive": lambda: np.abs(0.02 * g),
        "mixed_scales": lambda: 0.02 * g * np.exp2(np.floor(8 * u[::16].repeat(16)) - 4),
        "constant": lambda: (0.02 * g[::N_COLS]).repeat(N_COLS),
        "zero": lambda: 0 * g,
    }[case]()
    return x.astype(np.float32).reshape(N_ROWS, N_COLS)


def importance():
    return (1 / (0.02 + uniform(1000, N_COLS))).astype(np.float32)


def write_decode(name, out):
    kind = gguf.GGMLQuantizationType[name]
    block_weights, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    n_blocks = max(16, 1024 // block_weights) if block_weights < 256 else 16
    blocks = np.random.default_rng(int(kind)).integers(0, 256, (n_blocks, block_bytes), dtype=np.uint8)
    for field, at in enumerate(HALVES.get(name, [])):
        for i, half in enumerate(ODD_HALVES):
            row = (i + 3 * field) % len(ODD_HALVES)
            blocks[row, at:at + 2] = np.frombuffer(np.uint16(half).tobytes(), dtype=np.uint8)
    if name == "MXFP4":
        blocks[:6, 0] = [0, 1, 2, 127, 254, 255]
    if name == "IQ1_M":  # the f16 lies in the upper four bits of four 16-bit words
        for i, half in enumerate(ODD_HALVES):
            for word in range(4):
                blocks[i, 49 + 2 * word] = (blocks[i, 49 + 2 * word] & 15) | (half >> 4 * word & 15) << 4
    with np.errstate(all="ignore"):
        weights = gguf.quants.dequantize(blocks.reshape(-1), kind).astype(np.float32)
    (out / f"{name}.decode").write_bytes(blocks.tobytes() + weights.tobytes())


def grid_levels(name):
    quant = getattr(gguf.quants, name)
    quant.init_grid()
    return np.searchsorted(np.array(quant.grid_map), quant.grid.reshape(quant.grid_shape)).astype(np.uint8)


def reference_mse(library, name, x, w):
    kind = gguf.GGMLQuantizationType[name]
    block_weights, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    if w is None and name in NEED_IMPORTANCE:
        w = np.ones(x.shape[1], np.float32)
    blocks = np.zeros(x.size // block_weights * block_bytes, np.uint8)
    library.ggml_quantize_chunk(int(kind), x.ctypes.data, blocks.ctypes.data, 0, *x.shape,
                                None if w is None else w.ctypes.data)
    error = gguf.quants.dequantize(blocks, kind).reshape(x.shape).astype(np.float64) - x
    return np.mean(error * error * (1 if w is None else w.astype(np.float64)))


def main():
    library = ctypes.CDLL(sys.argv[1])
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64,
                                            ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    root = pathlib.Path(__file__).resolve().parents[2]
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else root / "tests/golden/quant"
    out.mkdir(parents=True, exist_ok=True)
    for name in TYPES:
        write_decode(name, out)
    (out / "iq_grids").write_bytes(b"".join(grid_levels(name).tobytes() for name in GRIDS))
    lines = []
    for case in CASES:
        x = weights_of(case)
        for name in TYPES[1:]:
            for label, w in (("plain", None), ("importance", importance())):
                lines.append(f"{name}\t{case}\t{label}\t{reference_mse(library, name, x, w):.9g}\n")
    (out / "encode_mse.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()
