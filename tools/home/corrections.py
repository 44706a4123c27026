"""Second thoughts (rule 7): A 말고 B, X 아니 Y, 끄지 말고 ..., 아니다 됐어. Only what finally holds is answered."""

from clauses import MORE, mode_for, power, setting, span, spoken, switch, value_of
from composition import GOING_ON, KINDS, clause, finish, link, single, some_room, wrap
from devices import ASKED, JOB, MODE, NAME, ROOM, SWITCHED
from endings import BAN, conjugate, request
import quantity
from hangul import attach, infinitive
from nouns import Noun, Text, placed, room_for, unnamed
from phrase import Phrase

# Between what was said first and what is meant; `_` words need the first to be a bare noun.
NOT_THIS = Phrase(" 말고 *40|말고 *8| 말고, *4| 아니고 *8|^가 아니라 *6|^가 아니고 *4| 말구 *4| 대신 *5| 대신에 *3| 아니라 *3|^는 말고 *4| 아니구 *2|^를 말고 |^는 됐고 *2|^는 빼고 |^는 놔두고 *2|^는 그냥 두고 *2")
OR_RATHER = Phrase(" 아니 *30| 아니, *8|, 아니 *10| 아니다 *8| 아니야 *4|.. 아니 *8|... 아니 *4| 아 아니 *6|, 아니다 *4| 아 아니다 *3| 아니 아니 *4| 아아니 *2| 아니지 *4| 아 *2| 어 아니 *2| 음 아니 *2|, 아 아니 *2| 아니아니 *2| 아냐 *3| 아이다 *2| 아참 아니|, 아니지 *2|... 아 *3")
CHANGED = Phrase(" 아니 *14| 아니다 *16|. 아니다 *12|. 아니 *8| 아 아니다 *8|, 아니다 *8| 아니야 *6|. 아 아니다 *6| 아니 그냥 *6| 아 잠깐 *4| 아 잠깐만 *2|... 아니다 *6|. 아니 그냥 *2|. 아 그냥 *3| 아냐 *4|. 아냐 *2| 아니 아니 *2| 아 미안 *2|. 잠깐만 *2| 앗 아니다 *2| 아이다 *2| 아니지 *4| 아니 다시 *2|, 아니 *6|. 생각해보니까 *2|. 마음이 바뀌었어 *2|. 아 맞다 |. 아 실수 |. 잘못 말했어 *2| 아 잘못 말했다 *2")
NEVER_MIND = Phrase("(아니다*12|아니야*8|아*4|아 아니다*5|아냐*5|아니*4|잠깐*2|에이|음|아 맞다|아이다|근데) (됐어*14|됐다*8|됐어요*2|괜찮아*6|하지 마*5|하지마*4|그냥 둬*5|그냥 놔둬*5|그냥 놔 둬|놔둬*4|취소*5|취소해*3|취소해줘*4|안 해도 돼*4|필요 없어*3|내가 할게*5|그냥 내가 할게*3|신경 쓰지 마*2|그대로 둬*4|나중에 할게*2|다음에*1|그만둬|관둬*2|관두자|없던 걸로 해*2|못 들은 걸로 해|냅둬*4|걍 냅둬*2|그냥 있을래|그럴 필요 없겠다*2|말아라|됐네|취소 취소)|취소*4|됐어 하지 마*2|아니 하지 마*4|아니다*4|아니야*2|아 취소*4|방금 거 취소*4|방금 그거 취소해줘*3|취소해줘*3|아니야 됐어*4|그냥 두자|아까 말한 거 취소|방금 말한 거 취소해줘*2|방금 건 무시해|잘못 말했어 취소|냅둬")


def _noun(device, room, chance):
    return placed(room, NAME[device].draw(chance), chance)


def _other(options, first, chance):
    return chance.pick([item for item in options if item != first])


def change_noun(chance):
    """Another device or another room, named before the verb."""
    device = chance.pick(ASKED)
    kind = chance.pick(KINDS[device])
    draw = chance.random()
    between = (NOT_THIS if chance.happens(0.6) else OR_RATHER).draw(chance)
    if draw < 0.48:  # another device
        other = _other(ASKED, device, chance)
        if chance.happens(0.3):
            room = room_for(device, chance)
            first = _noun(other, room, chance)
            second = _noun(device, room, chance)
        else:
            room = room_for(device, chance) if chance.happens(0.15) else None
            first, second = _noun(other, None, chance), _noun(device, room, chance)
    else:  # another room
        room = chance.pick(list(ROOM)) if chance.happens(0.5) else room_for(device, chance)
        wrong = _other(list(ROOM), room, chance)
        if chance.happens(0.55):
            first, second = ROOM[wrong].draw(chance), _noun(device, room, chance)
        elif chance.happens(0.6):
            first, second = _noun(device, wrong, chance), _noun(device, room, chance)
        else:
            first = _noun(device, wrong, chance)
            second = ROOM[room].draw(chance) + chance.pick((" 거", "", " 꺼", " 것", "에 있는 거"))
    part = clause(kind, [(device, room)], Text(first + between + second, chance, bare=chance.happens(0.3)), chance)
    return finish(part, chance), part.actions, device, kind


def change_noun_late(chance):
    """The whole request, then the right noun: 거실 불 꺼줘 아니 안방."""
    device = chance.pick(ASKED)
    kind = chance.pick(KINDS[device])
    change = CHANGED.draw(chance)
    if chance.happens(0.55):  # another room
        wrong = room_for(device, chance)
        room = _other(list(ROOM), wrong, chance)
        part = clause(kind, [(device, wrong)], Noun(device, wrong, chance), chance)
        words = ROOM[room].draw(chance)
        if chance.happens(0.45):
            words += _after_room(chance) + NAME[device].draw(chance)
        words += chance.pick(("", "", "", "^로", " 거", "요", "에 있는 거", "^야", " 말이야", "만"))
        actions = [(action[0], room, action[2], action[3], action[4]) for action in part.actions]
    else:
        device = chance.pick(SWITCHED)
        on = chance.happens(0.5)
        wrong = _other(SWITCHED, device, chance)
        wrong_kind = power(wrong, on)
        room = None
        part = switch(wrong_kind, wrong, Noun(wrong, None, chance), [(wrong, None, wrong_kind, None, None)], chance)
        words = NAME[device].draw(chance) + chance.pick(("", "", "", "^를", "요", "^야", " 말이야"))
        actions = [(device, None, power(device, on), None, None)]
        kind = power(device, on)
    text = finish(part, chance) + change + words
    if chance.happens(0.3) and kind in ("on", "off", "start", "stop"):
        text += " " + request("켜" if kind in ("on", "start") else "끄", chance)
    return text, actions, device, kind


def _after_room(chance):
    return chance.pick((" ", " ", " ", "에 있는 ", ""))


NUMERIC = ["set.temperature"] * 8 + ["up.temperature"] * 2 + ["down.temperature"] * 2 + ["set.volume"] * 3 + ["set.channel"] * 3 + ["set.level"] * 3 + ["set.brightness"] * 2
DEVICES_WITH = {"temperature": ["aircon"] * 6 + ["boiler"] * 4 + ["oven"] * 2 + ["fridge", "washer"], "volume": ["tv", "speaker"], "channel": ["tv"], "level": ["fan"] * 4 + ["aircon", "purifier", "vacuum", "humidifier"] * 2,
                "brightness": ["light"]}


def change_value(chance):
    """Another number, mode or time: 24도 말고 26도로."""
    draw = chance.random()
    room_share = 0.2
    between = (NOT_THIS if chance.happens(0.5) else OR_RATHER)
    if draw < 0.2:  # mode
        device = chance.pick(["aircon", "aircon", "fan", "purifier", "washer", "humidifier", "vacuum", "dishwasher", "light", "tv", "dryer", "boiler", "fridge"])
        mode = mode_for(device, chance)
        wrong = _other(list(MODE), mode, chance)
        room = room_for(device, chance) if chance.happens(room_share) else None
        unit = chance.pick((" 모드", "모드", " 모드", ""))
        late = chance.happens(0.25)
        if late:
            text = Noun(device, room, chance)("O") + " " + MODE[wrong].draw(chance) + " 모드로 " + request(chance.pick(("하", "바꾸", "설정하")), chance) + CHANGED.draw(chance) + MODE[mode].draw(chance) + chance.pick((" 모드로", " 모드", "^로", "모드로"))
            if chance.happens(0.4):
                text += " " + request(chance.pick(("하", "바꾸")), chance)
        else:
            text = Noun(device, room, chance)("O") + " " + MODE[wrong].draw(chance) + unit + between.draw(chance) + MODE[mode].draw(chance) + (unit or chance.pick((" 모드", ""))) + "^로 " + request(chance.pick(("하", "바꾸", "하", "설정하", "돌리", "틀")), chance)
        return attach(text), [(device, room, "set", "mode", mode)], device, "set.mode"
    if draw < 0.4:  # time
        device = chance.pick(SWITCHED)
        room = room_for(device, chance) if chance.happens(room_share) else None
        minutes = span(chance)
        wrong = span(chance)
        while wrong == minutes:
            wrong = span(chance)
        on = chance.happens(0.35)
        kind = power(device, on)
        noun = Noun(device, room, chance)
        after = chance.pick((" 뒤에", " 후에", " 있다가", " 뒤에"))
        stem = {"on": "켜", "start": "돌리" if device != "oven" else "켜", "off": "끄", "stop": "끄"}[kind]
        if chance.happens(0.3):
            text = noun("O") + " " + quantity.minutes(chance, wrong) + after + " " + request(stem, chance) + CHANGED.draw(chance) + quantity.minutes(chance, minutes) + chance.pick((after, after, after + " " + request(stem, chance)))
        else:
            text = noun("O") + " " + quantity.minutes(chance, wrong) + chance.pick((after, "", "")) + between.draw(chance) + quantity.minutes(chance, minutes) + after + " " + request(stem, chance)
        return attach(text), [(device, room, kind, "timer", minutes)], device, kind
    kind = chance.pick(NUMERIC)
    action, param = kind.split(".")
    device = chance.pick(DEVICES_WITH[param])
    room = room_for(device, chance) if chance.happens(room_share) else None
    value = value_of(kind, device, chance)
    wrong = value_of(kind, device, chance)
    while wrong == value:
        wrong = value_of(kind, device, chance) + 1
    noun = Noun(device, room, chance)
    label = {"temperature": ("", "", " 온도"), "volume": (" 볼륨", " 소리", " 볼륨"), "channel": (" 채널", "", ""), "level": ("", "", " 바람" if device in ("fan", "aircon") else ""), "brightness": (" 밝기", " 밝기", "")}[param]
    if action == "set":
        stem = chance.pick({"channel": ("틀", "돌리", "바꾸"), "volume": ("맞추", "하", "줄이", "키우"), "level": ("하", "틀", "맞추", "바꾸")}.get(param, ("맞추", "하", "설정하", "맞추", "바꾸")))
        ending = "^로 "
    else:
        stem = chance.pick(("올리", "올리", "높이") if action == "up" else ("내리", "낮추", "낮추"))
        ending = chance.pick((" ", "만 ", " ")) if label != "" else " "
        label = (" 온도", " 온도", "")
    name = chance.pick(label)
    first, second = spoken(kind, wrong, chance), spoken(kind, value, chance)
    opening = noun("G" if name else "O") + name + " "
    if chance.happens(0.38):
        text = opening + first + ending + request(stem, chance) + CHANGED.draw(chance) + second + chance.pick((ending + request(stem, chance), ending.strip(), ending + request(stem, chance)))
    else:
        text = opening + first + (chance.pick(("^로", "")) if action == "set" and chance.happens(0.25) else "") + between.draw(chance) + second + ending + request(stem, chance)
    return attach(text), [(device, room, action, param, value)], device, kind


def change_action(chance):
    """끄지 말고 온도만 낮춰; 켜줘 아니 꺼줘."""
    device = chance.pick(ASKED)
    room = some_room(device, chance, 0.3)
    if room == "all":
        room = None
    draw = chance.random()
    noun = Noun(device, room, chance)
    if draw < 0.5:  # 끄지 말고 ...
        if device in ("curtain", "door"):
            first, kind = chance.pick({"curtain": (("열", "close"), ("닫", "open"), ("치", "open"), ("걷", "close")), "door": (("열", "lock"), ("잠그", "unlock"))}[device])
            part = switch(kind, device, lambda role: "", [(device, room, kind, None, None)], chance)
        else:
            stopping = chance.happens(0.72)
            first = chance.pick(("끄", "끄", "끄", "멈추") if stopping else ("켜", "켜", "틀", "돌리") if device not in ("light", "tv") else ("켜",))
            if stopping:
                part = clause(chance.pick([k for k in GOING_ON[device] if "." in k] * 3 + [k for k in KINDS[device] if k in ("off+", "stop+")]), [(device, room)], lambda role: "", chance) \
                    if chance.happens(0.75) else clause(power(device, True), [(device, room)], lambda role: "", chance)
            else:
                kind = power(device, False)
                part = switch(kind, device, lambda role: "", [(device, room, kind, None, None)], chance)
        if part.stem is None:
            return change_action(chance)
        no = chance.pick(("지 말고 ", "지 말고 ", "지 말고 그냥 ", "지말고 ", "지 말구 ", "지 말고, ", "는 거 말고 ", "지 말고 좀 ", "지는 말고 ", "지는 말고 그냥 ")) 
        text = noun("O") + " " + first + no + finish(part, chance)
        if "는 거 말고" in text:
            text = text.replace(first + "는 거 말고", (first if first != "열" else "여") + "는 거 말고") if first != "틀" else text.replace("틀는", "트는")
        return attach(text), part.actions, device, "on"
    # 켜줘 아니 꺼줘
    pairs = {"curtain": (("열", "닫", "close"), ("닫", "열", "open"), ("치", "걷", "open")), "door": (("열", "잠그", "lock"), ("잠그", "열", "unlock"))}.get(
        device, (("켜", "끄", power(device, False)), ("끄", "켜", power(device, True)), ("끄", "켜", power(device, True)), ("켜", "끄", power(device, False))))
    first, second, kind = chance.pick(pairs)
    again = chance.pick(("", "", "다시 ", "그냥 "))
    text = noun("O") + " " + request(first, chance) + CHANGED.draw(chance) + again + request(second, chance)
    return attach(text), [(device, room, kind, None, None)], device, kind


def forbid_and_ask(chance):
    """에어컨 켜지 말고 커튼 열어줘: two devices, the first is left alone."""
    first, device, _, _ = single(chance)
    second, other, room, kind = single(chance)
    if first.stem is None or second.stem is None or device == other:
        return forbid_and_ask(chance)
    no = chance.pick(("지 말고 ", "지 말고 ", "지 말고, ", "지말고 ", "지 마 ", "지 마. ", "지 말구 ", "지는 말고 ", "지 말고 대신 "))
    return first.head + " " + first.stem + no + finish(second, chance), second.actions, other, kind


def take_back(chance):
    """A request and its withdrawal: nothing is left."""
    part, device, room, kind = single(chance)
    text = finish(part, chance) + chance.pick((" ", ". ", ", ", "... ", ".. ", "~ ", " ", "! ")) + NEVER_MIND.draw(chance)
    return text, [], device, kind


def take_back_one(chance):
    """Two requests, one of them withdrawn or excepted: 불 끄고 티비는 놔둬; 에어컨은 두고 불만 꺼줘."""
    device = chance.pick(SWITCHED)
    other = _other(SWITCHED, device, chance)
    on = chance.happens(0.25)
    room = some_room(device, chance, 0.3)
    other_room = some_room(other, chance, 0.25)
    room, other_room = (None if r == "all" else r for r in (room, other_room))
    if chance.happens(0.3):
        other, room = device, room or chance.pick(list(ROOM))
        other_room = _other(list(ROOM), room, chance)
    kind = power(device, on)
    actions = [(device, room, kind, None, None)]
    kept, done = _noun(other, other_room, chance), _noun(device, room, chance)
    stem = "켜" if on else "끄"
    draw = chance.random()
    leave = Phrase("(그냥 |)(놔두고*6|두고*6|내버려두고*2|냅두고*3|그대로 두고*4|놔둬*2|놔 두고)|{s}지 말고*5|가만히 두고|(빼고*4|제외하고*2)|건드리지 말고*2|그대로 놔두고")
    if draw < 0.08 and not on:
        text = kept + chance.pick(("만 남기고 ", "만 남겨두고 ", "만 켜두고 ", "만 놔두고 ")) + done + chance.pick(("^는 ", "만 ", " ")) + request(stem, chance)
    elif draw < 0.45:
        text = kept + chance.pick(("^는 ", "^는 ", "^는 ")) + leave.draw(chance, {"s": stem}) + " " + done + chance.pick(("만 ", "만 ", "^는 ", "만 좀 ")) + request(stem, chance)
    elif draw < 0.75:
        ban = chance.pick(("{s}지 마", "그냥 둬", "놔둬", "그대로 둬", "{s}지 말고", "냅둬", "{s}지 말아줘", "안 {i}도 돼", "그냥 놔둬")).replace("{s}", stem).replace("{i}", infinitive(stem))
        text = done + chance.pick((" ", "^는 ", "만 ")) + chance.pick((stem + "고 ", stem + "되 ", stem + "고, ", request(stem, chance) + " ", request(stem, chance) + ". ")) + kept + "^는 " + ban
    else:
        first = switch(power(other, on), other, Text(kept, chance), [], chance)
        text = link(first, False, chance) + done + chance.pick(("도 ", "도 좀 ")) + request(stem, chance) + CHANGED.draw(chance) + kept + "^는 " + chance.pick(("놔둬", "그냥 둬", "됐어", "{s}지 마", "하지 마", "빼고", "빼줘", "안 {i}도 돼", "그대로 둬")).replace("{s}", stem).replace("{i}", infinitive(stem))
    return attach(text), actions, device, kind


def correction_request(chance):
    draw = chance.random()
    if draw < 0.05:
        text, actions, device, kind = forbid_and_ask(chance)
    elif draw < 0.30:
        text, actions, device, kind = change_noun(chance)
    elif draw < 0.40:
        text, actions, device, kind = change_noun_late(chance)
    elif draw < 0.62:
        text, actions, device, kind = change_value(chance)
    elif draw < 0.82:
        text, actions, device, kind = change_action(chance)
    elif draw < 0.90:
        text, actions, device, kind = take_back_one(chance)
    else:
        text, actions, device, kind = take_back(chance)
    if chance.happens(0.15) and actions:
        before = single(chance)
        if before[0].stem and before[2] != "all" and before[1] not in {action[0] for action in actions} and len(before[0].actions) + len(actions) <= 4 and " 대신" not in text:
            return link(before[0], False, chance) + text, before[0].actions + actions
    first = actions[0][2:4] if actions else ("on", None)
    return wrap(attach(text), device, first[0], first[1], chance, 0.2), actions


def banned(chance):
    """불 끄지 마: a ban asks for nothing."""
    part, device, room, kind = single(chance)
    while part.stem is None or room == "all":
        part, device, room, kind = single(chance)
    return part.head + " " + conjugate(BAN, part.stem, chance), []
