"""Writes tests/golden/imatrix/small.gguf: an imatrix as llama.cpp's llama-imatrix lays it out, made by the gguf package.

    python tools/reference/imatrix_goldens.py
"""

import pathlib

import gguf
import numpy as np

folder = pathlib.Path(__file__).parents[2] / "tests/golden/imatrix"
folder.mkdir(parents=True, exist_ok=True)
writer = gguf.GGUFWriter(folder / "small.gguf", arch="")
writer.kv_data[0].clear()  # an imatrix names no architecture
writer.add_type("imatrix")
writer.add_array("imatrix.datasets", ["a.txt", "b.txt"])
writer.add_uint32("imatrix.chunk_count", 3)
writer.add_uint32("imatrix.chunk_size", 512)
writer.add_tensor("blk.0.attn_q.weight.in_sum2", np.array([[1, 2.5, 4]], np.float32))
writer.add_tensor("blk.0.attn_q.weight.counts", np.array([[10]], np.float32))
writer.add_tensor("blk.0.ffn_up_exps.weight.in_sum2", np.array([[1, 2], [0, 0]], np.float32))
writer.add_tensor("blk.0.ffn_up_exps.weight.counts", np.array([[4], [0]], np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
