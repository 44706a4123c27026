"""What clients ask in these tests: chats that go on until their last token, so that work is known beforehand."""
import re
import struct

from http_client import request

WORDS = "옛날 아이 숲 나무 강아지 친구 집 하늘 비 바람 노래 꽃 물 산 길 밤 별 달 엄마 아빠".split()


def end_tokens(model):
    """Ids of the tokens that end an answer, read from the file's metadata."""
    with open(model, "rb") as file:
        head = file.read(64 << 20)
    found = re.finditer(rb"tokenizer\.ggml\.(?:eos|eot)_token_id\x04\x00\x00\x00", head)
    return sorted({struct.unpack_from("<I", head, match.end())[0] for match in found})


class Prompts:
    """Requests to one model; number i is always the same one."""

    def __init__(self, model):
        self.bias = [[token, -100] for token in end_tokens(model)]

    def text(self, i, n_words):
        return " ".join(WORDS[(i * 7 + j * (1 + i % 5)) % len(WORDS)] for j in range(n_words)) + f" {i}"

    def chat(self, i, max_tokens, n_words=4, greedy=False, **more):
        body = {"messages": [{"role": "user", "content": self.text(i, n_words)}], "max_tokens": max_tokens,
                "stream": True, "seed": 1000 + i, "temperature": 0 if greedy else 0.8, "logit_bias": self.bias}
        return request("POST", "/v1/chat/completions", body | more)
