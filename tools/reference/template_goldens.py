"""Writes tests/golden/prompt/templates.json: conversations as the families' published chat templates render them.

    python tools/reference/template_goldens.py FOLDER

FOLDER holds one FAMILY.jinja for each of these families of src/prompt/templates/: the `chat_template` of the family's
tokenizer_config.json, as published with
    chatml teknium/OpenHermes-2.5-Mistral-7B    llama2 meta-llama/Llama-2-7b-chat-hf
    llama3 meta-llama/Meta-Llama-3-8B-Instruct  llama3.1 meta-llama/Llama-3.1-8B-Instruct
    mistral mistralai/Mistral-7B-Instruct-v0.2  mistral-v7 mistralai/Mistral-Small-3.2-24B-Instruct-2506
    gemma google/gemma-2-2b-it                  exaone3 LGAI-EXAONE/EXAONE-3.5-2.4B-Instruct
    phi3 microsoft/Phi-3.5-mini-instruct        deepseek-r1 deepseek-ai/DeepSeek-R1-Distill-Llama-8B
    zephyr TinyLlama/TinyLlama-1.1B-Chat-v1.0   solar upstage/SOLAR-10.7B-Instruct-v1.0
    mistral-nemo mistralai/Mistral-Nemo-Instruct-2407
Jinja is set up as transformers does.  Families whose template refuses a system message are rendered without one.
"""

import json
import pathlib
import sys

from jinja2.exceptions import TemplateError

from chat_environment import environment

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "prompt" / "templates.json"
BOS, EOS = "<s>", "</s>"
SYSTEM = {"role": "system", "content": "짧고 친절하게 답하세요."}
ONE = [{"role": "user", "content": "안녕하세요"}]
THREE = [*ONE, {"role": "assistant", "content": "반갑습니다. 무엇을 도와드릴까요?"},
         {"role": "user", "content": "What is 2 + 2?\nAnswer in one word."}]
FOUR = [*THREE, {"role": "assistant", "content": "Four"}]
PADDED = [{"role": "user", "content": "  space around\n"}]


def main():
    cases = []
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jinja")):
        template = environment().from_string(path.read_text())
        # Mistral's newest template writes a page of its own when no system message is given.
        plain = [] if path.stem == "mistral-v7" else [(ONE, True), (THREE, True), (PADDED, True)]
        if path.stem not in ("phi3",):  # ends a finished conversation with a token of its own
            plain += [] if path.stem == "mistral-v7" else [(FOUR, False)]
        with_system = [([SYSTEM, *ONE], True)]
        if path.stem != "mistral-nemo":  # moves the system text from turn to turn
            with_system.append(([SYSTEM, *THREE], True))
        for messages, ask in plain + with_system:
            try:
                text = template.render(messages=messages, add_generation_prompt=ask, bos_token=BOS, eos_token=EOS)
            except TemplateError as error:
                print(f"{path.stem}: left out, {error}")
                continue
            cases.append({"template": path.stem, "messages": messages, "ask": ask, "text": text})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"bos": BOS, "eos": EOS, "cases": cases}, ensure_ascii=False, indent=1) + "\n")
    print(f"{OUT}: {len(cases)} cases")


if __name__ == "__main__":
    main()
