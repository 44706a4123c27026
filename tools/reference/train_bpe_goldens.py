"""Writes tests/golden/tokenizer/train_bpe.vocab: the vocabulary that SentencePiece's BPE trainer learns from train_bpe.txt beside it.

  pip install sentencepiece==0.2.3 && python tools/reference/train_bpe_goldens.py
"""
import pathlib
import tempfile

import sentencepiece

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "tokenizer"


def main():
    lines = (FOLDER / "train_bpe.txt").read_text(encoding="utf-8").split("\n")
    with tempfile.TemporaryDirectory() as folder:
        prefix = folder + "/tokenizer"
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_prefix=prefix, model_type="bpe", vocab_size=800, byte_fallback=True, split_digits=True,
            split_by_unicode_script=False, normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False,
            character_coverage=0.9995, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, control_symbols=["<|user|>"], minloglevel=1)
        model = sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")
    pieces = [model.id_to_piece(i) for i in range(model.get_piece_size())]
    (FOLDER / "train_bpe.vocab").write_text("".join(piece + "\n" for piece in pieces), encoding="utf-8")


if __name__ == "__main__":
    main()
