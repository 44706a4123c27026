"""Golden logits: tiny random Llama models and what Hugging Face transformers makes of them in float32.

Writes tests/golden/model/NAME/ with config.json, model.safetensors (or shards), tokens.json and logits.f32
([n_tokens, vocab] float32, little-endian).  Weights are rounded to the stored type first, so that the reference and
we read the same numbers.

    python tools/reference/model_goldens.py        # needs torch and transformers
"""
import json
import pathlib
import shutil

import torch
from transformers import LlamaConfig, LlamaForCausalLM

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "model"
N_TOKENS = 48  # crosses a KV page of 32 positions

SMALL = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, tie_word_embeddings=False)
LLAMA3 = dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)

# name: (stored type, changes to SMALL, how the rope is written into config.json, largest shard)
CASES = {
    "gqa": (torch.float32, dict(), None, None),
    "mha_tied": (torch.float16, dict(num_attention_heads=2, num_key_value_heads=2, intermediate_size=44,
                                     num_hidden_layers=3, tie_word_embeddings=True), None, "20KB"),
    "mqa_wide_heads": (torch.bfloat16, dict(num_key_value_heads=1, head_dim=16, rms_norm_eps=1e-6), None, None),
    # 32 rotated dimensions: waves shorter than 16 positions, longer than 64, and between.
    "llama3_rope": (torch.bfloat16, dict(head_dim=32, num_attention_heads=2, num_key_value_heads=1,
                                         max_position_embeddings=512, rope_parameters=LLAMA3), None, None),
    "llama3_rope_old_config": (torch.bfloat16, dict(head_dim=32, num_attention_heads=2, num_key_value_heads=1,
                                                    max_position_embeddings=512, rope_parameters=LLAMA3), "rope_scaling",
                               None),
    "linear_rope": (torch.bfloat16, dict(rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
                    "type", None),
    "odd_widths": (torch.bfloat16, dict(vocab_size=75, hidden_size=72, intermediate_size=100, num_attention_heads=9,
                                        num_key_value_heads=3), None, None),
    "k_quant_widths": (torch.bfloat16, dict(hidden_size=256, intermediate_size=256, num_hidden_layers=1,
                                            num_attention_heads=8, num_key_value_heads=1, tie_word_embeddings=True), None,
                       None),
}


def rewrite_rope(path, form):
    """config.json as older versions of transformers wrote it: rope_theta and rope_scaling beside each other."""
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    if form == "type":
        rope["type"] = rope.pop("rope_type")
    config["rope_scaling"] = rope
    path.write_text(json.dumps(config, indent=2) + "\n")


def write_case(name, dtype, changes, rope_form, shard):
    torch.manual_seed(sum(name.encode()))
    config = LlamaConfig(**{**SMALL, **changes})
    config.initializer_range = config.hidden_size ** -0.5
    model = LlamaForCausalLM(config).float().eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if "norm" in key:
                weight.copy_(1 + 0.1 * torch.randn_like(weight))
            weight.copy_(weight.to(dtype).float())
    tokens = torch.randint(0, config.vocab_size, (1, N_TOKENS))
    with torch.no_grad():
        logits = model(tokens).logits[0]
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    model.to(dtype).save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if rope_form:
        rewrite_rope(folder / "config.json", rope_form)
    (folder / "tokens.json").write_text(json.dumps(tokens[0].tolist()) + "\n")
    (folder / "logits.f32").write_bytes(logits.numpy().astype("<f4").tobytes())
    print(f"{name}: logits have a standard deviation of {logits.std():.2f}")


for name, case in CASES.items():
    write_case(name, *case)
