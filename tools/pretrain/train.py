"""Step 3: trains the model on a CPU; stops after --hours and goes on where it stopped.

  python train.py --work WORK --hours 2            starts, or resumes from WORK/checkpoint.pt

Every row of a batch holds whole documents side by side that cannot see each other.  A document is a review (or a few), or an exchange of one to
five turns.  Early in training most documents are reviews; later most are exchanges, because that is what people will type.  The last part runs
with rows of the full context, so that every position is trained.  What a step sees depends on the seed and the step's number only.
Matrices are trained by Muon (Jordan 2024: orthogonalised momentum), the rest by AdamW; both rates rise, stay, and fall to zero together.
"""
import argparse
import dataclasses
import json
import math
import os
import pathlib
import random
import time

import torch
import torch.nn.functional as F

import model as llama
import muon
import tokenizer

SEED = 20261121
# Share of tokens per source at the start and at the end of training.
MIX = {"reviews": (0.55, 0.15), "film": (0.20, 0.30), "feeling": (0.08, 0.15), "chatbot": (0.13, 0.30), "openers": (0.04, 0.10)}
# A few exchanges begin with a system message, so that one does not confuse the model; it is never the model's turn to write one.
SYSTEM = ["당신은 온돌입니다.", "너는 친절한 도우미야.", "짧고 친절하게 대답하세요.", "당신은 도움이 되는 한국어 도우미입니다.", "You are a helpful assistant."]
TURNS = [1] * 12 + [2] * 4 + [3, 3, 4, 5]


class Pool:
    """The encoded items of one source, walked in a shuffled order that is new in every epoch."""

    def __init__(self, items, seed):
        self.items, self.seed = items, seed
        self.mean_length = sum(len(ids) for ids, _ in items) / len(items)

    def at(self, position):
        epoch, index = divmod(position, len(self.items))
        if getattr(self, "epoch", None) != epoch:
            self.epoch, self.order = epoch, list(range(len(self.items)))
            random.Random(f"{self.seed}/{epoch}").shuffle(self.order)
        return self.items[self.order[index]]


def read_pairs(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def load_pools(work, processor, part):
    reviews = processor.encode((work / f"reviews.{part}.txt").read_text(encoding="utf-8").splitlines())
    newline = processor.encode("\n")
    # A text to learn from has no bytes in it: the model shall read a rare character, not spell one halfway.
    if part == "train":
        reviews = [ids for ids in reviews if not any(map(processor.is_byte, ids))]
    pools = {"reviews": [(ids + newline, [1.0] * len(ids) + [0.5] * len(newline)) for ids in reviews]}
    for name in ("film", "feeling", "chatbot", "openers"):
        pools[name] = [tokenizer.encode_pair(processor, q, a) for q, a in read_pairs(work / f"{name}.{part}.tsv") if part == "valid" or not any(map(processor.is_byte, processor.encode(a)))]
    return {name: Pool(items, f"{SEED}/{name}") for name, items in pools.items() if items}


class Batches:
    """Rows of documents for a step; `positions`, how far each pool was walked, is all the state there is."""

    def __init__(self, pools, processor):
        self.pools, self.bos, self.eos = pools, processor.bos_id(), processor.eos_id()
        self.systems = [tokenizer.encode_turn(processor, "system", text) for text in SYSTEM]
        self.positions = dict.fromkeys(pools, 0)
        self.tokens = dict.fromkeys(pools, 0)

    def document(self, name, rng, room):
        ids = [self.bos]
        if name != "reviews" and rng.random() < 0.05:
            ids = ids + rng.choice(self.systems)
        weights = [0.0] * len(ids)
        n_begin, n_items = len(ids), rng.choice(TURNS)
        for _ in range(n_items):
            more_ids, more_weights = self.pools[name].at(self.positions[name])
            if len(ids) > n_begin and len(ids) + len(more_ids) > room:
                break
            self.positions[name] += 1
            ids, weights = ids + more_ids, weights + more_weights
        if name == "reviews":
            ids, weights = ids[:-1] + [self.eos], weights[:-1] + [0.5]
        self.tokens[name] += len(ids)
        return ids, weights

    def next(self, step, progress, n_rows, row_length):
        rng = random.Random(f"{SEED}/{step}")
        names = list(self.pools)
        shares = [MIX[n][0] + progress * (MIX[n][1] - MIX[n][0]) for n in names]
        # Shares are of tokens, so a source of long documents is drawn less often.
        shares = [share / self.pools[n].mean_length for n, share in zip(names, shares)]
        rows = []
        for _ in range(n_rows):
            ids, weights, numbers = [], [], []
            while len(ids) <= row_length:
                name = rng.choices(names, shares)[0]
                more_ids, more_weights = self.document(name, rng, row_length + 1 - len(ids))
                numbers += [len(set(numbers))] * len(more_ids)
                ids, weights = ids + more_ids, weights + more_weights
            rows.append((ids[: row_length + 1], weights[: row_length + 1], numbers[: row_length + 1]))
        ids, weights, numbers = (torch.tensor(column) for column in zip(*rows))
        weights = weights[:, 1:] * (numbers[:, 1:] == numbers[:, :-1])
        return ids[:, :-1], ids[:, 1:], weights, llama.same_document(numbers[:, :-1])


def make_loss(network):
    def loss(inputs, targets, weights, mask):
        logits = network(inputs, mask)
        each = F.cross_entropy(logits.reshape(-1, logits.shape[-1]).float(), targets.reshape(-1), reduction="none")
        return (each * weights.reshape(-1)).sum() / weights.sum()
    return loss


def rate_at(progress):
    """Share of the full learning rate: 2 % warm-up, flat, then a straight fall over the last 60 %."""
    return min(1.0, (progress + 1e-4) / 0.02, max(0.0, 1.0 - progress) / 0.6)


def make_optimizers(network, args):
    matrices = [p for name, p in network.named_parameters() if p.dim() == 2 and "embd" not in name]
    rest = [p for name, p in network.named_parameters() if p.dim() != 2 or "embd" in name]
    adam = dict(lr=args.adam_rate, betas=(0.9, 0.95), weight_decay=0.01, fused=True)
    if args.optimizer == "adamw":
        return [torch.optim.AdamW(matrices + rest, **{**adam, "weight_decay": 0.1})]
    return [muon.Muon(matrices, lr=args.muon_rate, weight_decay=0.05), torch.optim.AdamW(rest, **adam)]


@torch.no_grad()
def held_out_loss(network, items, bos, is_answer_only, limit=150):
    """Mean nats a token of single documents, each alone; answers only, or everything."""
    total, count = 0.0, 0
    for start in range(0, min(limit, len(items)), 50):
        batch = items[start : min(start + 50, limit)]
        width = 1 + max(len(ids) for ids, _ in batch)
        ids = torch.tensor([[bos] + ids + [0] * (width - 1 - len(ids)) for ids, _ in batch])
        weights = torch.tensor([[0.0] + w + [0.0] * (width - 1 - len(w)) for _, w in batch])
        weights = (weights == 1.0) if is_answer_only else (weights > 0)
        each = F.cross_entropy(network(ids[:, :-1]).flatten(0, 1).float(), ids[:, 1:].flatten(), reduction="none") * weights[:, 1:].flatten()
        total, count = total + each.sum().item(), count + weights[:, 1:].sum().item()
    return total / count


def save(path, state):
    torch.save(state, str(path) + ".part")
    os.replace(str(path) + ".part", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--hours", type=float, default=2.0, help="stop after this slice, whatever is left")
    parser.add_argument("--total-tokens", type=float, default=16e6, help="length of the whole run")
    parser.add_argument("--finish-in", type=float, help="hours until the whole run shall be over, in place of --total-tokens; for a machine whose pace is not known")
    parser.add_argument("--progress", type=float, help="where in the schedule a resumed run shall stand (0 to 1), to train a finished one further")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--ffn", type=int, default=768)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--row", type=int, default=128, help="row length until --long-from")
    parser.add_argument("--long-from", type=float, default=0.9, help="share of training after which rows have the full context")
    parser.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    parser.add_argument("--muon-rate", type=float, default=3e-3)
    parser.add_argument("--adam-rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes-between-saves", type=float, default=5.0)
    parser.add_argument("--name", default="checkpoint", help="checkpoint file name without .pt")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    begin = time.time()

    processor = tokenizer.load(args.work)
    bos = processor.bos_id()
    batches = Batches(load_pools(args.work, processor, "train"), processor)
    held_out = load_pools(args.work, processor, "valid")
    print({name: (len(pool.items), sum(len(ids) for ids, _ in pool.items)) for name, pool in batches.pools.items()}, flush=True)

    config = llama.Config(vocab_size=processor.get_piece_size(), n_layers=args.layers, ffn_size=args.ffn)
    network = llama.Llama(config)
    optimizers = make_optimizers(network, args)
    state = {"step": 0, "tokens": 0, "seconds": 0.0, "progress": 0.0}
    path = args.work / f"{args.name}.pt"
    if path.exists():
        saved = torch.load(path)
        network.load_state_dict(saved["model"])
        for optimizer, values in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(values)
        state.update(saved["state"])
        batches.positions.update(saved["positions"])
        batches.tokens.update(saved["pool_tokens"])
        print(f"resumes at step {state['step']}", flush=True)
    rates = [group["initial_lr"] if "initial_lr" in group else group["lr"] for o in optimizers for group in o.param_groups]
    for rate, group in zip(rates, (group for o in optimizers for group in o.param_groups)):
        group["initial_lr"] = rate

    loss_of = torch.compile(make_loss(network), dynamic=False)
    log = open(args.work / f"{args.name}.log", "a", encoding="utf-8")
    if args.progress is not None:
        state["progress"] = args.progress
    progress_before = state["progress"]
    seconds_before, tokens_before, last_save, recent = state["seconds"], state["tokens"], time.time(), []
    print(f"{network.n_parameters()} parameters", flush=True)

    def checkpoint():
        state["seconds"] = seconds_before + time.time() - begin
        network.eval()
        losses = {name: round(held_out_loss(network, pool.items, bos, name != "reviews"), 4) for name, pool in held_out.items()}
        network.train()
        save(path, {"model": network.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "state": dict(state), "config": dataclasses.asdict(config),
                    "positions": batches.positions, "pool_tokens": batches.tokens, "held_out": losses})
        line = json.dumps({**state, "train": round(sum(recent) / max(1, len(recent)), 4), "held_out": losses, "tokens_by_source": batches.tokens})
        print(line, flush=True)
        print(line, file=log, flush=True)
        recent.clear()

    while state["progress"] < 1.0 and time.time() - begin < args.hours * 3600:
        step_begin, progress = time.time(), state["progress"]
        row = args.row if progress < args.long_from else config.context_length
        inputs, targets, weights, mask = batches.next(state["step"], progress, args.batch_tokens // row, row)
        for group in (group for o in optimizers for group in o.param_groups):
            group["lr"] = group["initial_lr"] * rate_at(progress)
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(inputs, targets, weights, mask)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        recent.append(loss.item())
        state["step"] += 1
        state["tokens"] += inputs.numel()
        if args.finish_in:
            # A pause (the machine was needed, a checkpoint) does not count.
            state["progress"] = min(1.0, progress + (1 - progress_before) * min(10.0, time.time() - step_begin) / (3600 * args.finish_in))
        else:
            state["progress"] = progress + (1 - progress_before) * inputs.numel() / max(1.0, args.total_tokens - tokens_before)
        if not math.isfinite(recent[-1]):
            raise SystemExit(f"loss is {recent[-1]} at step {state['step']}")
        if state["step"] % 20 == 0:
            print(f"step {state['step']} tokens {state['tokens']} loss {sum(recent[-20:]) / len(recent[-20:]):.3f} {time.time() - begin:.0f} s progress {state['progress']:.3f}", flush=True)
        if time.time() - last_save > args.minutes_between_saves * 60:
            checkpoint()
            last_save = time.time()
    checkpoint()


if __name__ == "__main__":
    main()
