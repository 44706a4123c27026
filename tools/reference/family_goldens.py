"""Golden logits of every model family: tiny random models of the real transformers classes, computed in float32.

Writes tests/golden/family/FAMILY_CASE/ with config.json, model.safetensors, tokens.json (the prompt), positions.json
(where logits were kept) and logits.f32 ([n_positions, vocab] float32, little-endian).  Weights are rounded to the stored
type first, so that the reference and we read the same numbers; norms and biases are moved off one and zero.
Cases in GRADIENTS also get gradient.safetensors: under the tensors' names in float32 the gradient of the mean
cross-entropy of each token given those before it, and that loss as its metadata.
Families without a class in transformers come from plain_decoder.py.

    python tools/reference/family_goldens.py [FAMILY ...]        # needs torch and transformers
"""
import copy
import json
import pathlib
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file

import plain_decoder

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "family"
# A page of the KV cache has 32 positions; the last one is always added.
POSITIONS = [0, 1, 5, 15, 31, 32, 47]

SMALL = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=128, tie_word_embeddings=False, bos_token_id=1,
             eos_token_id=2, pad_token_id=None)
ODD = dict(vocab_size=75, hidden_size=40, intermediate_size=52, num_attention_heads=5, num_key_value_heads=1)
# 32 positions of training, four times as many allowed: prompts of 70 go beyond.
YARN = dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=32)
LLAMA3 = dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)
LINEAR = dict(rope_type="linear", rope_theta=10000.0, factor=4.0)
GPT = dict(vocab_size=64, n_embd=32, n_layer=2, n_head=4, n_positions=128, bos_token_id=1, eos_token_id=2,
           tie_word_embeddings=False)
WIDE_HEADS = dict(head_dim=16, num_attention_heads=4, num_key_value_heads=1)
LOCAL = dict(rope_type="default", rope_theta=10000.0)
LONGROPE = dict(rope_type="longrope", rope_theta=10000.0)


def plain_rope(theta, **more):
    return dict(rope_parameters=dict(rope_type="default", rope_theta=theta, **more))


def factors(n, first, last):
    return [round(first + (last - first) * i / max(1, n - 1), 3) for i in range(n)]


# How config.json and the tensors are rewritten into what published models hold.  Each takes and returns both.
def old_rope(config, tensors):
    """rope_theta, rope_scaling and partial_rotary_factor beside each other, as before transformers 5."""
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        config["partial_rotary_factor"] = rope.pop("partial_rotary_factor")
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    return config, tensors


def old_longrope(config, tensors):
    config, tensors = old_rope(config, tensors)
    scaling = config["rope_scaling"]
    config["original_max_position_embeddings"] = scaling.pop("original_max_position_embeddings")
    scaling["type"] = scaling.pop("rope_type")
    return config, tensors


def old_gemma3(config, tensors):
    rope = config.pop("rope_parameters")
    config["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
    config["rope_theta"] = rope["full_attention"].pop("rope_theta")
    config["rope_scaling"] = None if rope["full_attention"]["rope_type"] == "default" else rope["full_attention"]
    del config["layer_types"]
    config["sliding_window_pattern"] = config.pop("_sliding_window_pattern")
    return config, tensors


def inside_a_vision_model(config, tensors):
    """Gemma 3 from 4B: the text model is a part of Gemma3ForConditionalGeneration."""
    config, tensors = old_gemma3(config, tensors)
    del config["architectures"]
    whole = dict(architectures=["Gemma3ForConditionalGeneration"], model_type="gemma3", text_config=config,
                 vision_config=dict(hidden_size=8, model_type="siglip_vision_model"), eos_token_id=[2, 3])
    tensors = {f"language_model.{name}": tensor for name, tensor in tensors.items()}
    for name in ("multi_modal_projector.mm_soft_emb_norm.weight", "vision_tower.vision_model.post_layernorm.bias"):
        tensors[name] = torch.zeros(8, dtype=torch.bfloat16)
    return whole, tensors


def without_layer_types(config, tensors):
    config, tensors = old_rope(config, tensors)
    del config["layer_types"]
    return config, tensors


def old_gpt2(config, tensors):
    """The published gpt2: no "transformer." before names, and the causal mask as a tensor."""
    tensors = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
    for layer in range(config["n_layer"]):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 8, 8).tril()
    return config, tensors


def old_gptj(config, tensors):
    for layer in range(config["n_layer"]):
        tensors[f"transformer.h.{layer}.attn.bias"] = torch.ones(1, 1, 8, 8, dtype=torch.float16).tril()
        tensors[f"transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-1e9, dtype=torch.float32)
    return config, tensors


def round_to_mxfp4(weight):
    """E2M1 numbers with an E8M0 scale for 32 of them (OCP Microscaling Formats, 2023): codes, scales, their values."""
    levels = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])
    groups = weight.reshape(*weight.shape[:-1], -1, 32)
    exponent = torch.floor(torch.log2(groups.abs().amax(-1, keepdim=True).clamp(min=1e-20))) - 2
    codes = (groups[..., None] / 2.0 ** exponent[..., None] - levels).abs().argmin(-1)
    values = (levels[codes] * 2.0 ** exponent).reshape(weight.shape)
    packed = (codes[..., 0::2] | codes[..., 1::2] << 4).to(torch.uint8)
    return packed, (exponent[..., 0] + 127).to(torch.uint8), values


def in_mxfp4(config, tensors):
    """The published gpt-oss: experts in blocks [experts, rows, groups, 16 bytes] and scales [experts, rows, groups]."""
    config, tensors = old_rope(config, tensors)
    config["quantization_config"] = dict(modules_to_not_convert=["model.layers.*.self_attn", "model.layers.*.mlp.router",
                                                                 "model.embed_tokens", "lm_head"],
                                         quant_method="mxfp4")
    out = {}
    for name, tensor in tensors.items():
        if name.endswith("experts.gate_up_proj") or name.endswith("experts.down_proj"):
            out[name + "_blocks"], out[name + "_scales"], _ = round_to_mxfp4(tensor.float().transpose(1, 2))
        else:
            out[name] = tensor
    return config, out


# What is done to a model before the reference runs.
def strong_experts(model):
    """Gates beyond the limit of seven that gpt-oss clamps them to."""
    for layer in model.model.layers:
        layer.mlp.experts.gate_up_proj.mul_(6)


def mxfp4_experts(model):
    """Strong experts that hold what MXFP4 can say."""
    strong_experts(model)
    for layer in model.model.layers:
        for weight in (layer.mlp.experts.gate_up_proj, layer.mlp.experts.down_proj):
            weight.copy_(round_to_mxfp4(weight.transpose(1, 2).contiguous())[2].transpose(1, 2))


F16, BF16 = torch.float16, torch.bfloat16
PHI = {**SMALL, "num_key_value_heads": 4, **plain_rope(10000.0, partial_rotary_factor=0.5)}
GEMMA = {**SMALL, **WIDE_HEADS, "tie_word_embeddings": True, "rms_norm_eps": 1e-6}
GEMMA3 = {**GEMMA, "num_hidden_layers": 4, "num_key_value_heads": 2, "query_pre_attn_scalar": 24, "sliding_window": 12,
          "sliding_window_pattern": 3}
GPT_OSS = {**SMALL, "head_dim": 16, "num_local_experts": 4, "num_experts_per_tok": 2, "intermediate_size": 32,
           "sliding_window": 10,
           "rope_parameters": dict(rope_type="yarn", rope_theta=150000.0, factor=4.0, beta_fast=32.0, beta_slow=1.0,
                                   truncate=False, original_max_position_embeddings=32)}
EXAONE = {**SMALL, "num_layers": 2, "layer_norm_epsilon": 1e-5, "activation_function": "silu", "rope_theta": 10000.0,
          "rope_scaling": None, "architectures": ["ExaoneForCausalLM"], "model_type": "exaone"}
del EXAONE["num_hidden_layers"]
SOLAR = {**SMALL, "num_hidden_layers": 6, "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
         "rope_scaling": None, "sliding_window": 64, "attention_bias": False, "mlp_bias": False,
         "architectures": ["SolarForCausalLM"], "model_type": "solar"}

# family: (configuration class, model class, {case: (settings, stored type, prompt, rewrite, prepare)})
FAMILIES = {
    "qwen2": ("Qwen2Config", "Qwen2ForCausalLM", {
        "tied": ({**SMALL, "tie_word_embeddings": True, **plain_rope(1e6)}, BF16, 48, old_rope, None),
        "odd": ({**SMALL, **ODD, "use_sliding_window": False, "sliding_window": 8}, BF16, 48, None, None),
        "yarn": ({**SMALL, "num_key_value_heads": 4, "rope_parameters": YARN}, F16, 70, old_rope, None),
    }),
    "qwen3": ("Qwen3Config", "Qwen3ForCausalLM", {
        "tied": ({**SMALL, **WIDE_HEADS, "tie_word_embeddings": True, **plain_rope(1e6)}, BF16, 48, old_rope, None),
        "odd": ({**SMALL, **ODD, "head_dim": 8}, BF16, 48, None, None),
        "yarn": ({**SMALL, "head_dim": 24, "rope_parameters": YARN}, BF16, 70, None, None),
    }),
    "exaone": (None, plain_decoder.EXAONE_NAMES, {
        "tied": ({**EXAONE, "tie_word_embeddings": True}, BF16, 48, None, None),
        "odd": ({**EXAONE, **ODD}, BF16, 48, None, None),
        "llama3_rope": ({**EXAONE, "num_attention_heads": 2, "num_key_value_heads": 1, "rope_theta": 1e6,
                         "rope_scaling": LLAMA3}, BF16, 70, None, None),
    }),
    "exaone4": ("Exaone4Config", "Exaone4ForCausalLM", {
        "tied_llama3_rope": ({**SMALL, "head_dim": 16, "sliding_window": None, "tie_word_embeddings": True,
                              "layer_types": ["full_attention"] * 2, "rope_parameters": LLAMA3}, BF16, 70, old_rope, None),
        "window": ({**SMALL, "num_hidden_layers": 5, "sliding_window": 10, "sliding_window_pattern": 4, "head_dim": 8},
                   BF16, 48, None, None),
        "odd": ({**SMALL, **ODD, "num_hidden_layers": 4, "sliding_window": 40, "sliding_window_pattern": "LLLG",
                 "layer_types": ["sliding_attention"] * 3 + ["full_attention"], **plain_rope(1e6)}, BF16, 60, old_rope,
                None),
    }),
    "gemma": ("GemmaConfig", "GemmaForCausalLM", {
        "mqa": (GEMMA, BF16, 48, old_rope, None),
        "mha_odd": ({**GEMMA, **ODD, "num_key_value_heads": 5, "head_dim": 16}, BF16, 48, None, None),
        "linear_rope": ({**GEMMA, "num_key_value_heads": 2, "rope_parameters": LINEAR}, F16, 70, old_rope, None),
    }),
    "gemma2": ("Gemma2Config", "Gemma2ForCausalLM", {
        "window": ({**GEMMA, "num_hidden_layers": 4, "query_pre_attn_scalar": 24, "sliding_window": 10,
                    "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0}, BF16, 48, without_layer_types, None),
        "odd": ({**GEMMA, **ODD, "head_dim": 8, "query_pre_attn_scalar": 8, "sliding_window": 33,
                 "attn_logit_softcapping": 1.0}, BF16, 70, None, None),
        "no_caps": ({**GEMMA, "num_hidden_layers": 3, "query_pre_attn_scalar": 16, "sliding_window": 16,
                     "attn_logit_softcapping": None, "final_logit_softcapping": None}, F16, 48, None, None),
    }),
    "gemma3": ("Gemma3TextConfig", "Gemma3ForCausalLM", {
        "window": ({**GEMMA3, "query_pre_attn_scalar": 16, "num_hidden_layers": 7, "sliding_window_pattern": 6,
                    "rope_parameters":
                    dict(sliding_attention=LOCAL, full_attention=dict(rope_type="default", rope_theta=1e6))}, BF16, 48,
                   old_gemma3, None),
        "linear_rope": ({**GEMMA3, "rope_parameters": dict(sliding_attention=LOCAL, full_attention=dict(
            rope_type="linear", rope_theta=1e6, factor=8.0))}, BF16, 70, None, None),
        "inside_vision": ({**GEMMA3, **ODD, "head_dim": 8, "rope_parameters": dict(
            sliding_attention=LOCAL, full_attention=dict(rope_type="linear", rope_theta=1e6, factor=8.0))}, BF16, 48,
            inside_a_vision_model, None),
    }),
    "phi3": ("Phi3Config", "Phi3ForCausalLM", {
        "plain": ({**SMALL, "num_key_value_heads": 4, **plain_rope(10000.0)}, BF16, 48, old_rope, None),
        "longrope_short": ({**SMALL, "original_max_position_embeddings": 32, "rope_parameters": dict(
            LONGROPE, short_factor=factors(4, 1.0, 1.5), long_factor=factors(4, 1.0, 9.0))}, BF16, 30, old_longrope, None),
        "longrope_long": ({**SMALL, "hidden_size": 64, "original_max_position_embeddings": 32, "rope_parameters": dict(
            LONGROPE, short_factor=factors(8, 1.0, 1.5), long_factor=factors(8, 1.0, 9.0))}, BF16, 70, old_longrope, None),
        "partial_tied": ({**SMALL, "hidden_size": 64, "num_key_value_heads": 1, "tie_word_embeddings": True,
                          "original_max_position_embeddings": 32, "rope_parameters": dict(LONGROPE, partial_rotary_factor=0.75, short_factor=factors(6, 1.0, 1.0),
                                                  long_factor=factors(6, 1.0, 5.0))}, BF16, 70, None, None),
        "window": ({**SMALL, **ODD, "sliding_window": 10, **plain_rope(10000.0)}, BF16, 48, old_rope, None),
    }),
    "phi2": ("PhiConfig", "PhiForCausalLM", {
        "partial": (PHI, BF16, 48, old_rope, None),
        "odd": ({**PHI, "vocab_size": 75, "hidden_size": 80, "intermediate_size": 52, "num_attention_heads": 2,
                 "num_key_value_heads": 2, **plain_rope(10000.0, partial_rotary_factor=0.4)}, F16, 48, None, None),
        "tied": ({**PHI, "tie_word_embeddings": True, "num_key_value_heads": 2}, BF16, 48, None, None),
        "linear_rope": ({**PHI, "rope_parameters": dict(LINEAR, partial_rotary_factor=0.5)}, BF16, 70, old_rope, None),
    }),
    "gpt2": ("GPT2Config", "GPT2LMHeadModel", {
        "tied": ({**GPT, "tie_word_embeddings": True}, F16, 48, old_gpt2, None),
        "odd": ({**GPT, "vocab_size": 75, "n_embd": 40, "n_head": 5, "n_inner": 52, "tie_word_embeddings": True}, BF16, 48,
                None, None),
        "untied": ({**GPT, "n_layer": 3}, BF16, 48, None, None),
    }),
    "gptj": ("GPTJConfig", "GPTJForCausalLM", {
        "partial": ({**GPT, "n_head": 2, "rotary_dim": 8}, F16, 48, old_gptj, None),
        "odd": ({**GPT, "vocab_size": 75, "n_embd": 48, "n_head": 2, "n_inner": 52, "rotary_dim": 24}, BF16, 48, None, None),
        "wide_rotation": ({**GPT, "n_embd": 64, "n_head": 2, "rotary_dim": 16}, BF16, 70, None, None),
    }),
    "hyperclovax": ("HyperCLOVAXConfig", "HyperCLOVAXForCausalLM", {
        "peri_norm": ({**SMALL, "head_dim": 16, "embedding_multiplier": 10.0, "logits_scaling": 0.125,
                       "residual_multiplier": 0.7, "attention_multiplier": 0.2, "use_post_norm": True, **plain_rope(1e8)},
                      BF16, 48, old_rope, None),
        "pre_norm_tied": ({**SMALL, "use_post_norm": False, "embedding_multiplier": 3.0, "attention_multiplier": None,
                           "tie_word_embeddings": True}, BF16, 48, None, None),
        "odd": ({**SMALL, **ODD, "use_post_norm": True, "logits_scaling": 2.0, "attention_multiplier": 0.5,
                 "rope_parameters": LINEAR}, BF16, 70, None, None),
    }),
    "granite": ("GraniteConfig", "GraniteForCausalLM", {
        "scales_tied": ({**SMALL, "embedding_multiplier": 12.0, "logits_scaling": 8.0, "residual_multiplier": 0.22,
                         "attention_multiplier": 0.2, "tie_word_embeddings": True, **plain_rope(1e7)}, BF16, 48, old_rope,
                        None),
        "odd": ({**SMALL, **ODD, "attention_multiplier": 0.5, "residual_multiplier": 0.5}, BF16, 48, None, None),
        "linear_rope": ({**SMALL, "num_key_value_heads": 4, "attention_multiplier": 0.3, "logits_scaling": 4.0,
                         "rope_parameters": LINEAR}, F16, 70, old_rope, None),
    }),
    "solar": (None, plain_decoder.SOLAR_NAMES, {
        "skips": ({**SOLAR, "bskcn_1": [1, 3], "bskcn_2": [3], "bskcn_3": [2, 4], "bskcn_4": [5],
                   "bskcn_tv": [0.9, 0.8]}, BF16, 48, None, None),
        "tied": ({**SOLAR, "num_hidden_layers": 4, "bskcn_1": [0], "bskcn_2": [1], "bskcn_3": [2], "bskcn_4": [3],
                  "bskcn_tv": [0.5, 0.25], "tie_word_embeddings": True}, BF16, 48, None, None),
        "odd": ({**SOLAR, **ODD, "num_hidden_layers": 3, "bskcn_1": [1], "bskcn_2": [0], "bskcn_3": [2], "bskcn_4": [2],
                 "bskcn_tv": [0.9, 0.8]}, BF16, 48, None, None),
    }),
    "olmo2": ("Olmo2Config", "Olmo2ForCausalLM", {
        "gqa": ({**SMALL, **plain_rope(500000.0)}, BF16, 48, old_rope, None),
        "tied_odd": ({**SMALL, **ODD, "tie_word_embeddings": True}, BF16, 48, None, None),
        "linear_rope": ({**SMALL, "num_key_value_heads": 4, "rope_parameters": LINEAR}, BF16, 70, old_rope, None),
    }),
    "command_r": ("CohereConfig", "CohereForCausalLM", {
        "tied": ({**SMALL, "tie_word_embeddings": True, "logit_scale": 0.25, **plain_rope(8e6)}, BF16, 48, old_rope, None),
        "qk_norm": ({**SMALL, "tie_word_embeddings": True, "use_qk_norm": True, "num_attention_heads": 2,
                     "num_key_value_heads": 1}, BF16, 48, None, None),
        "odd": ({**SMALL, **ODD, "tie_word_embeddings": True, "logit_scale": 0.5, "rope_parameters": LINEAR}, BF16, 70,
                old_rope, None),
    }),
    "starcoder2": ("Starcoder2Config", "Starcoder2ForCausalLM", {
        "window": ({**SMALL, "sliding_window": 10, "use_bias": True, **plain_rope(1e5)}, BF16, 48, old_rope, None),
        "tied_odd": ({**SMALL, **ODD, "sliding_window": None, "use_bias": True, "tie_word_embeddings": True}, BF16, 48, None,
                     None),
        "linear_rope": ({**SMALL, "num_key_value_heads": 1, "sliding_window": None, "rope_parameters": LINEAR}, BF16, 70,
                        None, None),
    }),
    "stablelm": ("StableLmConfig", "StableLmForCausalLM", {
        "partial": ({**SMALL, **plain_rope(10000.0, partial_rotary_factor=0.25), "num_attention_heads": 2},
                    BF16, 48, old_rope, None),
        "odd_bias": ({**SMALL, **ODD, "use_qkv_bias": True, "tie_word_embeddings": True,
                      **plain_rope(10000.0, partial_rotary_factor=0.5)}, BF16, 48, None, None),
        "parallel_qk_norm": ({**SMALL, "use_parallel_residual": True, "qk_layernorm": True,
                              **plain_rope(10000.0, partial_rotary_factor=0.5)}, BF16, 48, None, None),
    }),
    "llama": ("LlamaConfig", "LlamaForCausalLM", {
        "biases": ({**SMALL, "attention_bias": True, "mlp_bias": True}, BF16, 48, old_rope, None),
        "yarn": ({**SMALL, "head_dim": 16, "rope_parameters": YARN}, BF16, 70, None, None),
    }),
    "mistral": ("MistralConfig", "MistralForCausalLM", {
        "window": ({**SMALL, "sliding_window": 10, **plain_rope(10000.0)}, BF16, 48, old_rope, None),
        "tied_odd": ({**SMALL, **ODD, "sliding_window": 33, "tie_word_embeddings": True}, BF16, 70, None, None),
        "no_window": ({**SMALL, "head_dim": 16, "sliding_window": None, **plain_rope(1e6)}, BF16, 48, old_rope, None),
    }),
    "mixtral": ("MixtralConfig", "MixtralForCausalLM", {
        "top2": ({**SMALL, "num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": None, **plain_rope(1e6)},
                 BF16, 48, old_rope, None),
        "tied_top1": ({**SMALL, "num_local_experts": 3, "num_experts_per_tok": 1, "tie_word_embeddings": True}, BF16, 48,
                      None, None),
        "window_odd": ({**SMALL, **ODD, "num_hidden_layers": 1, "num_local_experts": 5, "num_experts_per_tok": 3,
                        "sliding_window": 10}, BF16, 48, None, None),
    }),
    "qwen3moe": ("Qwen3MoeConfig", "Qwen3MoeForCausalLM", {
        "top2": ({**SMALL, "head_dim": 16, "num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 32,
                  "norm_topk_prob": True, "mlp_only_layers": [], **plain_rope(1e6)}, BF16, 48, old_rope, None),
        "tied_unnormalised": ({**SMALL, "head_dim": 8, "num_experts": 4, "num_experts_per_tok": 2,
                               "moe_intermediate_size": 24, "norm_topk_prob": False, "tie_word_embeddings": True}, BF16, 48,
                              None, None),
        "odd_yarn": ({**SMALL, **ODD, "num_hidden_layers": 1, "head_dim": 8, "num_experts": 5, "num_experts_per_tok": 3,
                      "moe_intermediate_size": 40, "norm_topk_prob": True, "rope_parameters": YARN}, BF16, 70, None, None),
    }),
    "gpt_oss": ("GptOssConfig", "GptOssForCausalLM", {
        "mxfp4": (GPT_OSS, BF16, 70, in_mxfp4, mxfp4_experts),
        "tied": ({**GPT_OSS, "tie_word_embeddings": True, "num_experts_per_tok": 3}, BF16, 48, None, strong_experts),
        "odd": ({**GPT_OSS, **ODD, "num_hidden_layers": 3, "head_dim": 8, "intermediate_size": 40, "num_local_experts": 3},
                BF16, 48, None, strong_experts),
    }),
}


# One case of each dense family, those with most of its particulars.
GRADIENTS = {"command_r_qk_norm", "exaone4_window", "exaone_odd", "gemma2_odd", "gemma3_linear_rope", "gemma_mqa",
             "gpt2_tied", "gptj_partial", "granite_scales_tied", "hyperclovax_peri_norm", "llama_biases",
             "mistral_tied_odd", "olmo2_gqa", "phi2_partial", "phi3_window", "qwen2_odd", "qwen3_odd", "solar_skips",
             "stablelm_parallel_qk_norm", "starcoder2_window"}


def loss_gradient(weights, run, tokens):
    """The loss and its gradient by `weights`, tensors by name that `run` computes with."""
    for weight in weights.values():
        weight.requires_grad_(True)
    loss = torch.nn.functional.cross_entropy(run(tokens)[:-1], tokens[1:])
    loss.backward()
    gradient = {name: weight.grad.clone() for name, weight in weights.items()}
    for weight in weights.values():
        weight.requires_grad_(False)
    return loss.item(), gradient


def make_class_case(config_class, model_class, settings, dtype, prepare):
    config = getattr(transformers, config_class)(**settings)
    config.initializer_range = config.hidden_size ** -0.5
    config._attn_implementation = "eager"
    model = getattr(transformers, model_class)(config).float().eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 1 or weight.shape[0] <= config.num_attention_heads and weight.std() == 0:
                weight.add_(0.1 * torch.randn_like(weight))
        for name, weight in model.named_parameters():
            if name.endswith("proj_bias"):
                weight.add_(0.1 * torch.randn_like(weight))
        if prepare:
            prepare(model)
        for weight in model.parameters():
            weight.copy_(weight.to(dtype).float())
    return model


def write_case(family, case, classes, spec):
    settings, dtype, n_tokens, rewrite, prepare = spec
    name = f"{family}_{case}"
    torch.manual_seed(sum(name.encode()))
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if classes[0] is None:
        model = plain_decoder.PlainDecoder(settings, classes[1], dtype)
        config, tensors = dict(settings), {key: w.to(dtype) for key, w in model.weights.items()}
        run = model.logits
    else:
        model = make_class_case(*classes, settings, dtype, prepare)
        run = lambda tokens: model(tokens[None]).logits[0]
    tokens = torch.randint(3, settings["vocab_size"], (n_tokens,))
    with torch.no_grad():
        logits = run(tokens)
    if name in GRADIENTS:
        weights = model.weights if classes[0] is None else dict(model.named_parameters())
        loss, gradient = loss_gradient(weights, run, tokens)
    if classes[0] is not None:
        model.to(dtype).save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        config = json.loads((folder / "config.json").read_text())
        tensors = load_file(folder / "model.safetensors")
        if family == "gemma3":
            config["_sliding_window_pattern"] = settings["sliding_window_pattern"]
    if name in GRADIENTS:
        rewritten = rewrite(copy.deepcopy(config), gradient)[1] if rewrite else gradient
        save_file({key: tensor.float().contiguous() for key, tensor in rewritten.items()},
                  folder / "gradient.safetensors", metadata={"format": "pt", "loss": repr(loss)})
    if rewrite:
        config, tensors = rewrite(config, tensors)
    config.pop("_sliding_window_pattern", None)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    positions = [p for p in POSITIONS if p < n_tokens - 1] + [n_tokens - 1]
    (folder / "tokens.json").write_text(json.dumps(tokens.tolist()) + "\n")
    (folder / "positions.json").write_text(json.dumps(positions) + "\n")
    (folder / "logits.f32").write_bytes(logits[positions].numpy().astype("<f4").tobytes())
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{name}: {size} bytes, logits have a standard deviation of {logits.std():.2f}")


for family in sys.argv[1:] or FAMILIES:
    *classes, cases = FAMILIES[family]
    for case, spec in cases.items():
        write_case(family, case, classes, spec)
