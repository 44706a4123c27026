"""Writes tests/golden/gguf/: tiny GGUF files from the python package gguf, which our reader must read and our writer
must reproduce byte for byte.

    python tools/reference/gguf_goldens.py [--check FILE]

whole.gguf       every value type, arrays, tensors of 1 to 4 dimensions, F32, F16 and quantised
aligned.gguf     general.alignment 64
big_endian.gguf  the same model from the wrong end
split-0000?-of-00003.gguf
--check prints what the package reads in FILE, for files that we wrote.
"""

import argparse
import pathlib

import gguf
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "gguf"


def counting(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / 8


def add_values(writer):
    writer.add_uint8("value.u8", 200)
    writer.add_int8("value.i8", -100)
    writer.add_uint16("value.u16", 60000)
    writer.add_int16("value.i16", -30000)
    writer.add_uint32("value.u32", 4000000000)
    writer.add_int32("value.i32", -2000000000)
    writer.add_float32("value.f32", 0.1)
    writer.add_bool("value.bool", True)
    writer.add_string("value.string", "온돌")
    writer.add_uint64("value.u64", 2**63 + 5)
    writer.add_int64("value.i64", -(2**62))
    writer.add_float64("value.f64", 0.1)
    writer.add_array("array.int", [1, -2, 3])
    writer.add_array("array.float", [0.5, -1.5])
    writer.add_array("array.bool", [True, False])
    writer.add_array("array.string", ["가", "", "나다"])


def write(name, **options):
    writer = gguf.GGUFWriter(FOLDER / name, "llama", **options)
    if name == "aligned.gguf":
        writer.add_custom_alignment(64)
    add_values(writer)
    writer.add_tensor("one", counting(5))
    writer.add_tensor("two", counting(2, 3))
    writer.add_tensor("three", counting(2, 3, 4).astype(np.float16))
    writer.add_tensor("four", counting(2, 2, 1, 3))
    quantised = gguf.quants.quantize(counting(2, 64), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("quantised", quantised, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check")
    checked = parser.parse_args().check
    if checked:
        reader = gguf.GGUFReader(checked)
        for field in reader.fields.values():
            print(field.name, [kind.name for kind in field.types], repr(field.contents())[:100])
        for tensor in reader.tensors:
            print(tensor.name, tensor.tensor_type.name, list(tensor.shape), tensor.data.ravel()[:4])
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    write("whole.gguf")
    write("aligned.gguf")
    write("big_endian.gguf", endianess=gguf.GGUFEndian.BIG)
    write("split.gguf", split_max_tensors=2)


main()
