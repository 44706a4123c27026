"""Statements in every way of ending a sentence: 덥다, 더운데, 덥네요, 더워 죽겠어, 덥습니다, 더움.

A template marks its predicate: `<덥>` an adjective, `<v:자>` a verb, `<p:먹>` a past, `<f:자>` an intention, `<n:밤>` a noun with 이다,
`<q:오>` and `<x:춥>` a question with a verb, with an adjective.
`lead` endings go on to a request (더우니까 …), `end` endings stand alone.
"""

import re

from hangul import attach, before_n, formal, infinitive, modifier, nominal, past, plain, with_eu
from phrase import Phrase

_MARK = re.compile(r"<(?:([vpfnqx]):)?([^<>]+)>")

# {I} 아/어 form, {S} stem, {N} +ㄴ, {B} stem before ㄴ, {D} statement in 다, {F} 합쇼, {M} form in ㅁ, {E} + 으; 
END = {
    "a": Phrase("{I}*24|{I}요*7|{S}네*16|{S}네요*6|{S}다*14|{S}구나*2|{S}구만|{S}구먼|{F}*2|{S}거든*3|{S}거든요|{S}잖아*4|{S}지*2|{N} 것 같아*5|{N} 것 같아요|{N} 거 같아*2|{N} 것 같네|{N}데*5|{N}데요*2|{S}다 진짜*2|{S}당|{M}*2|{N}듯*2|{I} 죽겠어*2|{I} 죽겠다*2|{I} 죽겠네*2|{I}유|{S}네유|{S}구먼유|{S}네잉|{S}당께|{S}데이|{S}노|{N}걸|{S}긴 하네|{E}려나|{S}다니까|{S}지 않아?"),
    "v": Phrase("{I}*22|{I}요*6|{B}네*14|{B}네요*5|{D}*14|{F}*2|{S}거든*3|{S}잖아*4|{B}는 것 같아*4|{B}는 거 같아*2|{B}는데*8|{B}는데요*3|{S}고 있어*4|{S}고 있네|{M}*2|{B}는구나|{B}는구만|{I}유|{S}네유|{B}나 봐*3|{B}나 봐요|{S}지|{S}더라*2|{B}는 중이야*2|{B}는 듯*2|{D} 야"),
    "p": Phrase("{P}어*26|{P}어요*7|{P}네*9|{P}네요*3|{P}다*9|{P}습니다*3|{P}거든*3|{P}잖아*2|{P}는데*8|{P}는데요*3|{P}나 봐*3|{P}음*3|{P}구나|{P}지*2|{P}던데|{P}어유|{P}당|{P}엉|{P}는걸|{P}더라고|{P}더라|{P}단다|{P}소|{P}심더"),
    "f": Phrase("{C} 거야*12|{C}거야*3|{C} 거예요*3|{C}게*9|{C}게요*3|{C}래*4|{C}래요|{E}려고*8|{E}려고요*2|{E}려구|{I}야 해*4|{I}야 돼*6|{I}야 돼요*2|{I}야겠다*5|{I}야겠어*2|{I}야지*3|{C} 건데*3|{C} 예정이야|{C} 생각이야|{E}련다|{D}*3|{S}자*2|{C} 시간이야*2|{C}라고|{C}끄야|{C}낀데|{C} 거임*2|{I}야 함|{S}고 싶어*3|{S}고 싶다*2"),
    "n": Phrase("^야*14|^에요*4|입니다*3|^네*6|^네요*2|^다*4|인데*5|인데요*2|^지*2|^거든|인 것 같아*2|^구나|임*2|인 듯|^잖아*2|^구만"),
    "q": Phrase("{I}?*20|{I}*5|{B}나?*6|{B}나요?*6|{B}니?*4|{C}까?*5|{C}까요?*3|{I}요?*8|{B}는지 알려줘*4|{B}는지 궁금해*2|{B}는지 알아?*2|{B}냐*2|{B}는 거야?*4|{B}는 건가?*2|{B}는가|{B}는지 모르겠네|{M}?|{B}는지 아니?|{F}까"),
    "x": Phrase("{I}?*20|{I}*5|{N}가?*5|{N}가요?*5|{S}니?*4|{S}나?*3|{C}까?*5|{C}까요?*3|{I}요?*8|{N}지 알려줘*4|{N}지 궁금해*2|{N} 거야?*5|{N} 건가?*2|{N}지 모르겠네|{S}냐*2"),
}
LEAD = {
    "a": Phrase("{N}데*26|{E}니까*16|{E}니*3|{I}서*12|{I}서 그런데*4|{N}데요*4|{E}니까요|{S}다*6|{S}네*10|{I}*10|{I}요*3|{S}네요*3|{N}데 말이야|{I} 죽겠어*3|{I} 죽겠다*2|{I} 죽겠네*2|{I} 죽겠는데|{I} 미치겠다|{I}서 못 살겠다|{I}서 못 살겠어|{N} 것 같아*3|{N} 것 같은데*4|{N} 거 같아*2|{N} 것 같아서*2|{S}거든*2|{S}잖아*2|{I} 가지고*2|{S}길래|{S}구나*2|{S}구만|{S}구먼|{F}|{S}당|{N}디*2|{S}다 야|{E}니께|{N}듯|{I}유"),
    "v": Phrase("{B}는데*26|{E}니까*12|{I}서*8|{B}네*8|{D}*8|{I}*9|{I}요*3|{B}네요*3|{B}는데요*3|{B}는 것 같아*2|{B}는 것 같은데*3|{B}는 거 같은데*2|{S}고 있어*3|{S}고 있는데*4|{S}고 있으니까*3|{S}고 있거든|{B}는 중이라*2|{B}는 중이니까*2|{B}는 중인데*3|{S}거든*2|{S}잖아*2|{S}길래|{B}나 봐|{B}는디|{I} 가지고"),
    "p": Phrase("{P}는데*18|{P}으니까*14|{P}어*16|{P}어요*5|{P}네*5|{P}다*6|{P}는데요*3|{P}거든*4|{P}거든요*2|{P}더니*3|{P}으니*3|{P}네요*2|{P}습니다*2|{P}나 봐|{P}길래|{P}잖아*2|{P}는디|{P}으니께|{P}음|{P}엉"),
    "f": Phrase("{C} 거야*7|{C} 거니까*9|{C} 건데*9|{C}거니까*2|{C}건데*2|{E}려고*9|{E}려고 하는데*4|{E}려고 하니까*2|{E}려는데*4|{E}려고요*3|{E}려구*2|{I}야 하니까*4|{I}야 하는데*4|{I}야 돼*5|{I}야 되는데*3|{I}야 해*4|{I}야 되니까*3|{I}야 해서*3|{I}야겠다*3|{I}야지*2|{C}게*6|{C}래*3|{C}게요*2|{S}게*14|{S}자*2|{S}도록*2|{D}*2|{C} 거예요*2|{C} 거라서*3|{C}라고|{C} 시간이야*2|{E}련다|{C} 거임|{C}낀데|{C}라니까|{S}고 싶어*2|{S}고 싶은데*3"),
    "n": Phrase("^야*8|^에요*2|^네*5|^다*2|인데*14|^니까*10|^라*6|^라서*6|인데요*2|^거든|입니다"),
}


class _Forms:
    """The forms a predicate ending asks for."""

    def __init__(self, stem, kind):
        self.stem, self.kind = stem, kind

    def __getitem__(self, name):
        stem = self.stem
        if name == "I":
            return infinitive(stem)
        if name == "S":
            return stem
        if name == "N":
            return (before_n(stem) + "는") if stem[-1] in "있없" else modifier(stem, "ㄴ")
        if name == "B":
            return before_n(stem)
        if name == "C":
            return modifier(stem, "ㄹ")
        if name == "P":
            return past(stem)
        if name == "D":
            return plain(stem, self.kind in "vf")
        if name == "F":
            return formal(stem)[:-1] if self.kind == "q" else formal(stem)
        if name == "M":
            return nominal(stem)
        return "\x00"


def say(text, chance, lead):
    """The template with its predicate in some ending; `lead` when a request follows."""
    def ending(match):
        kind, stem = match.group(1) or "a", match.group(2)
        phrase = (LEAD if lead else END).get(kind) or END[kind]
        if kind == "n":
            return stem + phrase.draw(chance)
        said = phrase.draw(chance, _Forms(stem, kind))
        if "\x00" in said:
            said = with_eu(stem, said[1:])
        return said
    return attach(_MARK.sub(ending, text)) if "<" in text else attach(text)
