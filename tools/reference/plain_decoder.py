"""Decoders that transformers has no class for, in plain PyTorch, float32.

EXAONE 3 (ExaoneForCausalLM) is a Llama whose tensors and configuration have names of their own: RMS norm before each
sublayer, grouped-query attention with rotated halves, SwiGLU (EXAONE 3.0 technical report, 2024, section 2.1).
Solar Pro (SolarForCausalLM) is a Llama with block skips: the residual stream is kept before the layers of bskcn_1 and
bskcn_2, and before those of bskcn_3 and bskcn_4 it becomes kept * w + stream * (1 - w), w the second number of
bskcn_tv (Solar Pro Preview, configuration and model card, 2024).
"""
import math

import torch
import torch.nn.functional as F

EXAONE_NAMES = {
    "embed": "transformer.wte.weight", "norm": "transformer.ln_f.weight", "head": "lm_head.weight",
    "attn_norm": "transformer.h.{}.ln_1.weight", "ffn_norm": "transformer.h.{}.ln_2.weight",
    "q": "transformer.h.{}.attn.attention.q_proj.weight", "k": "transformer.h.{}.attn.attention.k_proj.weight",
    "v": "transformer.h.{}.attn.attention.v_proj.weight", "o": "transformer.h.{}.attn.attention.out_proj.weight",
    "gate": "transformer.h.{}.mlp.c_fc_0.weight", "up": "transformer.h.{}.mlp.c_fc_1.weight",
    "down": "transformer.h.{}.mlp.c_proj.weight",
}
SOLAR_NAMES = {
    "embed": "model.embed_tokens.weight", "norm": "model.norm.weight", "head": "lm_head.weight",
    "attn_norm": "model.layers.{}.input_layernorm.weight", "ffn_norm": "model.layers.{}.post_attention_layernorm.weight",
    "q": "model.layers.{}.self_attn.q_proj.weight", "k": "model.layers.{}.self_attn.k_proj.weight",
    "v": "model.layers.{}.self_attn.v_proj.weight", "o": "model.layers.{}.self_attn.o_proj.weight",
    "gate": "model.layers.{}.mlp.gate_proj.weight", "up": "model.layers.{}.mlp.up_proj.weight",
    "down": "model.layers.{}.mlp.down_proj.weight",
}


def llama3_divisor(frequency, scaling):
    """What the llama3 scaling divides a frequency by (Llama 3.1 model card)."""
    factor, low, high = scaling["factor"], scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = scaling["original_max_position_embeddings"] * frequency / (2 * math.pi)
    if turns > high:
        return 1.0
    if turns < low:
        return factor
    smooth = (turns - low) / (high - low)
    return 1 / ((1 - smooth) / factor + smooth)


class PlainDecoder:
    """`config` is the published configuration as a dict; `weights` maps its tensor names to float32 tensors."""

    def __init__(self, config, names, dtype):
        self.c, self.names = config, names
        self.n_layers = config.get("num_layers") or config["num_hidden_layers"]
        self.eps = config.get("layer_norm_epsilon") or config["rms_norm_eps"]
        self.n_heads, self.n_kv = config["num_attention_heads"], config["num_key_value_heads"]
        self.head_dim = config.get("head_dim") or config["hidden_size"] // self.n_heads
        hidden, ffn, vocab = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
        matrices = {"q": (self.n_heads * self.head_dim, hidden), "k": (self.n_kv * self.head_dim, hidden),
                    "v": (self.n_kv * self.head_dim, hidden), "o": (hidden, self.n_heads * self.head_dim),
                    "gate": (ffn, hidden), "up": (ffn, hidden), "down": (hidden, ffn)}
        self.weights = {}

        def add(name, shape):
            drawn = 1 + 0.1 * torch.randn(shape) if len(shape) == 1 else torch.randn(shape) * shape[1] ** -0.5
            self.weights[name] = drawn.to(dtype).float()

        add(names["embed"], (vocab, hidden))
        add(names["norm"], (hidden,))
        if not config["tie_word_embeddings"]:
            add(names["head"], (vocab, hidden))
        for layer in range(self.n_layers):
            add(names["attn_norm"].format(layer), (hidden,))
            add(names["ffn_norm"].format(layer), (hidden,))
            for part, shape in matrices.items():
                add(names[part].format(layer), shape)

    def w(self, part, layer=None):
        return self.weights[self.names[part].format(layer)]

    def norm(self, x, weight):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * weight

    def rotate(self, x):
        """x [n, heads, head_dim]; element i goes with i + half."""
        half = self.head_dim // 2
        frequency = self.c["rope_theta"] ** (-torch.arange(half).float() * 2 / self.head_dim)
        if self.c.get("rope_scaling"):
            frequency = frequency / torch.tensor([llama3_divisor(float(f), self.c["rope_scaling"]) for f in frequency])
        angle = torch.arange(len(x)).float()[:, None, None] * frequency
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)

    def attention(self, x, layer):
        n, group = len(x), self.n_heads // self.n_kv
        q = self.rotate((x @ self.w("q", layer).T).view(n, self.n_heads, self.head_dim))
        k = self.rotate((x @ self.w("k", layer).T).view(n, self.n_kv, self.head_dim)).repeat_interleave(group, 1)
        v = (x @ self.w("v", layer).T).view(n, self.n_kv, self.head_dim).repeat_interleave(group, 1)
        scores = torch.einsum("qhd,khd->hqk", q, k) / math.sqrt(self.head_dim)
        scores += torch.full((n, n), -math.inf).triu(1)
        return torch.einsum("hqk,khd->qhd", scores.softmax(-1), v).reshape(n, -1) @ self.w("o", layer).T

    def ffn(self, x, layer):
        return (F.silu(x @ self.w("gate", layer).T) * (x @ self.w("up", layer).T)) @ self.w("down", layer).T

    def logits(self, tokens):
        x = self.w("embed")[tokens]
        kept = {}
        for layer in range(self.n_layers):
            for save in ("bskcn_1", "bskcn_2"):
                if layer in self.c.get(save, []):
                    kept[save] = x
            for save, mix in (("bskcn_1", "bskcn_3"), ("bskcn_2", "bskcn_4")):
                if layer in self.c.get(mix, []):
                    share = self.c["bskcn_tv"][1]
                    x = kept[save] * share + x * (1 - share)
            x = x + self.attention(self.norm(x, self.w("attn_norm", layer)), layer)
            x = x + self.ffn(self.norm(x, self.w("ffn_norm", layer)), layer)
        head = "embed" if self.c["tie_word_embeddings"] else "head"
        return self.norm(x, self.w("norm")) @ self.w(head).T
