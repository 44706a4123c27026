"""Questions about a device's state (rule 8): 켜져 있어? 몇 도야? 얼마나 남았어? 무슨 모드야? 몇 번 틀어져 있어?"""

from composition import finish, link, single
from devices import ASKED, JOB, NAME, ROOM
from hangul import attach
from nouns import Noun, Text, joined, placed, room_for, two_rooms
from phrase import Phrase
from reasons import OPENER

# Endings of a yes-or-no question after a state (켜져 있, 잠겨 있), of 이다, and of "I wonder".
IS = Phrase("음?*3|음|어?*30|어*12|나?*12|나*6|니?*6|니*3|어요?*8|어요*4|나요?*6|나요*2|습니까?*3|습니까|냐?*3|냐*2|지?*4|는지 (알려줘*4|알려 줘*3|확인해줘*5|확인해 줘*3|봐줘*4|봐 줘*2|확인 좀*2|좀 봐줘*3|궁금해*2|확인해 주세요*2|알려주세요*2|확인 부탁해|체크해줘*2|말해줘*2|확인해줄래?|알려줄래?*2|봐줄래?*2|확인해봐*2|알 수 있어?)"
            "|는가?*2|는겨?|어유?|슈?|는교?|는가요?|을까?*3|으려나*2|는 거 맞지?*2|는 거지?*2|는 거 맞아?|는 거야?*3|는 건가?*2|는지 모르겠네*2|나 봐줘*3|나 확인해줘*3|나 좀 봐줘*2|나 확인 좀 해줘|나 봐봐*2")
DONE = Phrase("음?*2|어?*38|어*5|나?*14|나*6|니?*6|니*3|어요?*8|어요*4|나요?*6|나요*2|습니까?*3|냐?*3|냐*2|지?*3|는지 (알려줘*4|확인해줘*5|봐줘*4|좀 봐줘*2|궁금해*2|확인해 주세요*2|알려주세요*2|체크해줘)|는가?*2|는겨?|을까?*3|으려나*2|나 봐줘*3|나 확인해줘*2|나 봐봐*2|는지 모르겠네")
AM = Phrase("임?*3|임*2|^야?*30|^야*14|^예요?*8|인가?*5|인가요?*5|입니까?*4|니?*6|^냐?*3|^지?*6|^지*2|인지 (알려줘*8|알려 줘*4|말해줘*5|확인해줘*6|봐줘*4|좀 알려줘*3|궁금해*2|알려주세요*3|확인 좀*2|확인해 주세요*2|말해 줄래|알려줄래*2|알려줄래?*2|체크해줘*2|좀 봐줘*2|알 수 있을까?*2)|고?*3|여?*2|^더라*2|유?|인겨?|^에요?*5|인데?*2|인교|인가*3|죠?*3")

STATE = {
    "": "(켜져 있*26|켜져있*9|꺼져 있*8|꺼져있*3|작동하고 있*3|돌아가고 있*4|틀어져 있*4|켜 있*2|돌고 있*2|켜져 잇|작동되고 있|아직 켜져 있*3|아직도 켜져 있|지금 켜져 있*3|잘 돌아가고 있*2)",
    "light": "(켜져 있*26|켜져있*9|꺼져 있*9|꺼져있*3|켜 있*2|아직 켜져 있*3|아직도 켜져 있|지금 켜져 있*3|들어와 있)",
    "job": "(돌아가고 있*16|돌고 있*9|켜져 있*9|작동하고 있*4|아직 돌고 있*4|아직 돌아가고 있*4|지금 돌아가고 있*2|멈춰 있*3|꺼져 있*3|아직 하고 있|작동되고 있|멈춰있|켜져있*2|돌아가고있*2|잘 돌고 있*2|돌아가는 중이)",
    "vacuum": "(돌아가고 있*8|돌고 있*7|켜져 있*6|작동하고 있*3|청소하고 있*7|아직 돌고 있*3|아직 청소하고 있*2|멈춰 있*2|꺼져 있*2|돌아다니고 있*2|청소 중이)",
    "curtain": "(열려 있*14|닫혀 있*10|쳐져 있*6|걷혀 있*3|열려있*4|닫혀있*3|쳐져있*2|내려와 있*2|올라가 있|내려가 있|아직 열려 있*2)",
    "door": "(잠겨 있*18|열려 있*8|잠겨있*6|닫혀 있*4|열려있*2|잘 잠겨 있*4|제대로 잠겨 있*4|안 잠겨 있*2|잘 닫혀 있*2|꼭 잠겨 있)",
}
PAST = {
    "": "(켜졌*5|꺼졌*6|잘 꺼졌*2|제대로 꺼졌*3)", "light": "(켜졌*4|꺼졌*6|제대로 꺼졌*2)", "job": "(끝났*14|다 됐*12|다 돌아갔*4|멈췄*3|다 끝났*8|다 돌았*2|다 되었*2|시작됐*2|완료됐*2|꺼졌*2)",
    "vacuum": "(청소 (끝났*6|다 됐|다 했*4)|끝났*6|다 끝났*3|멈췄|청소 다 끝났*2|다 돌았*2|충전 다 됐)", "curtain": "(닫혔*5|열렸*4|잘 닫혔*2|쳐졌)", "door": "(잠갔*2|잠겼*14|잘 잠겼*5|제대로 잠겼*6|열렸*3|닫혔*2)",
    "oven": "(끝났*5|다 됐*5|꺼졌*8|멈췄*2|잘 꺼졌*2)",
}
PLAIN_STATE = Phrase("{G} 상태 (어때?*4|어때*3|알려줘*4|확인해줘*4|좀 알려줘*2|좀 봐줘*2|확인 좀*2|체크해줘*2|보여줘*2|말해줘*2|알려줄래?)|{G} 지금 (어떤 상태야?*2|상태가 어때?*2)|{G} 상태가 (어떻게 돼?*3|궁금해|어떤지 알려줘)|{G} (켜짐이야 꺼짐이야?|작동 중이야?*4|작동 중인가?*2|작동 중인지 알려줘*2)")
CURTAIN_STATE = Phrase("{G} 상태 (어때?*3|알려줘*4|확인해줘*4|좀 봐줘*2)|{G} 상태가 (어떻게 돼?*2|궁금해)")

NOW = "(*60|지금*22|현재*5|지금은*2|혹시 지금*2)"
ASK = {  # param -> ({w} is the question word; ending AM or IS follows)
    "temperature": ("{G} {n} 몇 도", "{G} {n} 온도(^가|) 몇 도", "{G} (설정|희망) 온도(^가|) {n} 몇 도", "{G} 온도(^가|^는|) {n} 얼마", "{n} {G} 몇 도", "{G} {n} 몇도", "{G} 온도 {n} 몇", "{G} 온도 {n} 몇 도"),
    "level": ("{G} {n} 몇 단계", "{G} {n} 몇 단", "{G} {w} {n} 몇 단계", "{G} {w}(^가|) {n} 몇 단", "{G} {w}(^가|) {n} 얼마", "{G} {n} 몇단", "{n} {G} 몇 단계", "{G} {w} {n} 어느 정도", "{G} 레벨이 {n} 몇", "{G} {n} 몇단계"),
    "mode": ("{G} {n} 무슨 모드", "{G} {n} 어떤 모드", "{G} 모드(^가|) {n} 뭐", "{n} {G} 무슨 모드", "{G} {n} 무슨모드", "{G} 모드 {n} 뭐", "{G} {n} 무슨 모드", "{G} 모드(^가|) {n} 무엇"),
    "channel": ("{G} {n} 몇 번", "{G} 채널(^가|) {n} 몇 번", "{G} 채널 {n} 몇", "{n} {G} 몇 번", "{G} {n} 몇번", "{G} 채널 {n} 뭐", "{n} {G} 채널 몇 번", "{G} {n} 몇 번 채널"),
    "volume": ("{G} {l} {n} 얼마", "{G} {l}(^가|) {n} 몇", "{G} {l}(^가|) {n} 얼마", "{n} {G} {l} 몇", "{G} {l} {n} 얼마", "{G} {l}(^가|) {n} 어느 정도", "{G} {l} {n} 몇"),
    "brightness": ("{G} 밝기(^가|) {n} 얼마", "{G} 밝기(^가|) {n} 몇", "{G} 밝기 {n} 몇 퍼센트", "{G} 밝기(^가|) {n} 몇 프로", "{n} {G} 밝기 얼마", "{G} 밝기 {n} 어느 정도", "{G} {n} 몇 퍼센트"),
}
ASK = {param: [Phrase(text.replace("{n}", NOW)) for text in texts] for param, texts in ASK.items()}
TELL = {  # complete requests to be told
    "temperature": "{G} ({c}|)온도 {y}", "level": "{G} {w} {y}", "mode": "{G} ({c}|)모드 {y}", "channel": "{G} ({c}|)채널 {y}", "volume": "{G} ({c}|){l} {y}", "brightness": "{G} ({c}|)밝기 {y}",
}
TELL = {param: Phrase(text) for param, text in TELL.items()}
TELL_HOW = Phrase("확인*3|체크|알려줄 수 있어?|(좀|) (알려줘*8|알려 줘*4|말해줘*5|확인해줘*6|체크해줘*2|봐줘*2|알려주세요*4|확인해 주세요*2|알려줄래*2|말해 줄래?)|어떻게 돼?*6|어떻게 되지*2|어떻게 돼*3|어떻게 되나요?*2|어떻게 돼요?*2|어떻게 되어 있어?*2|어떻게 돼 있어?*2")
CHANNEL_ON = Phrase("{G} {n} 몇 번(에|) (틀어져 있*6|켜져 있*2|나오고 있*4|맞춰져 있*2)|{G} {n} 채널 몇 번 (틀어져 있*4|나오고 있*2)|{G} {n} 몇 번 채널(이|) (나오고 있*2|틀어져 있*3)|{n} {G} 몇 번 (나오고 있|틀어져 있*3)|{G} 몇번 (틀어져있|틀어져 있*2)".replace("{n}", NOW))
COURSE = Phrase("{G} (지금 |*2)무슨 코스^야?*3|{G} (지금 |*2)(무슨|어떤) 코스로 (돌고 있*3|돌아가고 있*3|돼 있*2|설정돼 있)어?|{G} 코스 (뭐야?*3|알려줘*2|확인해줘)|{G} 코스가 뭐야?*2")
MODE_ON = Phrase("{G} {n} 무슨 모드로 (돌아가고 있*5|돼 있*5|되어 있*3|켜져 있*3|작동하고 있*2|틀어져 있*2|설정돼 있*2)|{G} {n} 어떤 모드로 (돌아가고 있*2|돼 있*3|설정되어 있*2|켜져 있)|{n} {G} 무슨 모드로 돌고 있".replace("{n}", NOW))

LEFT_WORDS = "(몇 시간*2|얼마나*16|얼마*3|몇 분*8|시간 얼마나*3|시간이 얼마나*2|앞으로 얼마나*3|몇분*3|앞으로 몇 분*2|타이머 얼마나*3|타이머 몇 분*3|몇 분이나*2)"
LEFT = Phrase(("{G} {n} " + LEFT_WORDS + " (더 |*4)남았*12|{n} {G} " + LEFT_WORDS + " 남았*2").replace("{n}", NOW))
LEFT_TELL = Phrase("{G} (남은 시간|남은시간|남은 시간*3) (알려줘*6|좀 알려줘*3|얼마야?*4|얼마야*2|확인해줘*4|몇 분이야?*2|말해줘*2|얼마나 돼?*2|좀*2|알려주세요*3|얼마지|얼마예요?)|{G} (언제 (끝나?*8|끝나*4|끝나요?*2|끝나지*2|끝나나?*2|다 돼?*4|다 돼*2|끝나는지 알려줘*4|다 되지|끝나니?*2|끝나는데?)|(몇 분|얼마나) (더 |)(걸려?*4|걸려*2|걸리나?*2|걸릴까?*2|걸려요?*2|걸리냐|걸리지|있어야 (끝나?*2|돼?*2)|기다려야 돼?*2|돌아가?|걸려요?)|몇 분 (뒤에|있으면) (끝나?*2|꺼져?|끝나)|끝나려면 (얼마나|아직) (남았어?*3|멀었어?*2|걸려?))")
LEFT_RUNNING = Phrase("{G} (언제 꺼져?*2|타이머 얼마나 남았어?*3|남은 시간 알려줘*2|타이머 남은 시간 알려줘*2|몇 분 뒤에 꺼져?|타이머 남은 시간 얼마야?*2)")
LAUNDRY = {"washer": ("빨래", "세탁"), "dryer": ("건조", "빨래 건조"), "dishwasher": ("설거지",), "vacuum": ("청소", "로봇청소기 청소")}

LEVEL_OF = {"aircon": ("바람 세기", "풍량", "바람", "세기"), "fan": ("바람 세기", "바람", "풍량", "세기"), "purifier": ("풍량", "바람 세기", "세기"), "vacuum": ("흡입력", "흡입 세기", "세기"), "humidifier": ("분무량", "세기", "가습량")}
LOUD = ("볼륨", "볼륨", "소리", "음량", "소리 크기", "볼륨 크기")

ASKABLE = {
    "aircon": "temperature*6 state*7 mode*4 level*3 timer*2", "boiler": "temperature*7 state*7 timer mode", "light": "state*12 brightness*4 mode", "tv": "state*6 channel*6 volume*5 mode timer",
    "washer": "timer*8 state*6 mode*3 temperature", "dryer": "timer*8 state*6 mode*2", "fridge": "temperature*8 state mode*2", "vacuum": "state*7 mode*3 level*3 timer*3", "purifier": "state*6 mode*4 level*4 timer",
    "curtain": "state", "oven": "temperature*5 timer*6 state*5", "dishwasher": "timer*8 state*6 mode*2", "fan": "state*6 level*5 mode*2 timer*3", "humidifier": "state*6 level*4 mode*3 timer*2", "door": "state",
    "speaker": "volume*7 state*5 mode",
}


def _list(text):
    return [name for part in text.split() for name in [part.partition("*")[0]] * int(part.partition("*")[2] or 1)]


ASKABLE = {device: _list(text) for device, text in ASKABLE.items()}
STATE = {name: Phrase(text) for name, text in STATE.items()}
PAST = {name: Phrase(text) for name, text in PAST.items()}


def question_about(device, param, noun, chance):
    """The words of one question."""
    env = {"G": lambda: noun("G"), "w": lambda: chance.pick(LEVEL_OF.get(device, ("세기", "단계"))), "l": lambda: chance.pick(LOUD),
           "c": lambda: chance.pick(("현재 ", "지금 ", "설정 ")), "y": lambda: TELL_HOW.draw(chance)}
    job = device in JOB
    if param == "state":
        draw = chance.random()
        if draw < 0.10:
            return (CURTAIN_STATE if device in ("curtain", "door") else PLAIN_STATE).draw(chance, env)
        if draw < 0.36 or (job and draw < 0.6):
            table = PAST.get(device) or PAST["job" if job else ""]
            return noun("G") + " " + table.draw(chance) + DONE.draw(chance)
        table = STATE.get(device) or STATE["job" if job else ""]
        state = table.draw(chance)
        ending = IS.draw(chance)
        if state.endswith("중이"):
            ending = chance.pick(("야?", "야", "니?", "에요?", "지?", "냐?", "야?"))
        middle = chance.pick(("", "", "", "지금 ", "혹시 ", "아직 ", "아직도 ", "")) if "아직" not in state and "지금" not in state else ""
        return noun("G") + " " + middle + state + ending
    if param == "timer":
        if job:
            if chance.happens(0.62):
                return LEFT.draw(chance, env) + DONE.draw(chance)
            return LEFT_TELL.draw(chance, env)
        if chance.happens(0.7):
            return LEFT.draw(chance, env) + DONE.draw(chance)
        return LEFT_RUNNING.draw(chance, env)
    draw = chance.random()
    if draw < 0.16:
        return TELL[param].draw(chance, env)
    if param == "channel" and draw < 0.45:
        return CHANNEL_ON.draw(chance, env) + IS.draw(chance)
    if param == "mode" and device in ("washer", "dryer", "dishwasher") and draw < 0.45:
        return COURSE.draw(chance, env)
    if param == "mode" and draw < 0.4:
        return MODE_ON.draw(chance, env) + IS.draw(chance)
    text = chance.pick(ASK[param]).draw(chance, env)
    if param in ("temperature", "level", "volume", "brightness") and draw < 0.4 and not text.endswith(("어느 정도", "얼마나")):
        return text + "^로 " + chance.pick(("돼 있", "되어 있", "맞춰져 있", "설정돼 있", "설정되어 있", "틀어져 있" if param != "brightness" else "돼 있", "돼있", "세팅돼 있", "해놨", "맞춰놨", "맞춰 놨", "설정해놨", "해 놨", "해뒀")) + IS.draw(chance)
    return text + AM.draw(chance)


# 내가 불 껐나? asks for the state as well.
DID_I = Phrase("(내가 |나 |내가 |*2|혹시 내가 |아까 내가 |나갈 때 |나올 때 ){N}(^를|*4) (끄고 나왔나*5|안 끄고 나왔나*2|껐나*4|안 껐나*2|켜놓고 나왔나*3|켜놓고 나온 거 아닌가|켜두고 나왔나*2)(?*4|*2| 모르겠네| 확인해줘*2| 봐줘*2| 확인 좀*2)")
DID_I_LOCK = Phrase("(내가 |나 |*3|혹시 내가 |아까 내가 |나갈 때 |나올 때 ){N}(^를|*4) (잠갔나*5|잠그고 나왔나*5|안 잠갔나*2|안 잠그고 나왔나*2|잘 잠갔나*2)(?*4|*2| 모르겠네| 확인해줘*2| 봐줘*2| 확인 좀*2)")
CHANNEL_NOW = Phrase("(지금 |현재 |*2)(보고 있는 |보는 |나오는 |틀어져 있는 |나오고 있는 |*3)채널(^가|*2) (몇 번^야?*5|몇 번이지*2|몇 번^에요?*2|몇 번인지 알려줘*2|몇 번이야*3|몇이야?|몇 번인가?)")
PAIRS = (("aircon", ("temperature", "mode")), ("aircon", ("temperature", "level")), ("tv", ("channel", "volume")), ("purifier", ("mode", "level")),
         ("fan", ("level", "mode")), ("oven", ("temperature", "timer")))
ROOM_QUANTITIES = (("aircon", "temperature"), ("boiler", "temperature"), ("aircon", "mode"), ("fan", "level"), ("light", "brightness"), ("purifier", "mode"))


# 아까 세탁기 돌렸는데 다 됐나?
STARTED = Phrase("(아까|아침에|한 시간 전에|아까 전에|좀 전에|방금|나가기 전에|점심에) {N}(^를|*3) (돌렸는데*6|돌려놨는데*4|켰는데*2|돌리고 나왔는데*2|시작했는데)|{N}(^를|*3) (돌린 지|켠 지) (한참|꽤|오래|한 시간|두 시간) (됐는데*4|지났는데*2)|{N}(^를|*3) (돌려놨는데*3|돌려놓고 나왔는데*2|돌리고 잊고 있었는데)")
STARTED_ASK = Phrase("(다 됐나*6|다 됐어*5|끝났나*5|끝났어*5|다 끝났나*2|아직 돌고 있어*2|아직 돌아가고 있나*2|다 돌아갔나*2)(?*4|*2|요?)")
STARTED_LEFT = Phrase("(얼마나 남았어*5|얼마나 남았나*2|몇 분 남았어*4|언제 끝나*5|얼마나 더 걸려*3|아직 얼마나 남았어*2|시간 얼마나 남았지)(?*4|*2)")


def question_of_two(chance):
    """Two quantities of one device, or one quantity in two rooms."""
    if chance.happens(0.5):
        device, params = chance.pick(PAIRS)
        words = {"temperature": "온도", "mode": "모드", "level": chance.pick(LEVEL_OF.get(device, ("세기",))), "channel": "채널", "volume": chance.pick(LOUD), "timer": "남은 시간"}
        if chance.happens(0.5):
            params = params[::-1]
        room = room_for(device, chance) if chance.happens(0.25) else None
        text = placed(room, NAME[device].draw(chance), chance) + " " + words[params[0]] + chance.pick(("^랑 ", "하고 ", "^와 ", ", ")) + words[params[1]]
        text += chance.pick((" ", " 좀 ", " 둘 다 ")) + chance.pick(("알려줘", "말해줘", "확인해줘", "알려 줘", "알려주세요", "어떻게 돼?"))
        return attach(text), [(device, room, "status", param, None) for param in params]
    device, param = chance.pick(ROOM_QUANTITIES)
    first = chance.pick(list(ROOM))
    second = chance.pick([room for room in ROOM if room != first])
    text = question_about(device, param, Text(two_rooms(device, [first, second], chance), chance, bare=True), chance)
    return attach(text), [(device, first, "status", param, None), (device, second, "status", param, None)]


def question(chance):
    """(text, actions) of one question, mostly about one device."""
    draw = chance.random()
    device = chance.pick(ASKED)
    if draw > 0.975:
        device = chance.pick(("light", "aircon", "boiler", "door", "door", "tv", "oven", "humidifier", "fan"))
        room = room_for(device, chance) if chance.happens(0.3) else None
        name = placed(room, NAME[device].draw(chance), chance)
        return attach((DID_I_LOCK if device == "door" else DID_I).draw(chance, {"N": name})), [(device, room, "status", None, None)]
    if draw > 0.968:
        return attach(CHANNEL_NOW.draw(chance)), [("tv", None, "status", "channel", None)]
    if draw > 0.95:
        return question_of_two(chance)
    if draw > 0.935:
        device = chance.pick(("washer", "washer", "dryer", "dishwasher", "vacuum", "oven"))
        asked, param = STARTED_ASK.draw(chance), None
        if chance.happens(0.4):
            asked, param = STARTED_LEFT.draw(chance), "timer"
        return attach(STARTED.draw(chance, {"N": NAME[device].draw(chance)}) + " " + asked), [(device, None, "status", param, None)]
    if draw < 0.06:  # two devices or two rooms, one state
        if chance.happens(0.5):
            first = chance.pick(list(ROOM))
            second = chance.pick([room for room in ROOM if room != first])
            device = chance.pick(["light", "aircon", "tv", "boiler", "fan", "curtain", "purifier", "humidifier", "door"])
            places = [(device, first), (device, second)]
            words = two_rooms(device, [first, second], chance)
        else:
            pool = ["light", "aircon", "tv", "fan", "boiler", "purifier", "humidifier", "speaker"]
            device = chance.pick(pool)
            other = chance.pick([name for name in pool if name != device])
            room = room_for(device, chance) if chance.happens(0.5) else None
            places = [(device, room), (other, room)]
            words = joined([device, other], [room, None], chance)
        if device in ("curtain", "door"):
            text = question_about(device, "state", Text(words, chance), chance)
        else:
            text = words + chance.pick((" ", "^는 ", "^가 ", " 지금 ", " 다 " if places[0][1] else " ", " 둘 다 " if places[0][1] else " ")) + chance.pick(("켜져 있", "켜져 있", "꺼져 있", "켜져있")) + IS.draw(chance)
        return attach(text), [(d, r, "status", None, None) for d, r in places]
    param = chance.pick(ASKABLE[device])
    if draw < 0.10 and device in LAUNDRY and param in ("timer", "state"):
        word = chance.pick(LAUNDRY[device])
        if param == "timer":
            text = word + " " + Phrase(LEFT_WORDS).draw(chance) + " 남았" + DONE.draw(chance) if chance.happens(0.5) else word + " " + chance.pick(("언제 끝나?", "언제 다 돼?", "언제 끝나", "얼마나 더 걸려?", "끝나려면 얼마나 남았어?", "남은 시간 알려줘", "언제 끝나지", "언제 끝나요?"))
        else:
            text = word + " " + chance.pick(("끝났", "다 됐", "다 끝났", "다 돌아갔" if device != "vacuum" else "끝났")) + DONE.draw(chance)
        return attach(text), [(device, None, "status", None if param == "state" else "timer", None)]
    room = room_for(device, chance) if chance.happens(0.38) else None
    if room is None and param == "state" and device in ("light", "curtain", "door") and chance.happens(0.12):
        word = Noun(device, None, chance, bare=True)("G")
        if chance.happens(0.5):
            text = word + chance.pick((" 다 ", " 전부 ", " 모두 ", " 전부 다 ", "^는 다 ")) + {"light": "꺼져 있", "curtain": chance.pick(("닫혀 있", "쳐져 있")), "door": "잠겨 있"}[device] + IS.draw(chance)
        else:
            text = chance.pick(("집 전체 ", "온 집안 ", "모든 ", "집안 전체 ")) + word + chance.pick((" ", "^가 ", " 지금 ")) + {"light": chance.pick(("꺼져 있", "켜져 있")), "curtain": chance.pick(("닫혀 있", "열려 있")), "door": chance.pick(("잠겨 있", "닫혀 있"))}[device] + IS.draw(chance)
        return attach(text), [(device, "all", "status", None, None)]
    noun = QuestionNoun(device, room, chance)
    text = question_about(device, param, noun, chance)
    return attach(text), [(device, room, "status", None if param == "state" else param, None)]


class QuestionNoun(Noun):
    """A device as the subject of a question."""

    def __call__(self, role):
        return placed(self.room, NAME[self.device].draw(self.chance), self.chance) + self.chance.pick(("", "", "", "", "", "", "^가", "^는", "^는", "^가", " 지금"))


LEAD = Phrase("(저기|음|혹시*4|야|아|온돌아|근데|참|아 맞다|내가 깜빡했는데|갑자기 궁금한데|궁금한데|밖인데|지금 밖인데|집에 사람이 없는데|나왔는데|외출했는데|불안한데|걱정돼서 그런데|까먹었는데|하나만 물어볼게|물어볼 게 있는데)( *4|, |. |~ )")


def question_request(chance):
    text, actions = question(chance)
    draw = chance.random()
    if draw < 0.16:
        text = LEAD.draw(chance) + text
    elif draw < 0.20:
        text = attach(OPENER.draw(chance)) + chance.pick((" ", ", ")) + text
    return text, actions


def question_and_request(chance):
    """A question beside a request: 불 끄고 에어컨 몇 도인지 알려줘."""
    asked, more = question(chance)
    part, device, room, kind = single(chance)
    if part.stem is None or device == more[0][0] or len(part.actions) + len(more) > 4 or room == "all":
        return question_and_request(chance)
    if chance.happens(0.6):
        return link(part, False, chance) + asked, part.actions + more
    return asked + chance.pick((" ", " 그리고 ", ". ", ", 그리고 ", " 아 그리고 ")) + finish(part, chance), more + part.actions
