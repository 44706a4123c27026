"""Llama and its tokenizer <-> a GGUF file that llama.cpp and Ondol read.

Two things differ from the network in memory: query, key, value and gate, up are separate tensors, and the rows of query and key are interleaved
pair by pair, because GGUF's `llama` turns neighbours (0,1) (2,3) where the network turns halves.
"""
import gguf
import numpy as np
import torch

import model as llama

# Written by us: the plain ChatML frame.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def interleave(weight, n_heads):
    """Rows [head][half][i] -> [head][i][half]."""
    return weight.reshape(n_heads, 2, -1, weight.shape[-1]).swapaxes(1, 2).reshape(weight.shape)


def separate(weight, n_heads):
    return weight.reshape(n_heads, -1, 2, weight.shape[-1]).swapaxes(1, 2).reshape(weight.shape)


def tensors_of(network):
    c = network.config
    weights = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    out = {"token_embd.weight": weights["token_embd.weight"], "output_norm.weight": weights["output_norm.weight"]}
    for layer in range(c.n_layers):
        q, k, v = np.split(weights[f"layers.{layer}.qkv.weight"], [c.hidden_size, c.hidden_size + c.kv_size])
        gate, up = np.split(weights[f"layers.{layer}.gate_up.weight"], 2)
        named = {"attn_norm": weights[f"layers.{layer}.attn_norm.weight"], "attn_q": interleave(q, c.n_heads), "attn_k": interleave(k, c.n_kv_heads), "attn_v": v,
                 "attn_output": weights[f"layers.{layer}.attn_output.weight"], "ffn_norm": weights[f"layers.{layer}.ffn_norm.weight"],
                 "ffn_gate": gate, "ffn_up": up, "ffn_down": weights[f"layers.{layer}.ffn_down.weight"]}
        out |= {f"blk.{layer}.{name}.weight": value for name, value in named.items()}
    return out


def write(path, network, processor, type_of, file_type, ondol_metadata):
    """`type_of(name)` gives the tensor type of a matrix; norms stay in F32.  `ondol_metadata`: plain keys and values, stored under `ondol.`."""
    c = network.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Ondol Ko Tiny")
    writer.add_description("A very small Korean model, trained from random weights for Ondol on CC0 reviews and MIT question and answer pairs.")
    writer.add_license("apache-2.0")
    writer.add_string("general.license.name", "weights: Apache-2.0; training data: CC0-1.0 AND MIT")
    writer.add_languages(["ko"])
    writer.add_size_label(f"{network.n_parameters() / 1e6:.1f}M")
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(c.context_length)
    writer.add_embedding_length(c.hidden_size)
    writer.add_block_count(c.n_layers)
    writer.add_feed_forward_length(c.ffn_size)
    writer.add_head_count(c.n_heads)
    writer.add_head_count_kv(c.n_kv_heads)
    writer.add_rope_dimension_count(c.head_dim)
    writer.add_rope_freq_base(c.rope_theta)
    writer.add_layer_norm_rms_eps(c.norm_eps)
    writer.add_vocab_size(c.vocab_size)
    for key, value in ondol_metadata.items():
        writer.add_float32(f"ondol.{key}", value) if isinstance(value, float) else writer.add_string(f"ondol.{key}", value)

    size = processor.get_piece_size()
    kind = gguf.TokenType
    writer.add_tokenizer_model("llama")
    writer.add_token_list([processor.id_to_piece(i) for i in range(size)])
    writer.add_token_scores([processor.get_score(i) for i in range(size)])
    writer.add_token_types([kind.UNKNOWN if processor.is_unknown(i) else kind.CONTROL if processor.is_control(i) else kind.BYTE if processor.is_byte(i) else kind.NORMAL for i in range(size)])
    writer.add_bos_token_id(processor.bos_id())
    writer.add_eos_token_id(processor.piece_to_id("<|im_end|>"))
    writer.add_eot_token_id(processor.piece_to_id("<|im_end|>"))
    writer.add_unk_token_id(processor.unk_id())
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)

    for name, weight in tensors_of(network).items():
        kind = gguf.GGMLQuantizationType.F32 if weight.ndim == 1 else type_of(name)
        writer.add_tensor(name, gguf.quants.quantize(weight, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read(path):
    """A network with the dequantised weights of any GGUF file of this family, whoever quantised it."""
    reader = gguf.GGUFReader(path)
    field = lambda key: reader.get_field(key).contents()
    weights = {t.name: torch.from_numpy(np.array(gguf.quants.dequantize(t.data, t.tensor_type), dtype=np.float32)) for t in reader.tensors}
    c = llama.Config(
        vocab_size=weights["token_embd.weight"].shape[0], hidden_size=field("llama.embedding_length"), n_layers=field("llama.block_count"), n_heads=field("llama.attention.head_count"),
        n_kv_heads=field("llama.attention.head_count_kv"), ffn_size=field("llama.feed_forward_length"), context_length=field("llama.context_length"),
        rope_theta=field("llama.rope.freq_base"), norm_eps=field("llama.attention.layer_norm_rms_epsilon"))
    state = {"token_embd.weight": weights["token_embd.weight"], "output_norm.weight": weights["output_norm.weight"]}
    for layer in range(c.n_layers):
        w = lambda name: weights[f"blk.{layer}.{name}.weight"]
        q, k = separate(w("attn_q"), c.n_heads), separate(w("attn_k"), c.n_kv_heads)
        state |= {f"layers.{layer}.qkv.weight": torch.cat((q, k, w("attn_v"))), f"layers.{layer}.gate_up.weight": torch.cat((w("ffn_gate"), w("ffn_up")))}
        state |= {f"layers.{layer}.{name}.weight": w(name) for name in ("attn_norm", "attn_output", "ffn_norm", "ffn_down")}
    network = llama.Llama(c)
    network.load_state_dict(state)
    return network.eval()
