"""What clients ask in these tests: chats that go on until their last token, so that work is known beforehand."""
import struct

from http_client import request

WORDS = "옛날 아이 숲 나무 강아지 친구 집 하늘 비 바람 노래 꽃 물 산 길 밤 별 달 엄마 아빠".split()


def control_tokens(model):
    """Ids of the tokens that may end an answer, read from the file's metadata."""
    with open(model, "rb") as file:
        head = file.read(64 << 20)
    key = b"tokenizer.ggml.token_type"
    at = head.index(key) + len(key)
    array, int32, n_tokens = struct.unpack_from("<IIQ", head, at)
    assert (array, int32) == (9, 5), "token types are not as the GGUF specification has them"
    types = struct.unpack_from(f"<{n_tokens}i", head, at + 16)
    return [token for token, kind in enumerate(types) if kind == 3]


class Prompts:
    """Requests to one model; number i is always the same one."""

    def __init__(self, model):
        self.bias = [[token, -100] for token in control_tokens(model)]

    def text(self, i, n_words):
        return " ".join(WORDS[(i * 7 + j * (1 + i % 5)) % len(WORDS)] for j in range(n_words)) + f" {i}"

    def chat(self, i, max_tokens, n_words=4, greedy=False, **more):
        body = {"messages": [{"role": "user", "content": self.text(i, n_words)}], "max_tokens": max_tokens,
                "stream": True, "seed": 1000 + i, "temperature": 0 if greedy else 0.8, "logit_bias": self.bias}
        return request("POST", "/v1/chat/completions", body | more)
