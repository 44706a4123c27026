"""Writes the seeds of fuzz/corpus/template: the built-in chat templates with a conversation, and the expressions of
tests/golden/prompt/jinja_cases.json, many to a seed.

    python tools/reference/template_corpus.py
"""

import json
import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "fuzz" / "corpus" / "template"
CHAT = {"bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True, "messages": [
    {"role": "system", "content": "s"}, {"role": "user", "content": "안녕 <|im_end|>"},
    {"role": "assistant", "content": "<think>t</think>a"}, {"role": "user", "content": "b"}]}
PER_SEED = 40


def save(name, template, context):
    CORPUS.mkdir(parents=True, exist_ok=True)
    data = template.encode()
    seed = struct.pack("<H", len(data)) + data + json.dumps(context, ensure_ascii=False).encode()
    (CORPUS / name).write_bytes(seed)


def main():
    for path in (ROOT / "src" / "prompt" / "templates").glob("*.jinja"):
        save(path.stem, path.read_text(), CHAT)
    golden = json.loads((ROOT / "tests" / "golden" / "prompt" / "jinja_cases.json").read_text())
    good = [source for source, expected in golden["cases"] if expected is not None and "break" not in source]
    for i in range(0, len(good), PER_SEED):
        save(f"cases_{i // PER_SEED:02}", "\n".join(good[i:i + PER_SEED]), golden["context"])


if __name__ == "__main__":
    main()
