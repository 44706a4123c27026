"""Step 4: a checkpoint -> GGUF files: f32 and f16 for requantising, and the mixture that ships.

  python export.py --work WORK --out WORK/out [--name ondol-ko-tiny] [--mix token_embd=Q8_0,attn=Q8_0,ffn=Q5_1]

gguf-py writes Q4_0 to Q8_0 and no k-quants; `ondol` can requantise the f16 file better.
"""
import argparse
import pathlib

import gguf
import torch

import gguf_file
import model as llama
import tokenizer


def load_checkpoint(path):
    saved = torch.load(path)
    network = llama.Llama(llama.Config(**saved["config"]))
    network.load_state_dict(saved["model"])
    return network.eval(), saved


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--checkpoint", default="checkpoint.pt")
    parser.add_argument("--name", default="ondol-ko-tiny")
    parser.add_argument("--mix", default="token_embd=Q8_0,attn=Q8_0,ffn=Q5_1", help="tensor type by part of the tensor's name; the first match counts")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    network, saved = load_checkpoint(args.work / args.checkpoint)
    processor = tokenizer.load(args.work)
    tokens = float(saved["state"]["tokens"])
    metadata = {"data": "NSMC reviews (CC0-1.0), Korean chatbot pairs (MIT), openers of our own", "train.tokens": tokens, "train.operations": 6 * network.n_parameters() * tokens}

    types, files = gguf.GGMLQuantizationType, gguf.LlamaFileType
    mix = [part.split("=") for part in args.mix.split(",")]
    mixture = lambda name: types[next(kind for part, kind in mix if part in name)]
    for suffix, type_of, file_type in ((".f32", lambda _: types.F32, files.ALL_F32), (".f16", lambda _: types.F16, files.MOSTLY_F16), ("", mixture, files[f"MOSTLY_{mix[-1][1]}"])):
        path = args.out / f"{args.name}{suffix}.gguf"
        gguf_file.write(path, network, processor, type_of, file_type, metadata)
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
