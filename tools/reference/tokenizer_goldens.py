#!/usr/bin/env python3
"""Makes tests/golden/tokenizer: our own texts, small vocabularies trained on them, and the ids that Hugging Face
tokenizers and SentencePiece give.

    tokenizer_goldens.py OUTPUT_FOLDER          needs: tokenizers, sentencepiece

texts.jsonl       one JSON string per line
byte_level.json   a tokenizer.json (byte-level BPE), and per family its pre_tokenizer and the ids of every text
spm.json          SentencePiece BPE with byte fallback as tokenizer.ggml arrays, and ids
word_piece.json   WordPiece as tokenizer.ggml arrays, and ids
"""
import io
import json
import random
import sys
import unicodedata
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + CONTRACTIONS,
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + CONTRACTIONS,
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])


def written_texts():
    lines = [
        "온돌은 방바닥을 데워 집 전체를 따뜻하게 하는 난방이다.",
        "오늘 저녁에는 된장찌개를 끓이고 두부를 넉넉히 넣었다.",
        "비가 오면 창문을 닫아 주세요, 바람이 차요!",
        "大韓民國의 首都는 서울이고, 漢江이 흐른다.",
        "ㅋㅋㅋ 진짜요? ㅠㅠ 그건 좀… ㅇㅈ",
        "값, 닭, 앉다, 훑다, 뷁, 쀍, 꿻, 힣",
        "2026년 11월 22일 오후 3시 7분, 기온은 −4.5℃였다.",
        "전화는 02-123-4567, 금액은 ₩1,234,567원(약 $950.12)입니다.",
        "The floor warms the house from within; nobody sees it work.",
        "I'm sure they'll say it's what we've always done, and you'd agree, wouldn't you?",
        "DON'T SHOUT: WE'LL HEAR YOU, IT'S FINE, I'VE GOT IT, SHE'D KNOW, THEY'RE HERE",
        "camelCase, PascalCase, snake_case, SCREAMING_CASE, HTTPServer2, iPhone15Pro",
        "for (int i = 0; i < n; ++i) { sum += x[i] * y[i]; }  // dot product",
        'def f(x):\n\treturn {"a": [1, 2.5e-3], \'b\': None}\n',
        '<div class="한글">안녕 &amp; hello</div>',
        "SELECT * FROM users WHERE name = '김철수' AND age >= 20;",
        "https://example.org/a/b?q=%ED%95%9C&lang=ko#top",
        "１２３ ４５６ ٠١٢٣ ½ ⅔ Ⅷ ⅷ ① ㊿ 〇 一二三",
        "naïve café, Straße, Æsir, ﬁne, ŉ, ǅ ǆ, ʰʲ, İstanbul, ΣΊΣΥΦΟΣ",
        "Привет, мир! Ёлка и щука. שלום עולם. مرحبا بالعالم. नमस्ते दुनिया। สวัสดีชาวโลก",
        "日本語のテキスト、カタカナ、ひらがな。中文字符，标点！",
        "👩‍👩‍👧‍👦 👨🏽‍🚀 🏳️‍🌈 🇰🇷 1️⃣ ❤️ 🤷🏻‍♀️ 😶‍🌫️",
        "e\u0301 o\u0308 n\u0303 \u0308 \u0301a \u093c \u0915\u094d\u0937\u093f \u0d3f",
        "tabs\tand  two   three    spaces\u00a0nbsp\u3000ideographic\u2003em",
        " leading, trailing ", "  ", "\n", "\t\t", " \n ", "\r\n\r\n  x", "a", " ", "가", "각 ", " 각",
        "\r\n line ends \n\n\n and \r alone \r\r end\n",
        "... !!! ??? --- *** ### @@@ $$$ %%% ^^^ &&& ((())) [[[]]] {{{}}}",
        "'''''' \"\"\"\"\"\" `````` ‘’“” «» 「」『』【】",
        "///\n///\r\n!/\n a/\nb",
        "'s 't 're 've 'm 'll 'd 'S 'RE 'ſ 'ſt x'ſ it'ſ",
        "a\u200bb zero\u200dwidth\u2060joiner soft\u00adhyphen \ufeffbom",
        "0123456789 12 123 1234 12345 3.14159 1e10 0xFF 1,000   7",
        "\u2028 line separator \u2029 paragraph \u0085 next \u000b vertical \u000c feed",
        "\u0001 control \u007f delete \u0080 \ufffd",
        "x" * 120, "하" * 120, "ab" * 200, "=" * 70, " " * 33 + "end", "\n" * 17,
    ]
    return lines + [unicodedata.normalize("NFD", line) for line in lines[:8]]


def random_texts(random_source, n):
    """Texts put together from pieces that meet the branches of the pre-tokenizers."""
    words = ("나는 너를 그리고 학교에서 갔다 먹었습니다 컴퓨터 인공지능 모델을 작게 만든다 the of and Model small device "
             "Korean isn't we'll 漢字 學校 ㄱ ㅏ ᄒ ᆫ 각 e\u0301 \U0001F600 \U0001F469\u200D\U0001F680 12 2026 3.5 ½ "
             "! , . ... ?! // -- _ ( ) \" ' ~ € · … 。 Ж я ß Ǆ ʷ Ⅻ").split()
    joints = ["", "", " ", " ", " ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "   "]
    texts = []
    for _ in range(n):
        text = ""
        for _ in range(random_source.randint(1, 14)):
            text += random_source.choice(words) + random_source.choice(joints)
        texts.append(text)
    return texts


def syllables():
    return " ".join("".join(chr(c) for c in range(first, min(first + 28, 0xD7A4))) for first in range(0xAC00, 0xD7A4, 28))


def byte_level(texts, n_short):
    split = pre_tokenizers.Split(Regex(LLAMA3), "isolated")
    byte_level_only = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level_only])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=1400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    tokenizer.train_from_iterator(texts[:n_short], trainer)
    tokenizer.add_special_tokens(["<|im_end|>"])
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False)])

    families = {
        "gpt-2": gpt2,
        "starcoder": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), gpt2]),
        "llama-bpe": tokenizer.pre_tokenizer,
        "qwen2": pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN2), "isolated"), byte_level_only]),
        "gpt-4o": pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(O200K), "isolated"), byte_level_only]),
    }
    variants = []
    for pre, pre_tokenizer in families.items():
        tokenizer.pre_tokenizer = pre_tokenizer
        ignore_merges = pre == "llama-bpe"
        as_json = json.loads(tokenizer.to_str())
        as_json["model"]["ignore_merges"] = ignore_merges
        whole = Tokenizer.from_str(json.dumps(as_json))
        chosen = texts if pre == "llama-bpe" else texts[:n_short]
        variants.append({"pre": pre, "pre_tokenizer": as_json["pre_tokenizer"], "ignore_merges": ignore_merges,
                         "ids": [whole.encode(text).ids for text in chosen]})
    return {"tokenizer": json.loads(tokenizer.to_str()), "variants": variants}


def spm(texts, n_short):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for text in texts[:n_short] for line in text.split("\n") if line.strip()),
        model_writer=model, model_type="bpe", vocab_size=1200, byte_fallback=True, character_coverage=0.98,
        normalization_rule_name="identity", remove_extra_whitespaces=False, minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())

    def kind(piece):  # GGUF's numbers
        return (2 if processor.is_unknown(piece) else 3 if processor.is_control(piece) else
                6 if processor.is_byte(piece) else 1)

    pieces = range(processor.get_piece_size())
    return {"tokens": [processor.id_to_piece(piece) for piece in pieces],
            "scores": [processor.get_score(piece) for piece in pieces],
            "kinds": [kind(piece) for piece in pieces], "ids": [processor.encode(text) for text in texts]}


def word_piece(texts, n_short):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(texts[:n_short], trainers.WordPieceTrainer(vocab_size=900, special_tokens=special,
                                                                           limit_alphabet=350, show_progress=False))
    entries = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    written = [entry if entry in special else entry[2:] if entry.startswith("##") else "\u2581" + entry
               for entry, _ in entries]
    kinds = [3 if entry in special else 1 for entry, _ in entries]
    return {"tokens": written, "kinds": kinds, "ids": [tokenizer.encode(text).ids for text in texts[:n_short]]}


def main():
    folder = Path(sys.argv[1])
    texts = written_texts() + random_texts(random.Random(1), 220)
    texts += ["끝<|im_end|>\n", "<|im_end|><tool_call>x</tool_call><tool_call>"]
    n_short = len(texts)
    texts.append(syllables())
    with open(folder / "texts.jsonl", "w", encoding="utf-8") as out:
        for text in texts:
            out.write(json.dumps(text, ensure_ascii=True) + "\n")
    for name, make in (("byte_level", byte_level), ("spm", spm), ("word_piece", word_piece)):
        with open(folder / f"{name}.json", "w", encoding="utf-8") as out:
            json.dump(make(texts, n_short), out, ensure_ascii=False, separators=(",", ":"))
            out.write("\n")


if __name__ == "__main__":
    main()
