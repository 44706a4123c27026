"""Numbers as people say and write them: 24도, 24 도, 이십사도, 스물네 도; 한 시간 반; 두 단계."""

SINO_DIGITS = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]
NATIVE_ONES = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]


def sino(number):
    """24 -> 이십사; 0 to 999."""
    if number == 0:
        return "영"
    text = ""
    for unit, name in ((100, "백"), (10, "십")):
        digit, number = divmod(number, unit)
        if digit:
            text += (SINO_DIGITS[digit] if digit > 1 else "") + name
    return text + SINO_DIGITS[number]


def native(number):
    """24 -> 스물네, 20 -> 스무; the form before a counter, 1 to 99."""
    tens, ones = divmod(number, 10)
    if number == 20:
        return "스무"
    return NATIVE_TENS[tens] + NATIVE_ONES[ones]


def _apart(chance, text):
    """이십 사, 스물 네: a blank after the tens now and then."""
    if len(text) > 2 and chance.happens(0.1):
        for tens in ("십", "스물", "열", "서른"):
            at = text.find(tens) + len(tens)
            if at >= len(tens) and at < len(text):
                return text[:at] + " " + text[at:]
    return text


def _unit(chance, number_text, unit, spaced):
    if not number_text[0].isdigit():
        number_text = _apart(chance, number_text)
    return number_text + (" " if chance.happens(spaced) else "") + unit


def degrees(chance, number):
    style = chance.random()
    if style < 0.72:
        return _unit(chance, str(number), chance.pick(("도", "도", "도", "도", "도", "도", "도", "도", "℃", "도씨")
                                                       if style < 0.03 else ("도",)), 0.08)
    if style < 0.90 or not 1 <= number <= 39:
        return _unit(chance, sino(number), "도", 0.4)
    return _unit(chance, native(number), "도", 0.55)


def percent(chance, number):
    style = chance.random()
    if style < 0.35:
        return str(number) + "%"
    if style < 0.72:
        return _unit(chance, str(number), chance.pick(("퍼센트", "프로", "프로", "퍼")), 0.1)
    return _unit(chance, sino(number), chance.pick(("퍼센트", "프로", "프로")), 0.4)


def plain(chance, number):
    return str(number) if chance.happens(0.75) else sino(number)


def brightness(chance, number):
    return percent(chance, number) if chance.happens(0.65) else plain(chance, number)


def volume_step(chance, number):
    """How much louder: 5, 두 칸."""
    if number <= 5 and chance.happens(0.12):
        return _unit(chance, native(number) if chance.happens(0.6) else str(number), "칸", 0.4)
    return plain(chance, number)


def volume(chance, number):
    return percent(chance, number) if chance.happens(0.06) else plain(chance, number)


def channel(chance, number):
    return _unit(chance, plain(chance, number), "번", 0.06)


def level_goal(chance, number):
    """A level to reach: 3단계, 삼단, 3."""
    unit = chance.pick(("단계", "단계", "단계", "단", "단", "단", "레벨", "칸") if number <= 5 else ("단계", "단", "레벨"))
    if unit == "칸":
        unit = "단계"
    if unit == "레벨" and chance.happens(0.6):
        return "레벨 " + plain(chance, number)
    text = str(number) if chance.happens(0.68) else sino(number)
    return _unit(chance, text, unit, 0.1 if text[0].isdigit() else 0.3)


def level_step(chance, number):
    """By how many levels: 한 단계, 두 단, 1단계."""
    unit = chance.pick(("단계", "단계", "단계", "단"))
    style = chance.random()
    if style < 0.62:
        return _unit(chance, native(number), unit, 0.6)
    if style < 0.93:
        return _unit(chance, str(number), unit, 0.08)
    return _unit(chance, sino(number), unit, 0.2)


def minutes(chance, total):
    """A span of time: 30분, 삼십 분, 반 시간, 한 시간 반, 1시간30분, 90분."""
    hours, rest = divmod(total, 60)
    if hours == 0 or (total <= 200 and rest and chance.happens(0.2)) or (total <= 180 and not rest and chance.happens(0.08)):
        if total == 30 and chance.happens(0.06):
            return chance.pick(("반시간", "반 시간"))
        if chance.happens(0.7):
            return _unit(chance, str(total), "분", 0.07)
        return _unit(chance, sino(total), "분", 0.4)
    style = chance.random()
    if style < 0.5:
        text = _unit(chance, str(hours), "시간", 0.06)
    elif style < 0.97 and hours <= 12:
        text = _unit(chance, native(hours), "시간", 0.55)
    else:
        text = _unit(chance, str(hours), "시간", 0.06)
    if rest == 0:
        return text
    if rest == 30 and chance.happens(0.6):
        return text + (" 반" if chance.happens(0.75) else "반")
    words = str(rest) if chance.happens(0.7) else sino(rest)
    return text + (" " if chance.happens(0.7) else "") + _unit(chance, words, "분", 0.08)
