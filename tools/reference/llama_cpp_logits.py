"""Logits of llama.cpp beside ours, for the tiny model of every family that llama.cpp knows.

Each folder of tests/golden/family and tests/golden/model becomes a GGUF file in F32 by `ondol import` (with a made-up
tokenizer, which llama.cpp insists on); llama.cpp and `ondol logits` then read the same file and the same tokens, both
with an f32 KV cache.  Prints a table and exits 1 when a difference is above the bound: 2e-3, in families with a GELU
1.2e-2, because llama.cpp looks GELU up in a table of f16 values.

    python tools/reference/llama_cpp_logits.py --ondol build/release/ondol [--llama-cpp FOLDER] [--markdown] [CASE ...]

FOLDER holds llama.cpp's shared libraries (libllama*.so, libggml*.so); without it those of the python package
llama-cpp-python are used; where neither is there, that is said and nothing is checked.
"""
import argparse
import ctypes as c
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"
BOUND, GELU_BOUND = 2e-3, 1.2e-2
GELU_FAMILIES = ("gemma", "phi2", "gpt2", "gptj", "starcoder2")
TYPE_F32, TYPE_F16 = 0, 1
# Where llama.cpp does another thing than transformers, whose logits are the ones we are held to (tests/golden/family).
SEES_ALL = "llama.cpp follows no window in this family"
UNTIED = "llama.cpp wants a head of its own"
OTHERWISE = {
    "mistral_window": SEES_ALL, "mistral_tied_odd": SEES_ALL, "mixtral_window_odd": SEES_ALL, "phi3_window": SEES_ALL,
    "starcoder2_window": SEES_ALL,
    "exaone4_window": "llama.cpp follows windows in models of 64 layers only",
    "exaone4_odd": "llama.cpp follows windows in models of 64 layers only",
    "exaone4_tied_llama3_rope": "llama.cpp wants heads * head_dim to be the hidden size",
    "gemma2_window": "llama.cpp knows the published query scales only",
    "gemma3_linear_rope": "llama.cpp knows the published query scales only",
    "gemma3_inside_vision": "llama.cpp knows the published query scales only",
    "gemma2_no_caps": "llama.cpp divides by the missing cap",
    "qwen3moe_tied_unnormalised": "llama.cpp lets the experts' shares add up to one always",
    "gpt_oss_mxfp4": "llama.cpp rounds the turning points of yarn",
    "gpt_oss_tied": UNTIED, "olmo2_tied_odd": UNTIED, "phi2_tied": UNTIED, "stablelm_odd_bias": UNTIED,
    "command_r_qk_norm": "llama.cpp reads these norms in models of 64 layers only",
}
UNKNOWN_FAMILIES = ("gptj", "hyperclovax", "solar")


class ContextParams(c.Structure):
    """The beginning of struct llama_context_params; `rest` is larger than what follows in any version seen."""
    _fields_ = ([(name, c.c_uint32) for name in ("n_ctx", "n_batch", "n_ubatch", "n_seq_max", "n_rs_seq", "n_outputs_max",
                                                 "n_outputs_max_per_seq")]
                + [(name, c.c_int32) for name in ("n_threads", "n_threads_batch", "ctx_type", "rope_scaling_type",
                                                  "pooling_type", "attention_type", "flash_attn_type")]
                + [(name, c.c_float) for name in ("rope_freq_base", "rope_freq_scale", "yarn_ext_factor",
                                                  "yarn_attn_factor", "yarn_beta_fast", "yarn_beta_slow")]
                + [("yarn_orig_ctx", c.c_uint32), ("defrag_thold", c.c_float), ("cb_eval", c.c_void_p),
                   ("cb_eval_user_data", c.c_void_p), ("type_k", c.c_int32), ("type_v", c.c_int32),
                   ("rest", c.c_uint8 * 256)])


class Opaque(c.Structure):
    """struct llama_model_params, taken and given back as it is; larger than in any version seen."""
    _fields_ = [("bytes", c.c_uint8 * 512)]


class Batch(c.Structure):
    _fields_ = [("n_tokens", c.c_int32), ("token", c.POINTER(c.c_int32)), ("embd", c.c_void_p),
                ("pos", c.POINTER(c.c_int32)), ("n_seq_id", c.POINTER(c.c_int32)),
                ("seq_id", c.POINTER(c.POINTER(c.c_int32))), ("logits", c.POINTER(c.c_int8))]


class LlamaCpp:
    def __init__(self, folder):
        for name in ("libggml-base", "libggml.", "libllama."):
            for path in sorted(folder.glob(name + "*so*")):
                library = c.CDLL(str(path), mode=c.RTLD_GLOBAL)
                if name == "libggml." and hasattr(library, "ggml_backend_load_all_from_path"):
                    library.ggml_backend_load_all_from_path(str(folder).encode())
        self.lib = library
        for name, result, arguments in (
                ("llama_model_default_params", Opaque, []), ("llama_context_default_params", ContextParams, []),
                ("llama_model_load_from_file", c.c_void_p, [c.c_char_p, Opaque]),
                ("llama_init_from_model", c.c_void_p, [c.c_void_p, ContextParams]),
                ("llama_model_get_vocab", c.c_void_p, [c.c_void_p]), ("llama_vocab_n_tokens", c.c_int32, [c.c_void_p]),
                ("llama_batch_init", Batch, [c.c_int32] * 3), ("llama_batch_free", None, [Batch]),
                ("llama_decode", c.c_int32, [c.c_void_p, Batch]),
                ("llama_get_logits_ith", c.POINTER(c.c_float), [c.c_void_p, c.c_int32]),
                ("llama_adapter_lora_init", c.c_void_p, [c.c_void_p, c.c_char_p]),
                ("llama_set_adapters_lora", c.c_int32, [c.c_void_p, c.POINTER(c.c_void_p), c.c_size_t, c.POINTER(c.c_float)]),
                ("llama_free", None, [c.c_void_p]), ("llama_model_free", None, [c.c_void_p])):
            function = getattr(self.lib, name)
            function.restype, function.argtypes = result, arguments
        self.lib.llama_backend_init()
        self.log = c.CFUNCTYPE(None, c.c_int, c.c_char_p, c.c_void_p)(self.keep_log)
        self.lib.llama_log_set(self.log, None)

    def keep_log(self, level, text, _):
        if level >= 4 and text and not self.error:  # the first error says most
            self.error = text.decode(errors="replace").strip()

    def logits(self, path, tokens, n_threads=1, adapter=None):
        """[n_tokens, vocab] float32, with a GGUF adapter at scale 1 where one is named; or the reason why not."""
        self.error = ""
        model = self.lib.llama_model_load_from_file(str(path).encode(), self.lib.llama_model_default_params())
        if not model:
            return self.error
        params = self.lib.llama_context_default_params()
        if (params.type_k, params.type_v) != (TYPE_F16, TYPE_F16):
            sys.exit("these llama.cpp libraries lay out llama_context_params in another way")
        params.n_ctx, params.n_batch, params.n_ubatch, params.n_threads, params.n_threads_batch = 128, 128, 128, n_threads, n_threads
        params.type_k = params.type_v = TYPE_F32
        params.flash_attn_type = 0
        context = self.lib.llama_init_from_model(model, params)
        if not context:
            return self.error
        if adapter:
            loaded = self.lib.llama_adapter_lora_init(model, str(adapter).encode())
            if not loaded or self.lib.llama_set_adapters_lora(context, c.byref(c.c_void_p(loaded)), 1, c.byref(c.c_float(1))) != 0:
                return self.error or "the adapter is not taken"
        batch = self.lib.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, i, 1, 1
            batch.seq_id[i][0] = 0
        n_vocab = self.lib.llama_vocab_n_tokens(self.lib.llama_model_get_vocab(model))
        status = self.lib.llama_decode(context, batch)
        rows = [np.ctypeslib.as_array(self.lib.llama_get_logits_ith(context, i), (n_vocab,)).copy()
                for i in range(len(tokens))] if status == 0 else []
        self.lib.llama_batch_free(batch)
        self.lib.llama_free(context)
        self.lib.llama_model_free(model)
        return np.stack(rows) if rows else f"llama_decode says {status}: {self.error}"


def add_tokenizer(folder, vocab_size):
    """A byte-level BPE vocabulary of made-up words; llama.cpp looks up Phi-3's special ones by name."""
    words = [chr(ord("a") + i) for i in range(26)] + ["ab", "<unk>", "<s>", "</s>", "<|endoftext|>"]
    words += [f"w{i}" for i in range(vocab_size - len(words))]
    level = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
    model = dict(type="BPE", vocab={word: i for i, word in enumerate(words)}, merges=["a b"], dropout=None, unk_token=None,
                 continuing_subword_prefix=None, end_of_word_suffix=None, fuse_unk=False, byte_fallback=False)
    whole = dict(version="1.0", truncation=None, padding=None, added_tokens=[], normalizer=None, pre_tokenizer=level,
                 post_processor=None, decoder=level, model=model)
    (folder / "tokenizer.json").write_text(json.dumps(whole))


def our_logits(ondol, path, tokens, *options):
    out = subprocess.run([ondol, "logits", path, "--tokens", ",".join(map(str, tokens)), "--kv-type", "f32", "--json", *options],
                         capture_output=True, text=True)
    if out.returncode != 0:
        return out.stderr.strip()
    return np.array(json.loads(out.stdout)["logits"], dtype=np.float32)


def check(case, llama_cpp, ondol, scratch):
    """The largest difference, and the spread of the logits; or the reason why there is none."""
    folder = scratch / case.name
    shutil.copytree(case, folder)
    config = json.loads((folder / "config.json").read_text())
    add_tokenizer(folder, config.get("text_config", config)["vocab_size"])
    path = scratch / "model.gguf"
    out = subprocess.run([ondol, "import", folder, "-o", path, "--type", "F32", "--force"], capture_output=True, text=True)
    if out.returncode != 0:
        return "import: " + out.stderr.strip().splitlines()[-1]
    tokens = json.loads((case / "tokens.json").read_text())
    ours = our_logits(ondol, path, tokens)
    if isinstance(ours, str):
        return "ondol: " + ours
    theirs = llama_cpp.logits(path, tokens)
    if isinstance(theirs, str):
        return "llama.cpp: " + theirs
    return float(np.abs(ours - theirs).max()), float(theirs.std())


def find_libraries(folder):
    if folder:
        return pathlib.Path(folder)
    package = importlib.util.find_spec("llama_cpp")
    return pathlib.Path(package.origin).parent / "lib" if package else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ondol", required=True)
    parser.add_argument("--llama-cpp")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("cases", nargs="*")
    args = parser.parse_args()
    libraries = find_libraries(args.llama_cpp)
    if libraries is None:
        print("not checked: neither --llama-cpp nor the python package llama-cpp-python is here")
        return 0
    llama_cpp = LlamaCpp(libraries)
    failed = 0
    line = "| {:32} | {:>10} | {:>8} | {} |" if args.markdown else "{:32} {:>10} {:>8}  {}"
    print(line.format("case", "difference", "bound", "remark"))
    if args.markdown:
        print("|---|---:|---:|---|")
    for case in sorted((GOLDEN / "model").iterdir()) + sorted((GOLDEN / "family").iterdir()):
        if args.cases and not any(case.name.startswith(wanted) for wanted in args.cases):
            continue
        if case.name.startswith(UNKNOWN_FAMILIES):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            result = check(case, llama_cpp, args.ondol, pathlib.Path(scratch))
        bound = GELU_BOUND if case.name.startswith(GELU_FAMILIES) else BOUND
        reason = OTHERWISE.get(case.name)
        if isinstance(result, str):
            failed += reason is None
            print(line.format(case.name, "-", "-", reason or result), flush=True)
            continue
        difference, spread = result
        agrees = difference <= bound
        failed += not agrees and reason is None
        remark = "" if agrees else reason or f"ABOVE the bound (spread {spread:.2f})"
        print(line.format(case.name, f"{difference:.1e}", f"{bound:.1e}", remark), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
