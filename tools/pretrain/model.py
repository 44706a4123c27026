"""The Llama family in one page of PyTorch: RMS norm, rotary positions, grouped-query attention, SwiGLU, tied embeddings.

Query, key and value stand in one matrix, gate and up in another: on a CPU two large products are faster than five small ones.
`export.py` takes them apart again.  Heads use the half-split rotary layout (as Hugging Face does); `export.py` interleaves them for GGUF.
"""
import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass
class Config:
    vocab_size: int = 6144
    hidden_size: int = 256
    n_layers: int = 8
    n_heads: int = 4
    n_kv_heads: int = 2
    ffn_size: int = 768
    context_length: int = 512
    rope_theta: float = 10000.0
    norm_eps: float = 1e-5
    dropout: float = 0.0

    @property
    def head_dim(self):
        return self.hidden_size // self.n_heads

    @property
    def kv_size(self):
        return self.n_kv_heads * self.head_dim


def rotary_table(config, n_positions):
    """cos and sin, each [n_positions, head_dim / 2]."""
    half = config.head_dim // 2
    frequency = config.rope_theta ** (-torch.arange(half, dtype=torch.float32) / half)
    angle = torch.arange(n_positions, dtype=torch.float32)[:, None] * frequency
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    """x [batch, heads, tokens, head_dim]; the first half of a head is turned against the second."""
    a, b = x.float().chunk(2, dim=-1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), dim=-1).to(x.dtype)


class Norm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.attn_norm = Norm(config.hidden_size, config.norm_eps)
        self.qkv = nn.Linear(config.hidden_size, config.hidden_size + 2 * config.kv_size, bias=False)
        self.attn_output = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.ffn_norm = Norm(config.hidden_size, config.norm_eps)
        self.gate_up = nn.Linear(config.hidden_size, 2 * config.ffn_size, bias=False)
        self.ffn_down = nn.Linear(config.ffn_size, config.hidden_size, bias=False)

    def forward(self, x, cos, sin, mask):
        c = self.config
        batch, tokens, _ = x.shape
        q, k, v = self.qkv(self.attn_norm(x)).split((c.hidden_size, c.kv_size, c.kv_size), dim=-1)
        q = rotate(q.view(batch, tokens, c.n_heads, c.head_dim).transpose(1, 2), cos, sin)
        k = rotate(k.view(batch, tokens, c.n_kv_heads, c.head_dim).transpose(1, 2), cos, sin)
        v = v.view(batch, tokens, c.n_kv_heads, c.head_dim).transpose(1, 2)
        group = c.n_heads // c.n_kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        # Plain products: compiled, they beat the fused CPU attention for rows of 128 tokens, whose backward pass is slow.
        scores = (q @ k.transpose(-1, -2)).float() * c.head_dim**-0.5
        weights = scores.masked_fill(~mask, float("-inf")).softmax(-1)
        heads = weights.to(v.dtype) @ v
        heads = heads.transpose(1, 2).reshape(batch, tokens, c.hidden_size)
        x = x + F.dropout(self.attn_output(heads), c.dropout, self.training)
        gate, up = self.gate_up(self.ffn_norm(x)).chunk(2, dim=-1)
        return x + F.dropout(self.ffn_down(F.silu(gate) * up), c.dropout, self.training)


class Llama(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.token_embd = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.n_layers))
        self.output_norm = Norm(config.hidden_size, config.norm_eps)
        cos, sin = rotary_table(config, config.context_length)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                # Residual outputs start smaller, so that the stream keeps its size with depth (GPT-2).
                residual = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * config.n_layers) if residual else 0.02)

    def forward(self, tokens, mask=None):
        """tokens [batch, n] -> logits [batch, n, vocab]; mask [batch, 1, n, n], true where a token may look; causal without one."""
        n = tokens.shape[1]
        if mask is None:
            mask = torch.ones(n, n, dtype=torch.bool).tril()
        cos, sin = self.cos[:n], self.sin[:n]
        x = F.dropout(self.token_embd(tokens), self.config.dropout, self.training)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return F.linear(self.output_norm(x), self.token_embd.weight)

    def n_parameters(self):
        return sum(p.numel() for p in self.parameters())


def same_document(documents):
    """documents [batch, n], a number per token -> causal mask within each document, [batch, 1, n, n]."""
    n = documents.shape[1]
    causal = torch.ones(n, n, dtype=torch.bool).tril()
    return ((documents[:, :, None] == documents[:, None, :]) & causal)[:, None]
