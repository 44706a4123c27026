"""Step 5: what a GGUF file is worth: held-out loss, sentiment accuracy, samples as they come.

  python evaluate.py MODEL.gguf --work WORK [--data ../shared/data] [--samples]

Each held-out text stands alone after <s>; answers are measured after their question in the chat frame.  bits/byte counts the bytes of the
same text, so it compares across tokenizers.  Weights are dequantised; the arithmetic is float32.
"""
import argparse
import math
import pathlib

import torch
import torch.nn.functional as F

import clean
import gguf_file
import tokenizer
import train

QUESTIONS = ["안녕하세요", "너는 누구야?", "고마워", "영화 어땠어?", "배우들 연기는 어땠어?", "오늘 너무 힘들었어", "주말에 뭐 할까?", "배고파", "여자친구랑 싸웠어", "내일 시험이라 떨려",
             "정말 지루하고 돈이 아까운 영화였다.", "양자역학 설명해 줘", "커피 마시고 싶다", "친구가 약속을 안 지켜", "결말은 마음에 들었어?"]


@torch.no_grad()
def nats_of(network, documents, bos):
    """documents: (ids, weights, n_bytes) -> for each its nats and its number of tokens, over tokens of weight 1."""
    out = []
    for start in range(0, len(documents), 50):
        batch = documents[start : start + 50]
        width = 1 + max(len(ids) for ids, _, _ in batch)
        ids = torch.tensor([[bos] + ids + [0] * (width - 1 - len(ids)) for ids, _, _ in batch])
        counts = torch.tensor([[0.0] + w + [0.0] * (width - 1 - len(w)) for _, w, _ in batch])[:, 1:] == 1.0
        each = F.cross_entropy(network(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view(counts.shape) * counts
        out += zip(each.sum(1).tolist(), counts.sum(1).tolist())
    return out


def loss(network, documents, bos):
    """-> nats a token and bits a byte over all documents."""
    nats, n_tokens = map(sum, zip(*nats_of(network, documents, bos)))
    return nats / n_tokens, nats / math.log(2) / sum(n_bytes for _, _, n_bytes in documents)


@torch.no_grad()
def answer(network, processor, question, seed=None, temperature=0.7, top_p=0.9, n_tokens=40):
    """Greedy without a seed."""
    end = processor.piece_to_id("<|im_end|>")
    ids = [processor.bos_id()] + tokenizer.encode_turn(processor, "user", question) + tokenizer.encode_turn(processor, "assistant", "")[:-2]
    n_prompt = len(ids)
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    while len(ids) < n_prompt + n_tokens:
        logits = network(torch.tensor([ids]))[0, -1]
        if generator is None:
            token = logits.argmax().item()
        else:
            p, order = (logits / temperature).softmax(-1).sort(descending=True)
            p[p.cumsum(0) - p > top_p] = 0
            token = order[torch.multinomial(p, 1, generator=generator)].item()
        if token in (end, processor.eos_id()):
            break
        ids.append(token)
    return processor.decode(ids[n_prompt:])


def sentiment_accuracy(network, processor, path, limit=1000):
    """Share of balanced, labelled reviews of unseen films for which the right one of two answers is the likelier."""
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").split("\n")[1:] if row]
    rows = [(clean.clean(text), label) for _, text, label in rows]
    rows = [row for row in rows if row[0] and len(row[0]) <= 90][:limit]
    ask = "이 감상은 긍정이야 부정이야? {}"
    documents = [(*tokenizer.encode_pair(processor, ask.format(text), reply), 1) for text, _ in rows for reply in ("부정이에요.", "긍정이에요.")]
    nats = [nats / n for nats, n in nats_of(network, documents, processor.bos_id())]
    return sum((kind < unkind) == (label == "1") for unkind, kind, (_, label) in zip(nats[::2], nats[1::2], rows)) / len(rows), len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, help="measure sentiment accuracy on the labelled development set too")
    parser.add_argument("--samples", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network, processor = gguf_file.read(args.model), tokenizer.load(args.work)
    bos = processor.bos_id()

    reviews = (args.work / "reviews.valid.txt").read_text(encoding="utf-8").splitlines()
    documents = {"reviews": [(ids := processor.encode(text), [1.0] * len(ids), len(text.encode())) for text in reviews]}
    for name in ("chatbot", "film", "feeling"):
        documents[name + " answers"] = [(*tokenizer.encode_pair(processor, q, a), len(a.encode())) for q, a in train.read_pairs(args.work / f"{name}.valid.tsv")]
    for name, items in documents.items():
        nats, bits = loss(network, items, bos)
        print(f"{name:16} {len(items):5} texts  {nats:.4f} nats/token  {bits:.4f} bits/byte")
    if args.data:
        print("sentiment: %.3f right of %d" % sentiment_accuracy(network, processor, args.data / "ko-nsmc-raw" / "nsmc_rebuilt_dev.tsv"))
    if args.samples:
        for question in QUESTIONS:
            print(f"| {question} | {answer(network, processor, question)} | {answer(network, processor, question, seed=1)} |")


if __name__ == "__main__":
    main()
