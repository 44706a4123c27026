"""Hangul morphology: syllables as jamo, particles that follow a final consonant, verb forms.

A syllable is 0xAC00 + (lead * 21 + vowel) * 28 + tail (Unicode chapter 3.12). Everything here follows
the standard orthography; slips and dialect are added elsewhere, so that a form is wrong only on purpose.
"""

import re
from functools import lru_cache

VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
RIEUL = TAILS.index("ㄹ")
BRIGHT = (VOWELS.index("ㅏ"), VOWELS.index("ㅗ"), VOWELS.index("ㅑ"))


def split(syllable):
    """(lead, vowel, tail) indices of one Hangul syllable."""
    code = ord(syllable) - 0xAC00
    return code // 588, code // 28 % 21, code % 28


def join(lead, vowel, tail=0):
    return chr(0xAC00 + (lead * 21 + vowel) * 28 + tail)


def is_syllable(char):
    return "가" <= char <= "힣"


# How the digits and the letters that end device names and numbers are read aloud: their final consonant.
READ_TAIL = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "L": "ㄹ", "M": "ㅁ", "N": "ㄴ", "R": "ㄹ"}


def tail_of(char):
    """Index of the final consonant of a character as it is read; 0 when there is none."""
    if is_syllable(char):
        return split(char)[2]
    return TAILS.index(READ_TAIL.get(char.upper(), ""))


# particle after a vowel -> particle after a consonant
PARTICLES = {"를": "을", "가": "이", "는": "은", "로": "으로", "랑": "이랑", "와": "과", "야": "이야", "예": "이에",
             "나": "이나", "라": "이라", "면": "이면", "고": "이고", "지": "이지", "냐": "이냐", "네": "이네", "다": "이다", "니": "이니",
             "거": "이거", "더": "이더", "잖": "이잖", "구": "이구", "에요": "이에요"}
_MARK = re.compile(r"(.)\^(에요|[를가는로랑와야예나라면고지냐네다니거더잖구])")


def attach(text):
    """Turns every `^를` of a template into 를 or 을, as the character before it asks."""
    def choose(match):
        char, particle = match.groups()
        tail = tail_of(char)
        if tail == 0 or (particle == "로" and tail == RIEUL):
            return char + particle
        return char + PARTICLES[particle]
    return _MARK.sub(choose, text) if "^" in text else text


REGULAR_BIEUP = set("입잡씹뽑좁집업꼽접")


def soft(stem):
    """The stem as it stands before 으 and 어 when it is irregular: 덥 -> 더우, 듣 -> 들; else None."""
    lead, vowel, tail = split(stem[-1])
    if TAILS[tail] == "ㅂ" and stem[-1] not in REGULAR_BIEUP:
        return stem[:-1] + join(lead, vowel) + "우"
    if stem[-1] == "듣":
        return stem[:-1] + "들"
    return None


@lru_cache(maxsize=None)
def infinitive(stem):
    """The 아/어 form of a verb stem: 끄 -> 꺼, 맞추 -> 맞춰, 닫 -> 닫아, 하 -> 해, 덥 -> 더워."""
    last = stem[-1]
    if last == "돕":
        return stem[:-1] + "도와"
    softened = soft(stem)
    if softened:
        return infinitive(softened) if softened[-1] == "우" else softened + "어"
    lead, vowel, tail = split(last)
    name = VOWELS[vowel]
    if last == "하":
        return stem[:-1] + "해"
    if tail:
        return stem + ("아" if vowel in BRIGHT else "어")
    if last == "르" and len(stem) > 1:  # 고르 -> 골라, 누르 -> 눌러
        before = split(stem[-2])
        bright = before[1] in BRIGHT
        return stem[:-2] + join(before[0], before[1], RIEUL) + ("라" if bright else "러")
    if name == "ㅡ":  # 끄 -> 꺼, 잠그 -> 잠가
        bright = len(stem) > 1 and split(stem[-2])[1] in BRIGHT
        return stem[:-1] + join(lead, VOWELS.index("ㅏ" if bright else "ㅓ"))
    contracted = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}.get(name)
    if contracted:
        return stem[:-1] + join(lead, VOWELS.index(contracted))
    return stem if name in "ㅏㅓㅕㅐㅔ" else stem + "어"


@lru_cache(maxsize=None)
def southern(stem):
    """The 아/어 form in Gyeongsang: 맞추 -> 맞차, 키우 -> 키아."""
    lead, vowel, tail = split(stem[-1])
    return stem[:-1] + join(lead, VOWELS.index("ㅏ")) if VOWELS[vowel] == "ㅜ" and not tail else infinitive(stem)


@lru_cache(maxsize=None)
def with_tail(text, tail):
    """Puts a consonant under the last syllable: 꺼 + ㅆ -> 껐."""
    lead, vowel, _ = split(text[-1])
    return text[:-1] + join(lead, vowel, TAILS.index(tail))


@lru_cache(maxsize=None)
def past(stem):
    """The past base: 끄 -> 껐, 닫 -> 닫았."""
    return with_tail(infinitive(stem), "ㅆ")


@lru_cache(maxsize=None)
def modifier(stem, consonant):
    """The form before a noun: (끄, ㄴ) -> 끈, (끄, ㄹ) -> 끌, (닫, ㄹ) -> 닫을, (열, ㄴ) -> 연."""
    softened = soft(stem)
    if softened:
        return with_tail(softened, consonant) if softened[-1] == "우" else softened + ("은" if consonant == "ㄴ" else "을")
    tail = split(stem[-1])[2]
    if tail == 0 or tail == RIEUL:
        return with_tail(stem, consonant)
    return stem + ("은" if consonant == "ㄴ" else "을")


@lru_cache(maxsize=None)
def with_eu(stem, ending):
    """An ending that takes 으 after a consonant: 면 -> 끄면, 닫으면, 열면; 세요 -> 여세요; 니까 -> 여니까."""
    softened = soft(stem)
    if softened:
        return softened + ("" if softened[-1] == "우" else "으") + ending
    tail = split(stem[-1])[2]
    if tail == 0:
        return stem + ending
    if tail == RIEUL:
        return (with_tail(stem, "") if ending[0] in "세시니십" else stem) + ending
    return stem + "으" + ending


@lru_cache(maxsize=None)
def plain(stem, verb):
    """The dictionary-like statement: 덥 -> 덥다, 가 -> 간다, 먹 -> 먹는다, 만들 -> 만든다."""
    if not verb:
        return stem + "다"
    tail = split(stem[-1])[2]
    return with_tail(stem, "ㄴ") + "다" if tail in (0, RIEUL) else stem + "는다"


@lru_cache(maxsize=None)
def formal(stem):
    """The 합쇼 statement: 춥 -> 춥습니다, 크 -> 큽니다, 먹었 -> 먹었습니다."""
    tail = split(stem[-1])[2]
    return with_tail(stem, "ㅂ") + "니다" if tail in (0, RIEUL) else stem + "습니다"


@lru_cache(maxsize=None)
def nominal(stem):
    """The form in ㅁ: 덥 -> 더움, 끝나 -> 끝남, 없 -> 없음."""
    softened = soft(stem)
    if softened:
        return with_tail(softened, "ㅁ") if softened[-1] == "우" else softened + "음"
    tail = split(stem[-1])[2]
    if tail == 0:
        return with_tail(stem, "ㅁ")
    return stem + "음" if tail != RIEUL else with_tail(stem, "ㄻ")


@lru_cache(maxsize=None)
def before_n(stem):
    """The stem before ㄴ and ㅅ endings, where ㄹ falls: 만들 -> 만드(는데)."""
    return with_tail(stem, "") if split(stem[-1])[2] == RIEUL else stem
