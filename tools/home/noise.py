"""How people type: missing and odd spaces, punctuation, emoticons, misspellings, slips of the keyboard.

Nothing here may change what is asked: verbs that decide on or off, numbers and their units are never touched by a slip.
"""

import re

from hangul import TAILS, VOWELS, is_syllable, join, split

# Ordinary misspellings: right -> wrong ones.
SPELLINGS = {
    "켜줘": ("켜죠", "켜조", "켜쥬", "켜줘어", "켜 줘잉", "켜쥬라", "켜줫"), "꺼줘": ("꺼조", "꺼죠", "꺼쥬", "꺼줘어", "꺼쥐", "꺼줫"), "틀어줘": ("틀어조", "틀어죠", "틀어쥬", "트러줘", "틀어줭"),
    "해줘": ("해조", "해죠", "해쥬", "해줘어", "해쥐", "헤줘"), "맞춰줘": ("맞쳐줘", "마춰줘", "맞춰조", "맞처줘", "맟춰줘", "맞줘줘"), "맞춰": ("맞쳐", "마춰", "맟춰", "맞처", "마쳐"), "낮춰": ("낮쳐", "낯춰", "낮처", "나춰"),
    "올려줘": ("올려조", "올려죠", "올려쥬"), "내려줘": ("내려조", "내려죠"), "줄여줘": ("줄여조", "줄여죠", "줄어줘"), "잠가": ("잠궈", "잠거"), "잠그고": ("잠구고",), "돌려줘": ("돌려조", "돌려죠", "돌료줘"), "닫아줘": ("닫아조", "다다줘", "닫아죠"),
    "주세요": ("주세여", "주세용", "주셰요", "주새요", "주세욤", "주서요"), "할래": ("할레",), "줄래": ("줄레", "줄랭"), "됐어": ("됬어", "됫어"), "돼": ("되",), "됐": ("됬",), "어떻게": ("어떡게", "어떻해", "어케"), "왜 이렇게": ("왤케", "왜케", "왜이렇게", "왜이리"),
    "너무": ("넘", "너모", "느무"), "진짜": ("찐", "진쨔", "ㄹㅇ"), "에어컨": ("에어콘", "에어컨"), "켜고": ("키고", "켜구"), "끄고": ("끄구",), "하고": ("하구",), "그리고": ("글구", "그리구", "글고"), "뒤에": ("뒤애", "디에", "뒤에"), "있어": ("있엉", "잇어", "이써"),
    "있어?": ("있엉?", "잇어?", "있어??"), "몇": ("몇", "몃", "멫"), "얼마나": ("얼마나", "올마나", "얼만큼"), "괜찮": ("갠찮", "괜찬"), "좀": ("쫌", "쫌", "점"), "조금": ("쪼금", "쬐금", "쪼끔"), "시끄러": ("시끄러", "시끄로"), "세게": ("쎄게", "새게", "쌔게"),
    "온도": ("온도", "운도"), "이따가": ("있다가", "이따"), "있다가": ("이따가",), "볼륨": ("볼륨", "볼룸", "볼률"), "채널": ("체널", "채널", "채녈"), "청소": ("청소", "쳥소"), "거실": ("거실", "겨실"), "화장실": ("화장실", "하장실"),
    "추운데": ("춥운데", "추은데"), "더운데": ("더은데", "덥운데"), "어두워": ("어두어", "어둬"), "시간": ("시간", "시칸"), "단계": ("단계", "단게", "단꼐"), "고마워": ("고마어", "고마웡", "ㄱㅅ"), "빨리": ("빨랑", "빨리"), "얼른": ("언능", "얼릉", "얼렁"),
    "그만": ("고만",), "깜빡": ("깜박",), "귀찮": ("귀찬",), "거야": ("꺼야", "거양"), "할게": ("할께",), "올게": ("올께",), "잘게": ("잘께",),
}
SPELLING = re.compile("|".join(sorted(map(re.escape, SPELLINGS), key=len, reverse=True)))

# Syllables a slip must leave alone: what tells on from off, up from down, one number, room or unit from another.
FIXED = set("불문등켜꺼끄껐켰틀열닫잠올내높낮줄키걷치따멈정시작돌하나둘셋넷한두세네다섯여섯일곱덟아홉열스물무서른마흔쉰일이삼사오육칠팔구십백영공도분간반단퍼프번강약냉난제습탈헹말아니안못마놔둬취소됐몇얼남무슨")
NEIGHBOUR = {"ㅏ": "ㅓㅑ", "ㅓ": "ㅏㅕ", "ㅐ": "ㅔ", "ㅔ": "ㅐ", "ㅗ": "ㅛㅓ", "ㅜ": "ㅠㅡ", "ㅡ": "ㅜ", "ㅣ": "ㅡ", "ㅕ": "ㅓ", "ㅛ": "ㅗ", "ㅠ": "ㅜ", "ㅑ": "ㅏ", "ㅝ": "ㅓ"}
EMOTION = ("ㅋㅋ", "ㅎㅎ", "ㅠㅠ", "ㅜㅜ", "ㅋ", "ㅋㅋㅋ", "ㅎ", "^^", "~", "~~", "!", "!!", ".", "..", "...", "ㅠ", "ㅇㅇ", ":)", "♡", "!!!", ";;", "~!", ",", "ㅎㅎㅎ", " ㅋㅋㅋㅋ", " ㅎㅎ", " ㅠㅠ", "😊", "🙏", "ㅜ")
SPACES = re.compile(r" {2,}")


def tidy(text):
    """One blank between words, none before punctuation."""
    return SPACES.sub(" ", text).replace(" ,", ",").replace(" .", ".").replace(" ?", "?").replace("?.", "?").replace("?,", "?").strip(" ,")


def misspell(text, chance):
    def wrong(match):
        return chance.pick(SPELLINGS[match.group()]) if chance.happens(0.5) else match.group()
    return SPELLING.sub(wrong, text)


def slip(text, chance):
    """One slip of the keyboard in a syllable that decides nothing."""
    free = [index for index, char in enumerate(text) if is_syllable(char) and char not in FIXED]
    if not free:
        return text
    index = chance.pick(free)
    char = text[index]
    lead, vowel, tail = split(char)
    draw = chance.random()
    if draw < 0.35:  # a neighbouring vowel
        options = NEIGHBOUR.get(VOWELS[vowel])
        if not options:
            return text
        wrong = join(lead, VOWELS.index(chance.pick(options)), tail)
        if wrong in FIXED:
            return text
    elif draw < 0.55:  # a vowel typed twice
        wrong = char + VOWELS[vowel] if not tail else char
    elif draw < 0.7 and tail and len(TAILS[tail]) == 1:  # the final consonant lost
        wrong = join(lead, vowel)
        if wrong in FIXED:
            return text
    elif draw < 0.85 and tail:  # typed twice
        wrong = char + TAILS[tail] if TAILS[tail] in "ㄱㄴㄷㄹㅁㅂㅅㅇㅈ" else char
    else:
        wrong = char + char if chance.happens(0.2) else char
    return text[:index] + wrong + text[index + 1:]


def respace(text, chance):
    draw = chance.random()
    if draw < 0.22:
        return text.replace(" ", "")
    words = text.split(" ")
    if draw < 0.86:  # some blanks are missing
        share = 0.25 + 0.45 * chance.random()
        out = words[0]
        for word in words[1:]:
            out += word if chance.happens(share) else " " + word
        return out
    spots = [i for i in range(1, len(text)) if is_syllable(text[i - 1]) and is_syllable(text[i])]  # a blank too many
    for _ in range(1 + (draw > 0.95)):
        if spots:
            i = chance.pick(spots)
            text = text[:i] + " " + text[i:]
            spots = [s for s in spots if s < i]
    return text


def noisy(text, chance):
    """The text as someone might type or dictate it."""
    text = tidy(text)
    draw = chance.random()
    if draw < 0.10:
        text = misspell(text, chance)
    elif draw < 0.14:
        text = slip(text, chance)
    elif draw < 0.15:
        text = slip(misspell(text, chance), chance)
    if chance.happens(0.008):  # 에, 에어컨 좀 켜줘
        first = text.split(" ")[0]
        text = (first if chance.happens(0.5) else text[0]) + chance.pick((" ", ", ", ".. ", "... ")) + text
    draw = chance.random()
    if draw < 0.20:
        text = respace(text, chance)
    draw = chance.random()
    if draw < 0.17:
        if text[-1] not in "?!.~":
            text += chance.pick(EMOTION)
    elif draw < 0.21:
        text += chance.pick(EMOTION)
    elif draw < 0.31 and text[-1] not in "?!.~,;^":
        text += "."
    elif draw < 0.36:
        text = text.replace("?", "").replace(",", "")
    elif draw < 0.38 and text.endswith("?"):
        text += "?"
    elif draw < 0.40:
        text = chance.pick(("ㅋㅋ ", "아 ", "ㅎㅎ ", "ㅠㅠ ", "하 ", "..", "야 ", "어 ")) + text
    return text
