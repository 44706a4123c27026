"""What follows a verb stem: requests of every politeness level, links to the next clause, promises, bans.

A template names the form it needs: {I} the 아/어 form (꺼), {K} the same as said in Gyeongsang (맞차), {B} the stem before ㄴ (여), {S} the stem (끄), {C} +ㄹ (끌), {N} +ㄴ (끈), {P} the past (껐),
{E}면 {E}니까 with 으 after a consonant. A blank before 줘 and its like is written or not: `_`.
"""

from hangul import before_n, infinitive, modifier, past, southern, with_eu
from phrase import Phrase

# Requests to the house.
REQUEST = Phrase.lines("""
    {I}_줘*150
    {I}_줘요*14
    {I}_주세요*62
    {I}_줄래*22
    {I}_줄래요*7
    {I}_줄래?*12
    {I}*34
    {I}요*5
    {I}라*16
    {I}줘라*4
    {I}_주라*8
    {I}_주십시오*5
    {I}_주실래요*4
    {I}_주실래요?*3
    {I}_주시겠어요?*3
    {I}_주시겠습니까|{I}_주실 수 있나요|{I}_주실 수 있어요?|{I}_주실 수 있을까요?*2
    {I}_주겠니|{I}_주겠어?|{I}_주겠나
    {I}_줄 수 있어?*5|{I}_줄 수 있어*2|{I}_줄 수 있나|{I}_줄 수 있니|{I}_줄 수 있나요|{I}_줄수있어?|{I}_줄 수 있을까?*3|{I}_줄 수 있을까요
    {I}_줬으면 좋겠어*2|{I}_줬으면 해|{I}_줬으면 하는데|{I}_줬음 좋겠다|{I}_줬으면 좋겠는데|{I}_줬으면 좋겠네
    {I}_주면 안 돼?*3|{I}_주면 안될까?*2|{I}_주면 안 될까|{I}_주면 안되나|{I}_주면 안돼?|{I}_주면 안 되겠니
    {I}_주면 좋겠어|{I}_주면 좋겠다|{I}_주면 좋겠는데|{I}_주면 고맙겠어|{I}_주면 감사하겠습니다|{I}_주면 좋을 것 같아|{I}_주면 돼
    {E}면 좋겠어*2|{E}면 좋겠다*2|{E}면 좋겠는데|{E}면 좋을 것 같아|{E}면 좋겠네
    {E}면 안 될까?|{E}면 안될까|{E}면 안 돼?
    {P}으면 좋겠어*2|{P}으면 좋겠다*2|{P}으면 하는데|{P}으면 해|{P}으면 싶은데|{P}음 좋겠다|{P}으면 좋겠는데
    {I}_봐*7|{I}_봐라*2|{I}_봐요|{I}_보자|{I}_봐줘|{I}_봐 봐
    {I}_놔*7|{I}_둬*3|{I}_놔줘*5|{I}_놔 줘*2|{I}_놔라|{I}_놓아 줘|{I}_둬라|{I}_놓으세요|{I}_놔주세요|{I}_두세요|{I}_놔요
    {E}세요*5|{E}십시오*2|{E}시오|{E}세용
    {S}자*7|{S}자꾸나|{I}보자꾸나
    {S}도록 해*2|{S}도록|{S}도록 해줘|{S}게 해줘|{S}게 해
    {S}지|{S}지 그래|{S}지그래
    {I}_주렴|{E}렴|{I}_주려무나|{I}_다오*2|{I}_주게|{S}게나|{I}_주시게|{I}_달라고
    {I}야 될 것 같아|{I}야지|{I}야겠어|{I}야겠다|{I}야 할 것 같아
    {S}고 싶어|{S}고 싶은데
    {I}_줘봐*2|{I}_줘 봐|{I}_줘잉|{I}_줘용*2|{I}_주라고|{I}_달라니까|{I}_줘야지|{I}_줘야겠어
    {I}_조*5|{I}_죠*3|{I}_줘여|{I}_쥬*2|{I}_쥐|{I}_주세여*2|{I}_주세용*2|{I}_주세욤|{I}_주셔요|{I}_쥬세요|{I}_주삼*2|{I}_줭|{I}_주떼요|{I}_조라|{I}_주새요|{I}_줘ㅓ|{I}_주세요오|{I}_주셈
    {I}_도*4|{I}_도고|{I}_주이소*3|{I}_주소*2|{I}라이|{I}라 마|{I}_봐라 좀|{I}_주이소 마|{I}주라 쫌
    {K}라*2|{K}봐라|{K}주이소*2|{K}도*2|{K}라 고마|{K}라 쫌|{S}봐라|{K} 주소|{K}보이소|{K}줄끼제
    {I}부러*2|{I}_주랑께|{I}_주소잉|{I}랑께|{I}_줘야 쓰겄다|{I}_보소
    {I}_줘유*3|{I}_봐유*2|{I}유|{I}_줘봐유|{I}_주셔유
    {I}_줬으면*2|{I}_줬음|{P}으면|{I}도 돼|{I}도 될 것 같아|{C} 것|{C} 시간이야|{I}_주면 안 되겠니|{I}_주라니까|{I}_주라구|{I}_주라잉|{I}_줘야 해
    {B}는 게 좋겠어*2|{B}는 게 좋겠다*2|{B}는 게 좋을 것 같아|{B}는 게 낫겠어|{B}는 게 좋겠네|{B}는 게 어때?*2|{B}는 거 어때?|{E}면 어떨까?*2|{E}면 어때?|{I}_주는 거 가능해?|{I}_주는 거 가능할까?|{I}_줄 수 있지?|{C} 수 있을까?*2|{C} 수 있을까요?|{I}_줄 거지?|{B}는 거 부탁해|{I}_주는 거 부탁해
    {I}_주시면 좋겠어요*2|{I}_주시면 감사하겠습니다*2|{I}_주시면 고맙겠습니다|{I}_주시면 안 될까요?*2|{I}_주시면 돼요|{I}_주시겠어요*2|{I}_주실까요?|{I}_주실 수 있을까요*2|{I}_주시길 바랍니다|{I}_주시라요|{I}_주시지요|{I}_주시죠
    {I}_줘 플리즈|{I}_줘 ㄱㄱ|{S}기 ㄱㄱ|{I}_줘 고고|{I}_주셈*2|{I}_줘라 쫌|{I}_줘라 좀|{I}라 좀|{I}_줘요옹|{I}_쥬세용|{I}_줘요~|{I}_줄랭?|{I}_줄랭|{I}_줄래용|{I}_쥬라|{I}_줄텨?|{I}_줄겨?|{I}_줄끼가|{I}_줄라나|{I}_봐봐*2|{I}_봐줘요|{I}_보거라|{S}거라*3|{I}_주거라|{I}_주그라|{I}_주쇼*2|{I}_주드라고|{I}_줘부러|{I}_봐잉
    {S}기|{I}_주길|{I}_주기 바라|{I}_주기 바람|{S}기 바랍니다
    {E}라니까*2|{E}라고*2|{E}라*3|{E}라니깐|{E}라 했다|{E}라 그랬지|{I}라니까|{I}라고|{I}_달란 말이야|{I}_줘 제발|{I}_줘 응?|{I}_줘 얼른|{I}_줘 알았지?|{I}_줄거지?
    """)

# Endings that only fit when something is put away: 꺼 버려, 닫아 버려.
AWAY = Phrase("{I}_버려|{I}버려줘|{I}뿌라|{I}삐라|{I}부러|{I}불어")

# Links to a clause that asks for the next thing.
AND = Phrase.lines("""
    {S}고*80
    {S}고,*10
    {S}구*6
    {S}고 나서*6
    {S}고 난 다음에*2
    {S}고 난 뒤
    {S}고서*2
    {S}고는
    {N} 다음에*4|{N} 다음*2|{N} 후에
    {I}_주고*12|{I}_주고,*2|{I}_주시고*3|{I}_주고 나서|{I}_준 다음에
    {I}_놓고*2|{I}_두고
    {E}면서*4
    {E}며
    {S}고 그리고*2|{S}고 또|{S}고 그다음에|{S}고 그 다음|{S}고 아 그리고|{S}고 나면
    """)

# Links to a clause that goes on with the same device: 켜서 24도로.
ON_WITH = Phrase("{S}고*8|{S}고,|{I}서*3|{I}_가지고|{S}고 나서|{I}_준 다음|{N} 다음에|{S}구|{I}_주고*2|{S}되|{S}고 그리고|{E}면서")

# The speaker will do it, or forbids it: nothing is asked.
PROMISE = Phrase("{C}게*5|{C}께*2|{C}게요*2|내가 {C}게*3|내가 {C}래|내가 {S}지 뭐|{C}까 말까|{E}려고|{C} 거야|{C}거야|{C}까 생각 중이야|{C} 거니까 신경 쓰지 마|내가 직접 {C}게|나중에 내가 {C}게|{C}게 내가|{E}려고 했는데 귀찮다|{E}려다가 말았어|{C} 뻔했네")
BAN = Phrase("{S}지 마*12|{S}지마*8|{S}지 마라*3|{S}지 말아줘*4|{S}지 말아 줘*2|{S}지 말아*2|{S}지 마세요*4|{S}지 말아주세요*2|{S}지 말고 놔둬*3|{S}지 말고 그냥 둬*3|{S}지 말고 가만히 있어|"
             "{S}지 말고 그대로 둬*3|{S}지 말자|{S}지 말라고|{S}지 않아도 돼*4|안 {I}도 돼*5|안 {I}도 돼요*2|안 {I}도 괜찮아*3|{S}지 말아라|{S}지 마요|{S}지 말랬지|{C} 필요 없어*3|"
             "{C} 필요는 없어|안 {I}줘도 돼*3|굳이 안 {I}도 돼|{S}지 마이소|{S}지 마유|{S}지 말어")


def conjugate(phrase, stem, chance):
    """The stem with an ending of `phrase`."""
    env = _Forms(stem)
    text = phrase.draw(chance, env)
    if "_" in text:
        text = text.replace("_", " " if chance.random() < 0.42 else "")
    if "\x00" in text:
        head, _, tail = text.partition("\x00")
        text = head + with_eu(stem, tail)
    return text


class _Forms:
    """The forms of one stem, made when a template asks for them."""

    def __init__(self, stem):
        self.stem = stem

    def __getitem__(self, name):
        if name == "I":
            return infinitive(self.stem)
        if name == "S":
            return self.stem
        if name == "E":
            return "\x00"
        if name == "K":
            return southern(self.stem)
        if name == "B":
            return before_n(self.stem)
        if name == "P":
            return past(self.stem)
        return modifier(self.stem, "ㄹ" if name == "C" else "ㄴ")


def request(stem, chance, away=False):
    if away and chance.happens(0.03):
        return conjugate(AWAY, stem, chance)
    return conjugate(REQUEST, stem, chance)
