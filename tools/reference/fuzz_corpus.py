"""Writes the seeds of fuzz/corpus/{gguf,safetensors,llama2c,adapter} and some of tokenizer: small files, right and nearly right, that reach every
branch of the readers.  The fuzzers take it from there.

    python tools/reference/fuzz_corpus.py
"""

import json
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parents[2] / "fuzz" / "corpus"
U32, STRING, ARRAY = 4, 8, 9


def save(parser, name, data):
    (CORPUS / parser).mkdir(parents=True, exist_ok=True)
    (CORPUS / parser / name).write_bytes(data)


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    return text(key) + struct.pack("<I", kind) + value


def array(kind, n, values):
    return struct.pack("<IQ", kind, n) + values


def tensor(name, sizes, kind, offset):
    return text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, kind, offset)


def gguf(entries, tensors, data=b"", version=3, alignment=32):
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(entries)) + b"".join(entries + tensors)
    return head + bytes(-len(head) % alignment) + data


def write_gguf():
    scalars = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<B", 10: "<Q", 11: "<q", 12: "<d"}
    each = [entry(f"v{kind}", kind, struct.pack(form, 1)) for kind, form in scalars.items()]
    arrays = [entry(f"a{kind}", ARRAY, array(kind, 2, struct.pack(form, 1) * 2)) for kind, form in scalars.items()]
    strings = entry("s", ARRAY, array(STRING, 2, text("온") + text("")))
    save("gguf", "empty", gguf([], []))
    save("gguf", "scalars", gguf(each, []))
    save("gguf", "arrays", gguf(arrays + [strings], []))
    save("gguf", "tensors", gguf([entry("general.architecture", STRING, text("llama"))],
                                 [tensor("a", [4, 2], 0, 0), tensor("b", [32, 2], 2, 32)], bytes(68)))
    save("gguf", "aligned", gguf([entry("general.alignment", U32, struct.pack("<I", 64))],
                                 [tensor("a", [2, 1, 1, 2], 0, 0), tensor("b", [], 0, 64)], bytes(68), alignment=64))
    run = 0x4F4E << 16 | 1 << 8  # run layout, version 1 (docs/formats.md)
    save("gguf", "run_layout", gguf([entry("general.alignment", U32, struct.pack("<I", 64))],
                                    [tensor("a", [32, 17], run | 2, 0), tensor("b", [1, 3, 2], run, 576)], bytes(704), alignment=64))
    save("gguf", "run_layout_version", gguf([], [tensor("a", [32, 16], run + 256 | 2, 0)], bytes(288)))
    save("gguf", "version2", gguf(each[:2], [tensor("a", [1], 0, 0)], bytes(4), version=2))
    save("gguf", "big_endian", b"GGUF" + struct.pack(">IQQ", 3, 0, 0))
    save("gguf", "nested_array", gguf([entry("n", ARRAY, array(ARRAY, 1, array(U32, 0, b"")))], []))
    save("gguf", "overlap", gguf([], [tensor("a", [16], 0, 0), tensor("b", [8], 0, 32)], bytes(64)))


def safetensors(header, data=b""):
    return struct.pack("<Q", len(header)) + header.encode() + data


def write_safetensors():
    one = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    save("safetensors", "empty", safetensors("{}"))
    save("safetensors", "one", safetensors(f'{{"a":{one}}}', bytes(4)))
    save("safetensors", "three_types", safetensors(
        '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},'
        '"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]},"c":{"dtype":"F16","shape":[1,1,1,1],"data_offsets":[8,10]}}  ',
        bytes(10)))
    save("safetensors", "unaligned", safetensors(f'{{"a":{one}}} ', bytes(4)))
    save("safetensors", "duplicate", safetensors(f'{{"a":{one},"a":{one}}}', bytes(4)))
    save("safetensors", "other_type", safetensors('{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', bytes(8)))
    save("safetensors", "odd_values", safetensors('{"a":{"dtype":null,"shape":[-1,1e9,[true]],"data_offsets":{}}}'))


def llama2c(checkpoint, tokens):
    tokenizer = struct.pack("<I", 7) + b"".join(struct.pack("<fi", -1.0, len(t)) + t for t in tokens)
    return struct.pack("<H", len(checkpoint)) + checkpoint + tokenizer


def write_llama2c():
    # dim 4, hidden_dim 6, 1 layer, 2 heads, 1 key head, 5 tokens, context 3.
    sizes = [4, 6, 1, 2, 1, 5, 3]
    layer, tables, embedding = 128, 6, 20
    tokens = [b"<unk>", b"\n<s>\n", b"\n</s>\n", b"<0x00>", b" a b"]
    legacy = struct.pack("<7i", *sizes)
    save("llama2c", "legacy", llama2c(legacy + bytes(4 * (embedding + layer + 4 + tables)), tokens))
    own = struct.pack("<7i", *sizes[:5], -5, 3)
    save("llama2c", "own_classifier", llama2c(own + bytes(4 * (2 * embedding + layer + 4 + tables)), tokens))
    version1 = (struct.pack("<Ii7iB", 0x616B3432, 1, *sizes, 1)).ljust(256, b"\0")
    save("llama2c", "version1", llama2c(version1 + bytes(4 * (embedding + layer + 4)), tokens))
    save("llama2c", "version2", llama2c(struct.pack("<Ii", 0x616B3432, 2), []))
    save("llama2c", "few_tokens", llama2c(legacy + bytes(4 * (embedding + layer + 4 + tables)), tokens[:4]))


def write_adapter():
    """A flag byte (GGUF or PEFT; llama, gpt2 or phi3), then the file, or configuration, a zero byte and tensors."""
    config = json.dumps({"peft_type": "LORA", "r": 1, "lora_alpha": 2, "alpha_pattern": {"q_proj": 4}}).encode()
    for flag, family, module, name, n_rows in ((0, "llama", "model.layers.0.self_attn.q_proj", "attn_q", 32),
                                               (2, "gpt2", "transformer.h.1.attn.c_attn", "attn_qkv", 96)):
        data = struct.pack("<f", 0.5) * (32 + n_rows)
        header = {f"base_model.model.{module}.lora_A.weight":
                  {"dtype": "F32", "shape": [1, 32], "data_offsets": [0, 128]},
                  f"base_model.model.{module}.lora_B.weight":
                  {"dtype": "F32", "shape": [n_rows, 1], "data_offsets": [128, 128 + 4 * n_rows]}}
        save("adapter", f"peft_{family}", bytes([flag]) + config + b"\0" + safetensors(json.dumps(header), data))
        entries = [entry("general.type", STRING, text("adapter")), entry("general.architecture", STRING, text(family)),
                   entry("adapter.type", STRING, text("lora")), entry("adapter.lora.alpha", 6, struct.pack("<f", 2))]
        tensors = [tensor(f"blk.0.{name}.weight.lora_a", [32, 1], 0, 0),
                   tensor(f"blk.0.{name}.weight.lora_b", [1, n_rows], 0, 128)]
        save("adapter", f"gguf_{family}", bytes([flag | 1]) + gguf(entries, tensors, data))


def vocabulary(mode, data, sample):
    return bytes([mode]) + struct.pack("<H", len(data)) + data + sample.encode()


def field(number, data):
    return bytes([number << 3 | 2, len(data)]) + data


def piece(name, score, kind):
    return field(1, field(1, name.encode()) + b"\x15" + struct.pack("<f", score) + bytes([0x18, kind]))


def write_tokenizer():
    sample = "온돌 ab  a-b 12 e\u0301 <t> x\n"
    pieces = b"".join(piece(*p) for p in [("<unk>", 0, 2), ("<s>", 0, 3), ("▁", -1, 1), ("a", -2, 1), ("b", -3, 1),
                                          ("▁a", -1.5, 1), ("<0x0A>", 0, 6), ("<t>", 0, 4), ("x", -9, 5)])
    # a map of one unit, and one with 'a' -> 'b'
    maps = {"": b"", "_map": struct.pack("<I", 4) + b"\xff" * 4 + b"b\0"}
    for name, charsmap in maps.items():
        normalizer = field(3, field(2, charsmap) + b"\x20\x01") if charsmap else b""
        save("tokenizer", "sentence_piece_bpe" + name, vocabulary(2, pieces + field(2, b"\x18\x02") + normalizer, sample))
        save("tokenizer", "sentence_piece_unigram" + name,
             vocabulary(2, pieces + field(2, b"\x18\x01\x98\x02\x01") + normalizer, sample))
    split = {"type": "Split", "pattern": {"Regex": r"\p{N}+|[^\s]+?(?=b)|'(?i:s)"}, "behavior": "MergedWithNext", "invert": False}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True}
    normalizers = [{"type": "NFKC"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
                   {"type": "Strip", "strip_left": True, "strip_right": False}, {"type": "Prepend", "prepend": "▁"}]
    bert = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    pipelines = {
        "bpe": {"normalizer": {"type": "Sequence", "normalizers": normalizers}, "pre_tokenizer": metaspace,
                "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True}},
        "by_score": {"pre_tokenizer": None, "model": {"type": "BPE", "unk_token": "<unk>", "merges": "by_score"}},
        "unigram": {"normalizer": {"type": "SentencePiece"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, metaspace]},
                    "model": {"type": "Unigram", "unk_id": 0},
                    "added_tokens": [{"id": 7, "lstrip": True, "rstrip": True, "single_word": True, "normalized": True}]},
        "word_piece": {"normalizer": bert, "pre_tokenizer": {"type": "BertPreTokenizer"},
                       "decoder": {"type": "WordPiece", "prefix": "##"}, "model": {"type": "WordPiece", "unk_token": "<unk>"}},
        "suffix": {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "Punctuation", "behavior": "Contiguous"}]},
                   "model": {"type": "BPE", "end_of_word_suffix": "b", "continuing_subword_prefix": "a"}},
    }
    for name, pipeline in pipelines.items():
        save("tokenizer", "pipeline_" + name, vocabulary(3, json.dumps(pipeline, ensure_ascii=False).encode(), sample))
    entries = ["<unk>", "▁", "a", "b", "▁a", "ab", "<0x0A>"]
    whole = {"bpe": {"type": "BPE", "unk_token": "<unk>", "vocab": {e: i for i, e in enumerate(entries)}, "byte_fallback": True,
                     "merges": [["a", "b"], ["▁", "a"]]},
             "unigram": {"type": "Unigram", "unk_id": 0, "vocab": [[e, -i / 3] for i, e in enumerate(entries)]},
             "word_piece": {"type": "WordPiece", "unk_token": "<unk>", "continuing_subword_prefix": "##",
                            "vocab": {e: i for i, e in enumerate(["<unk>", "a", "b", "##b", "온"])}}}
    for name, model in whole.items():
        rest = dict(pipelines[name], model=model, added_tokens=[{"id": 0, "content": "<unk>", "special": True, "rstrip": True}])
        save("tokenizer", "json_" + name, vocabulary(0, json.dumps(rest, ensure_ascii=False).encode(), sample))


write_gguf()
write_tokenizer()
write_safetensors()
write_llama2c()
write_adapter()
