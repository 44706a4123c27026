#!/usr/bin/env python3
"""Makes tests/golden/tokenizer/wide_*: 2,000 texts of our own and what Hugging Face tokenizers and SentencePiece make of
them, with small vocabularies trained on them for each kind of model, pre-tokenizer and normalizer.

    tokenizer_wide_goldens.py OUTPUT_FOLDER [SHARED_DATA]     needs: tokenizers, sentencepiece, protobuf, gguf

wide_texts.jsonl     one JSON string per line
wide_variants.json   bases: parts of tokenizer.json; variants: a base, what replaces its parts, and ids
wide_public.json     ids for public tokenizers, which are not among the files of this project; made with SHARED_DATA

Ids are written as 3 bytes per text, the low bytes of the FNV-1a hash of the ids as little-endian int32, all in base64;
the ids of the first texts stand in full.
"""
import base64
import io
import json
import random
import struct
import sys
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

N_FULL = 6
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + (r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
                         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
O200K = "|".join([r"[^\r\n\p{L}\p{N}]?" + UPPER + "*" + LOWER + "+" + CONTRACTIONS + "?",
                  r"[^\r\n\p{L}\p{N}]?" + UPPER + "+" + LOWER + "*" + CONTRACTIONS + "?",
                  r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
TEKKEN = O200K.replace(CONTRACTIONS + "?", "").replace(r"\p{N}{1,3}", r"\p{N}")
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
            r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+").replace('\\"', '"')
CHINESE_JAPANESE = "[一-龥぀-ゟ゠-ヿ]+"
EXAONE_MOE = CONTRACTIONS + (r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?"
                             r"|\s*[\r\n]|\s+(?!\S)|\s+")
QWEN35 = CONTRACTIONS + (r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"
                         r"|\s*[\r\n]+|\s+(?!\S)|\s+")

# ---------------------------------------------------------------------------------------------------------------------
# Texts

KOREAN = ("온돌 방바닥 아궁이 구들 굴뚝 연기 장작 겨울 아침 저녁 마당 툇마루 창호지 된장찌개 두부 김치 밥상 숟가락 할머니 "
          "아버지 동생 학교 도서관 자전거 버스 지하철 기차표 컴퓨터 냉장고 세탁기 에어컨 로봇청소기 인공지능 모델 토큰 문장 "
          "낱말 받침 쌍받침 값 닭 흙 삶 앉다 훑다 읊다 뷁 쀍 꿻 힣 괜찮습니다 않았습니다 먹었습니다 갔다 왔어요 할게요 "
          "줄이고 늘려서 따뜻하게 천천히 빠르게 조용히 그리고 그러나 그래서 왜냐하면 만약 아마도 정말로 ㅋㅋㅋ ㅠㅠ ㅇㅋ ㄱㄱ").split()
PARTICLES = ["은", "는", "이", "가", "을", "를", "에서", "으로", "까지", "부터", "만", "도", "의", "와", "과", "처럼", "보다", ""]
HANJA = "大韓民國 首都 漢江 溫突 人工知能 學校 圖書館 冬 夏 春 秋 天 地 玄 黃 宇宙 金 李 朴 龍 國家 法律 第一條 民主共和國".split()
ENGLISH = ("the floor warms house within nobody sees work small model runs inside device without network it's we're "
           "don't I'll they've she'd He'S SHE'LL JSON HttpServer camelCase snake_case CONSTANT tokenization "
           "internationalization a I O'Neill rock'n'roll naïve café résumé Zürich").split()
CODE = ["int main(void) { return 0; }", "for (int i = 0; i < n; ++i) sum += a[i] * b[i];", "def f(x: int) -> str:\n    return f\"{x:>8}\"\n",
        "#include <vector>\n\tauto v = std::vector<int>{1, 2, 3};", "SELECT id, name FROM t WHERE n >= 10 AND k <> 'x';",
        "<div class=\"a\">&nbsp;</div>", "{\"name\": \"온돌\", \"size\": 1.5e-3, \"tags\": []}", "if (a && !b || c) { x ^= y << 3; }",
        "echo \"$HOME/bin\" | sed 's/a/b/g' > /tmp/x 2>&1", "x = y if z else {**a, 'k': [1, 2][::-1]}", "// 주석: 값을 바꾼다\r\n\r\n",
        "fn main() -> Result<(), Box<dyn Error>> { Ok(()) }", "@media (max-width: 30em) { a:hover { color: #1a2b3c } }"]
EMOJI = ["\U0001F600", "\u2764\ufe0f", "\U0001F468\u200d\U0001F469\u200d\U0001F467", "\U0001F469\U0001F3FD\u200d\U0001F680",
         "\U0001F1F0\U0001F1F7", "\U0001F44D\U0001F3FB", "\u0031\ufe0f\u20e3", "\u263a", "\U0001F525\U0001F525", "\u2603\ufe0e"]
SCRIPTS = ["Привет мир", "Ελλάδα", "שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีชาวโลก", "こんにちは世界", "カタカナ ﾊﾝｶｸ",
           "你好，世界。", "ＦＵＬＬ　ｗｉｄｔｈ１２３", "ﬁ ﬂ ﬀ ﬃ", "Ａ½⅓①②Ⅳⅷ㈜㎏㎡™℃", "Ǆ ǅ ǆ ß ẞ İ ı ſ K Å Ω", "e\u0301 a\u0308 n\u0303 o\u0302\u0323", "ạ́ ǖ ṩ",
           "ᄒ\u1161\u11ab 한 각 ᄀ ᅡ ㄱㅏ", "က ခ ဂ", "ქართული", "Հայերեն", "አማርኛ", "தமிழ்", "ไทย", "𝒜𝓫 𝔘 𝟘𝟙", "\U00020000\U0002A6D6"]
NUMBERS = ["0", "7", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,000,000", "-4.5", "1e-10", "0xFF", "₩1,234,567", "$9.99", "50%",
           "2026-11-22", "15:07:59", "010-1234-5678", "٣٤٥", "४२", "½", "Ⅷ", "²³", "1️⃣", "제3장", "A4", "3D", "x2y3", "100kg", "v1.2.3-rc4"]
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", " \n", "\n ", "\u00a0", "\u3000", "\u2003", "\u200b", "\u2009", "\u2028", "\u000b", "\u0085", "\ufeff", "    "]
SYMBOLS = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + ["…", "·", "—", "–", "“", "”", "‘", "’", "「", "」", "《", "》", "※", "→", "★", "€", "§", "¶", "。", "、", "！", "？"]
SPECIAL = ["<|im_end|>", "<tool>", "<mask>", "<unk>", "<s>", "</s>", "[MASK]", "Word"]
CONTROL = ["\u0000", "\u0001", "\u0007", "\u001b[0m", "\u007f", "\u0080", "\u200d", "\u2060", "\u00ad", "\ufffd", "\ue000", "\u202e", "\ufffe"]


def korean_sentence(pick):
    words = [pick.choice(KOREAN) + pick.choice(PARTICLES) for _ in range(pick.randint(2, 9))]
    if pick.random() < 0.2:
        words.insert(pick.randrange(len(words)), pick.choice(HANJA))
    return " ".join(words) + pick.choice([".", "!", "?", "…", "", ".\n"])


def english_sentence(pick):
    return " ".join(pick.choice(ENGLISH) for _ in range(pick.randint(2, 10))) + pick.choice([".", "!", "?", "", "...\n"])


def mixed(pick):
    kinds = [KOREAN, KOREAN, HANJA, ENGLISH, CODE, EMOJI, SCRIPTS, NUMBERS, SYMBOLS, SYMBOLS, CONTROL, SPECIAL]
    joints = [""] * 5 + [" "] * 6 + SPACES
    return "".join(pick.choice(pick.choice(kinds)) + pick.choice(joints) for _ in range(pick.randint(1, 12)))


def run_of(pick):
    unit = pick.choice(["x", "하", "ab", "=", " ", "\n", "\t", "0", "ㅋ", "ㅠ", "가나", "!?", "\u3000", "漢", "e\u0301", "\U0001F600", "a ", "▁", ".", "-", "'s"])
    return pick.choice(["", "a", " ", "값"]) + unit * pick.randint(20, 300) + pick.choice(["", "a", " ", "끝"])


def make_texts():
    pick = random.Random(20260)
    texts = ["", " ", "\n", "온돌", "It's 2026: 온돌 warms the floor.", "  두 칸  띄움  "]
    texts += KOREAN + HANJA + ENGLISH + CODE + EMOJI + SCRIPTS + NUMBERS + CONTROL
    texts += ["a" + space + "b" for space in SPACES] + [space + "가" + space for space in SPACES]
    texts += ["a" + symbol + "b " + symbol + " 가" + symbol for symbol in SYMBOLS]
    texts += ["x " + special + " y" + special + "z" for special in SPECIAL] + [special * 2 for special in SPECIAL]
    for first in range(0xAC00, 0xD7A4, 28):  # all syllables, a line for each initial and vowel
        texts.append("".join(chr(c) for c in range(first, first + 28)))
    texts += [" ".join(chr(c) for c in range(0x1100, 0x1113)), "".join(chr(c) for c in range(0x3131, 0x318F))]
    texts += [korean_sentence(pick) for _ in range(330)]
    texts += [unicodedata.normalize("NFD", korean_sentence(pick)) for _ in range(60)]
    texts += [english_sentence(pick) for _ in range(150)]
    texts += [english_sentence(pick) + " " + korean_sentence(pick) for _ in range(80)]
    texts += [run_of(pick) for _ in range(70)]
    texts += [mixed(pick) for _ in range(640)]
    return texts


# ---------------------------------------------------------------------------------------------------------------------
# Ids


def digest(ids):
    value = 0x811C9DC5
    for byte in struct.pack(f"<{len(ids)}i", *ids):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return struct.pack("<I", value)[:3]


def golden(encode, texts):
    ids = [encode(text) for text in texts]
    return {"n_texts": len(texts), "hashes": base64.b64encode(b"".join(digest(one) for one in ids)).decode(),
            "ids": ids[:N_FULL]}


def of_huggingface(tokenizer_json, texts):
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json))
    return golden(lambda text: tokenizer.encode(text, add_special_tokens=False).ids, texts)


# ---------------------------------------------------------------------------------------------------------------------
# Vocabularies


def as_json(tokenizer):
    return json.loads(tokenizer.to_str())


def added(id, content, **rules):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True, **rules}


def byte_level_base(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
                                                       pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=900, show_progress=False,
                                                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    base = as_json(tokenizer)
    base["added_tokens"] = [added(900, "<|im_end|>"), added(901, "<tool>", special=False)]
    return base


def sentence_piece(texts, model_type, **options):
    model = io.BytesIO()
    lines = (line for text in texts for line in text.split("\n") if line.strip() and "\0" not in line)
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=lines, model_writer=model, model_type=model_type,
                                             num_threads=1, minloglevel=2, **options)
    return model.getvalue()


def pieces_of(model_bytes):
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model_bytes)
    return proto


def char_bpe_base(model_bytes):
    """A SentencePiece BPE the way its tokenizer.json has it: every cut of an entry, by score and length."""
    proto = pieces_of(model_bytes)
    vocab = {piece.piece: i for i, piece in enumerate(proto.pieces)}
    merges = []
    for piece in proto.pieces:
        if piece.type != 1:
            continue
        for cut in range(1, len(piece.piece)):
            left, right = piece.piece[:cut], piece.piece[cut:]
            if left in vocab and right in vocab:
                merges.append((piece.score, len(left), left, right))
    merges.sort(key=lambda merge: (merge[0], merge[1]), reverse=True)
    byte_fallback = "<0x00>" in vocab
    return {"version": "1.0", "added_tokens": [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")],
            "normalizer": None, "pre_tokenizer": None, "post_processor": None,
            "decoder": {"type": "Sequence", "decoders": [
                {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
                {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
            "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": byte_fallback,
                      "ignore_merges": False, "vocab": vocab, "merges": [[left, right] for _, _, left, right in merges]}}


def unigram_base(texts):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(texts, trainers.UnigramTrainer(vocab_size=1100, unk_token="<unk>", show_progress=False,
                                                                 special_tokens=["<unk>", "<s>", "</s>"]))
    base = as_json(tokenizer)
    # tokenizers reads long decimal fractions inexactly; between equal sums that would decide
    base["model"]["vocab"] = [[entry, round(score, 6)] for entry, score in base["model"]["vocab"]]
    return base


def word_piece_base(texts):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=700, special_tokens=special,
                                                                   limit_alphabet=300, show_progress=False))
    return as_json(tokenizer)


def suffix_base(texts):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.BPEDecoder()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=700, limit_alphabet=250, show_progress=False,
                                                             special_tokens=["<unk>"], end_of_word_suffix="</w>"))
    return as_json(tokenizer)


# ---------------------------------------------------------------------------------------------------------------------
# Variants


def regex(expression, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": expression}, "behavior": behavior, "invert": invert}


def literal(text, behavior, invert=False):
    return {"type": "Split", "pattern": {"String": text}, "behavior": behavior, "invert": invert}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def normal(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def typed(name, **options):
    return {"type": name, **options}


BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
BYTES_CUT = {**BYTES, "use_regex": True}


def metaspace(scheme, split=True):
    return typed("Metaspace", replacement="▁", prepend_scheme=scheme, split=split)


def byte_variants():
    digits = typed("Digits", individual_digits=True)
    variants = {
        "gpt-2": BYTES_CUT, "starcoder": sequence(digits, BYTES_CUT), "exaone": sequence(regex(r"\p{N}"), BYTES_CUT),
        "dbrx": sequence(regex(LLAMA3), BYTES), "llama-bpe": sequence(regex(LLAMA3), BYTES),
        "qwen2": sequence(regex(QWEN2), BYTES), "gpt-4o": sequence(regex(O200K, "Removed", True), BYTES),
        "hyperclovax": sequence(regex(r"\p{N}"), regex(CHINESE_JAPANESE), regex(DEEPSEEK), BYTES),
        "deepseek-v3": sequence(regex(r"\p{N}{1,3}"), regex(CHINESE_JAPANESE), regex(DEEPSEEK), BYTES),
        "exaone-moe": sequence(regex(EXAONE_MOE), BYTES), "tekken": sequence(regex(TEKKEN), BYTES),
        "qwen35": sequence(regex(QWEN35), BYTES),
        "superbpe": sequence(regex(r"\p{N}+"), regex(r"(?=(\d{3})+(?!\d))"), BYTES),
        "prefix space": {**BYTES_CUT, "add_prefix_space": True},
        "digits in runs": sequence(typed("Digits", individual_digits=False), typed("Punctuation", behavior="Contiguous"), BYTES_CUT),
    }
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        variants["split " + behavior] = sequence(regex(r"\s|[가-낗]", behavior), BYTES)
        variants["split inverted " + behavior] = sequence(regex(r"\p{L}+\s?", behavior, True), BYTES)
        variants["split text " + behavior] = sequence(literal(" ", behavior), BYTES)
    for name, pre_tokenizer in variants.items():
        changes = {"pre_tokenizer": pre_tokenizer}
        if name in ("llama-bpe", "tekken"):
            changes["model"] = {"ignore_merges": True}
        yield name, changes
    qwen2 = variants["qwen2"]
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield form, {"normalizer": typed(form), "pre_tokenizer": qwen2}
    yield "token rules", {"normalizer": typed("NFKC"), "pre_tokenizer": qwen2, "added_tokens": [
        added(900, "<|im_end|>", rstrip=True), added(901, "<tool>", lstrip=True, special=False),
        added(902, "a I", single_word=True, special=False), added(903, "<mask>", lstrip=True, rstrip=True, normalized=True),
        added(904, "Ａ½", normalized=True, special=False), added(905, "온돌", single_word=True, normalized=True, special=False)]}


def char_variants():
    prefix, spaces = typed("Prepend", prepend="▁"), typed("Replace", pattern={"String": " "}, content="▁")
    yield "llama 2", {"normalizer": normal(prefix, spaces)}
    yield "gemma", {"normalizer": spaces, "pre_tokenizer": literal(" ", "MergedWithPrevious")}
    yield "phi-3", {"normalizer": normal(prefix, spaces), "added_tokens": [
        added(0, "<unk>"), added(1, "<s>"), added(2, "</s>", rstrip=True), added(1300, "<|im_end|>", rstrip=True)]}
    for scheme in ("first", "always", "never"):
        for split in (True, False):
            yield f"metaspace {scheme} {split}", {"pre_tokenizer": metaspace(scheme, split), "added_tokens": [
                added(0, "<unk>"), added(1300, "<tool>", special=False)]}
    steps = {"lowercase": [typed("Lowercase")], "strip accents": [typed("NFD"), typed("StripAccents"), typed("NFC")],
             "strip": [typed("Strip", strip_left=True, strip_right=True)], "strip left": [typed("Strip", strip_left=True, strip_right=False)],
             "nmt": [typed("Nmt")], "replace": [typed("Replace", pattern={"Regex": r"\s{2,}|[0-9]+"}, content=" "), typed("NFKC")],
             "bert": [typed("BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)]}
    for name, normalizer in steps.items():
        yield name, {"normalizer": normal(*normalizer), "pre_tokenizer": metaspace("always")}


def unknown_variants():
    yield "unknown fused", {"pre_tokenizer": metaspace("always")}
    yield "unknown alone", {"pre_tokenizer": metaspace("always"), "model": {"fuse_unk": False}}
    yield "unknown left out", {"pre_tokenizer": metaspace("always"), "model": {"unk_token": None}}
    yield "kobart", {"normalizer": normal(typed("NFKC"), typed("BertNormalizer", clean_text=False, handle_chinese_chars=False,
                                                              strip_accents=False, lowercase=False)),
                     "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": True}}


def unigram_variants(charsmap):
    yield "metaspace", {}
    yield "never", {"pre_tokenizer": metaspace("never")}
    yield "whole", {"pre_tokenizer": metaspace("first", False)}
    yield "words", {"pre_tokenizer": sequence(typed("WhitespaceSplit"), metaspace("always"))}
    yield "charsmap", {"normalizer": normal(typed("Precompiled", precompiled_charsmap=base64.b64encode(charsmap).decode()),
                                            typed("Replace", pattern={"Regex": " {2,}"}, content=" "))}


def word_variants():
    cased = typed("BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=False)
    yield "bert", {}
    yield "cased", {"normalizer": cased}
    yield "accents", {"normalizer": {**cased, "strip_accents": True, "handle_chinese_chars": False}}
    yield "whitespace", {"normalizer": None, "pre_tokenizer": typed("Whitespace")}
    yield "short words", {"pre_tokenizer": typed("WhitespaceSplit"), "model": {"max_input_chars_per_word": 5}}
    for behavior in ("Removed", "MergedWithPrevious", "MergedWithNext"):
        yield "punctuation " + behavior, {"pre_tokenizer": sequence(typed("WhitespaceSplit"), typed("Punctuation", behavior=behavior))}


def apply_changes(base, changes):
    result = {**base, **{key: value for key, value in changes.items() if key != "model"}}
    result["model"] = {**base["model"], **changes.get("model", {})}
    return result


RULES = [("Ａ", "A"), ("１", "1"), ("ﬁ", "fi"), ("㈜", "(주)"), ("ß", "ss"), ("\u3000", " "), ("\u00a0", " "), ("\t", " "),
         ("e\u0301", "é"), ("½", "1/2"), ("…", "..."), ("\u200b", ""), ("ㅋㅋ", "ㅋ")]


def sentence_piece_variants(texts, folder):
    rules = "".join(f"{' '.join(f'{ord(c):X}' for c in a)}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in RULES)
    path = folder / "rules.tsv"
    path.write_text(rules)
    plain = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False, "byte_fallback": True, "character_coverage": 0.98}
    mapped = {"normalization_rule_tsv": str(path), "character_coverage": 0.98}
    options = {
        "bpe": ("bpe", {**plain, "vocab_size": 1300}),
        "bpe mapped": ("bpe", {**mapped, "vocab_size": 1100, "user_defined_symbols": ["<tool>", "Word"]}),
        "bpe without prefix": ("bpe", {**plain, "add_dummy_prefix": False, "vocab_size": 1300}),
        "unigram": ("unigram", {**mapped, "vocab_size": 900}),
        "unigram in bytes": ("unigram", {**plain, "vocab_size": 1200, "user_defined_symbols": ["<tool>"]}),
    }
    models_made = {name: sentence_piece(texts, kind, **more) for name, (kind, more) in options.items()}
    path.unlink()
    return models_made


def public_goldens(data, texts):
    import gguf

    goldens = {}
    for name in ("gpt-2", "starcoder"):
        fields = gguf.GGUFReader(data / f"tok-gguf-vocabs/ggml-vocab-{name}.gguf").fields

        def strings(key):
            field = fields["tokenizer.ggml." + key]
            return [bytes(field.parts[i]).decode() for i in field.data]

        vocab = {entry: i for i, entry in enumerate(strings("tokens"))}
        merges = [tuple(line.split(" ")) for line in strings("merges")]
        tokenizer = Tokenizer(models.BPE(vocab, merges))
        cut = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.pre_tokenizer = cut if name == "gpt-2" else pre_tokenizers.Sequence([pre_tokenizers.Digits(True), cut])
        goldens[f"tok-gguf-vocabs/ggml-vocab-{name}.gguf"] = golden(lambda text: tokenizer.encode(text).ids, texts)
    for name in ("tok-kobart/model.json", "tok-litert/tokenizer.json"):
        goldens[name] = of_huggingface(json.loads((data / name).read_text()), texts)
    for name in ("tok-llama2/tokenizer.model", "tok-litert/sentencepiece.model"):
        processor = sentencepiece.SentencePieceProcessor(model_file=str(data / name))
        goldens[name] = golden(processor.encode, texts)
    ranks = {}
    for line in (data / "tok-llama3-tiktoken/tokenizer.model").read_text().splitlines():
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    goldens["tok-llama3-tiktoken/tokenizer.model"] = golden(llama3(ranks), texts)
    return goldens


def llama3(ranks):
    """Byte pairs by rank, as tiktoken merges them, on the words that Hugging Face's Split cuts."""
    split = pre_tokenizers.Split(Regex(LLAMA3), "isolated")

    def encode_word(word):
        if word in ranks:
            return [ranks[word]]
        parts = [word[i:i + 1] for i in range(len(word))]
        while len(parts) > 1:
            pairs = [(ranks.get(parts[i] + parts[i + 1], 1 << 30), i) for i in range(len(parts) - 1)]
            rank, i = min(pairs)
            if rank == 1 << 30:
                break
            parts[i:i + 2] = [parts[i] + parts[i + 1]]
        return [ranks[part] for part in parts]

    return lambda text: [id for word, _ in split.pre_tokenize_str(text) for id in encode_word(word.encode())]


def main():
    folder = Path(sys.argv[1])
    texts = make_texts()
    assert len(texts) >= 2000, len(texts)
    with open(folder / "wide_texts.jsonl", "w", encoding="utf-8") as out:
        for text in texts:
            out.write(json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").replace("\u2028", "\\u2028") + "\n")
    # not the lines of all syllables, whose characters would fill a small vocabulary
    training = [text for text in texts if 3 < len(set(text)) and not any(c in text for c in ("\0", "\ufffe", "<unk>", "s>"))
                and not (len(text) == 28 and all("가" <= c <= "힣" for c in text))]
    models_made = sentence_piece_variants(training, folder)
    charsmap = pieces_of(models_made["bpe mapped"]).normalizer_spec.precompiled_charsmap
    unknown = sentence_piece(training, "bpe", vocab_size=1000, character_coverage=0.98, normalization_rule_name="identity")
    bases = {"byte BPE": byte_level_base(training), "character BPE": char_bpe_base(models_made["bpe"]),
             "BPE with unknown": char_bpe_base(unknown), "unigram": unigram_base(training),
             "word piece": word_piece_base(training), "BPE with suffix": suffix_base(training)}
    makers = {"byte BPE": byte_variants(), "character BPE": char_variants(), "BPE with unknown": unknown_variants(),
              "unigram": unigram_variants(charsmap), "word piece": word_variants(), "BPE with suffix": [("suffix", {})]}
    variants = []
    for base, maker in makers.items():
        for name, changes in maker:
            variants.append({"name": name, "base": base, "changes": changes,
                             **of_huggingface(apply_changes(bases[base], changes), texts)})
    for name, model in models_made.items():
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        variants.append({"name": name, "model": base64.b64encode(model).decode(), **golden(processor.encode, texts)})
    files = {"wide_variants": {"bases": bases, "variants": variants}}
    if len(sys.argv) > 2:
        files["wide_public"] = public_goldens(Path(sys.argv[2]), texts)
    for name, content in files.items():
        with open(folder / f"{name}.json", "w", encoding="utf-8") as out:
            json.dump(content, out, ensure_ascii=False, separators=(",", ":"))
            out.write("\n")


if __name__ == "__main__":
    main()
