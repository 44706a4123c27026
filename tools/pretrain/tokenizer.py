"""Step 2: a Korean SentencePiece vocabulary (byte-pair merges, byte fallback) from the cleaned text.  Two minutes.

  python tokenizer.py --work WORK [--vocab 6144]

Identity normalisation and no dummy prefix: text comes back exactly as it went in.  Character coverage is high enough that every syllable
seen five times or so is one piece; what is rarer falls apart into bytes.
"""
import argparse
import pathlib

import sentencepiece


def train(work, vocab_size):
    texts = (work / "reviews.train.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line for name in ("chatbot", "film", "feeling", "openers") for line in (work / f"{name}.train.tsv").read_text(encoding="utf-8").splitlines()]
    # The role names of the chat format are no Korean words; repeated like this they become one piece each.
    lines = texts + [side for pair in dict.fromkeys(pairs) for side in pair.split("\t")] + ["user", "assistant", "system"] * 20000
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(work / "tokenizer"), model_type="bpe", vocab_size=vocab_size,
        byte_fallback=True, split_digits=True, normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False,
        character_coverage=0.9999, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, control_symbols=["<|im_start|>", "<|im_end|>"],
        max_sentence_length=2000, num_threads=2, minloglevel=1,
    )


def load(work):
    return sentencepiece.SentencePieceProcessor(model_file=str(work / "tokenizer.model"))


def encode_turn(processor, role, text):
    start, end, newline = processor.piece_to_id("<|im_start|>"), processor.piece_to_id("<|im_end|>"), processor.encode("\n")
    return [start] + processor.encode(role) + newline + processor.encode(text) + [end] + newline


def encode_pair(processor, question, answer):
    """One exchange in ChatML -> (ids, weights): the answer counts in full, the question a little (it is Korean too), the frame not at all."""
    user, assistant = encode_turn(processor, "user", question), encode_turn(processor, "assistant", answer)
    # <|im_start|> role newline before the text, <|im_end|> newline after it; the <|im_end|> of an answer is the model's to say.
    before = len(processor.encode("user\n")) + 1
    weights = [0.0] * before + [0.0 if processor.is_byte(i) else 0.2 for i in user[before:-2]] + [0.0, 0.0]
    before = len(processor.encode("assistant\n")) + 1
    return user + assistant, weights + [0.0] * before + [1.0] * (len(assistant) - before - 1) + [0.0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--vocab", type=int, default=6144)
    args = parser.parse_args()
    train(args.work, args.vocab)
    processor = load(args.work)
    text = (args.work / "reviews.valid.txt").read_text(encoding="utf-8")
    ids = processor.encode(text)
    syllables = sum(1 for i in range(processor.get_piece_size()) if len(processor.id_to_piece(i)) == 1 and "가" <= processor.id_to_piece(i) <= "힣")
    n_bytes = sum(processor.is_byte(i) for i in ids) - text.count("\n")
    print(f"{processor.get_piece_size()} pieces, {syllables} of one syllable; held-out reviews: {len(text.encode()) / len(ids):.2f} bytes a token, {n_bytes} byte tokens in {len(ids)}")
    print(processor.encode("user\n안녕하세요, 이 영화 어땠어?", out_type=str))


if __name__ == "__main__":
    main()
