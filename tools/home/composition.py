"""Whole requests: one clause or several, with the talk around them, and the answer they deserve.

What is shared and what is not follows rule 5 of the schema: nouns joined under one verb share the room said first; a clause with its
own device starts afresh; a clause without a device goes on with the device and room before it.
"""

from clauses import (DURATION, NAMELESS, SOUND_DEVICES, base_env, delay, mode_for, parse, power, set_mode,
                     set_timer, setting, span, spoken, switch, timed_switch, value_of)
from devices import ASKED, MODE, NAME, ROOM, ROOMS, SWITCHED
from endings import AND, ON_WITH, conjugate, request
import quantity
from hangul import attach
from nouns import AFTER_ROOM, AGAIN, EVERY_AFTER, EVERY_BEFORE, Noun, Text, joined, may_be_everywhere, room_for, two_rooms, unnamed
from phrase import Phrase
from reasons import CHAT, CLOSER, LINK, OPENER, reason
from statements import say


def _kinds(text):
    """'on*3 off' -> a list with repeats."""
    kinds = []
    for part in text.split():
        name, _, weight = part.partition("*")
        kinds += [name] * int(weight or 1)
    return kinds


# What is asked of a device, and how often. `on+` after a delay, `on=` for a duration, `?` a value left open.
KINDS = {
    "aircon": "on*12 off*12 on+*3 off+*6 on=*5 set.temperature*14 up.temperature*5 down.temperature*5 up.temperature?*4 down.temperature?*4 set.level*4 up.level*2 "
              "down.level*2 up.level?*5 down.level?*5 set.mode*12 set.timer*4",
    "boiler": "on*12 off*12 on+*3 off+*5 on=*5 set.temperature*12 up.temperature*6 down.temperature*6 up.temperature?*9 down.temperature?*7 set.mode*5 set.timer*3 up.level? down.level? set.level",
    "light": "on*26 off*26 on+*3 off+*6 on=*3 set.brightness*10 up.brightness*4 down.brightness*4 up.brightness?*9 down.brightness?*9 set.mode*5 set.timer*2 set.level*2 up.level down.level",
    "tv": "on*14 off*14 on+*2 off+*6 on=*3 set.volume*8 up.volume*4 down.volume*4 up.volume?*8 down.volume?*8 set.channel*14 up.channel down.channel set.mode*4 set.timer*2 set.brightness",
    "washer": "start*18 stop*12 start+*6 start=*5 stop+*4 set.temperature*5 set.mode*12 set.timer*4 up.temperature down.temperature",
    "dryer": "start*18 stop*12 start+*5 start=*9 stop+*4 set.mode*8 set.timer*6 set.temperature",
    "fridge": "set.temperature*10 up.temperature*5 down.temperature*5 up.temperature?*4 down.temperature?*5 set.mode*9 on*3 off*3",
    "vacuum": "start*22 stop*14 start+*6 start=*5 stop+*3 up.level?*7 down.level?*6 set.level*6 up.level*3 down.level*3 set.mode*12 set.timer*2",
    "purifier": "on*14 off*14 on+*3 off+*5 on=*4 up.level?*7 down.level?*6 set.level*7 up.level*4 down.level*4 set.mode*13 set.timer*3",
    "curtain": "open*24 close*24 open+*4 close+*4 set.mode",
    "oven": "start*12 stop*12 start+*3 start=*12 stop+*3 set.temperature*18 up.temperature*4 down.temperature*4 up.temperature?*2 down.temperature?*2 set.timer*9 set.mode*2",
    "dishwasher": "start*20 stop*12 start+*6 start=*4 stop+*3 set.mode*12 set.timer*3",
    "fan": "on*12 off*12 on+*3 off+*7 on=*6 up.level?*8 down.level?*8 set.level*10 up.level*6 down.level*6 set.mode*10 set.timer*5",
    "humidifier": "on*12 off*12 on+*3 off+*6 on=*6 up.level?*7 down.level?*7 set.level*7 up.level*4 down.level*4 set.mode*9 set.timer*4",
    "door": "lock*24 unlock*22 lock+*4 unlock+*3",
    "speaker": "on*16 off*16 on+*2 off+*5 on=*4 set.volume*10 up.volume*5 down.volume*5 up.volume?*9 down.volume?*9 set.mode*3 set.timer*2",
}
KINDS = {device: _kinds(text) for device, text in KINDS.items()}

# What a clause that goes on with the device can ask: its words must fit this device without its name.
GOING_ON = {
    "aircon": "set.temperature*12 up.temperature*4 down.temperature*4 up.temperature?*2 down.temperature?*2 off+*6 set.mode*6 set.level*4 up.level?*4 down.level?*3 set.timer*4 up.level*2 down.level*2",
    "boiler": "set.temperature*10 up.temperature*4 down.temperature*4 up.temperature?*3 down.temperature?*2 off+*6 set.timer*2 set.mode*2",
    "light": "set.brightness*9 up.brightness*2 down.brightness*3 up.brightness?*5 down.brightness?*6 off+*6 set.mode*3 set.timer",
    "tv": "set.volume*6 up.volume*3 down.volume*3 up.volume?*6 down.volume?*6 set.channel*10 off+*5 set.mode*3 set.timer",
    "washer": "set.mode*8 set.temperature*5 set.timer*2 stop+*3",
    "dryer": "set.timer*5 stop+*5 set.mode*4",
    "fridge": "set.temperature*5 set.mode*5 down.temperature*2 up.temperature*2",
    "vacuum": "set.mode*7 set.level*5 up.level?*6 down.level?*4 up.level*2 down.level*2 stop+*4",
    "purifier": "set.mode*7 set.level*5 up.level?*5 down.level?*4 up.level*2 down.level*2 off+*4 set.timer*2",
    "curtain": "close+*2 open+*2",
    "oven": "set.temperature*9 set.timer*6 stop+*5 up.temperature*2 down.temperature*2",
    "dishwasher": "set.mode*6 stop+*2 set.timer*2",
    "fan": "set.level*8 up.level?*5 down.level?*5 off+*7 set.mode*5 set.timer*4 up.level*3 down.level*3",
    "humidifier": "set.level*6 up.level?*4 down.level?*4 off+*6 set.mode*4 set.timer*2 up.level*2 down.level*2",
    "door": "lock+",
    "speaker": "set.volume*7 up.volume*3 down.volume*3 up.volume?*6 down.volume?*6 off+*5 set.timer",
}
GOING_ON = {device: _kinds(text) for device, text in GOING_ON.items()}


def clause(kind, places, noun, chance):
    """One clause of `kind` for every (device, room) of `places`, which `noun` names together."""
    device = places[0][0]
    timed = kind[-1]
    if timed in "+=":
        kind = kind[:-1]
        minutes = span(chance)
        return timed_switch(kind, device, noun, [(d, r, _same(kind, d), "timer", minutes) for d, r in places], minutes, timed == "=", chance)
    if "." not in kind:
        return switch(kind, device, noun, [(d, r, _same(kind, d), None, None) for d, r in places], chance)
    if kind == "set.timer":
        minutes = span(chance)
        return set_timer(noun, minutes, [(d, r, "set", "timer", minutes) for d, r in places], chance)
    if kind == "set.mode":
        mode = mode_for(device, chance)
        return set_mode(device, noun, mode, [(d, r, "set", "mode", mode) for d, r in places], chance)
    value = None
    if kind.endswith("?"):
        kind = kind[:-1]
    else:
        value = value_of(kind, device, chance)
    action, param = kind.split(".")
    return setting(kind, device, noun, value, [(d, r, action, param, value) for d, r in places], chance)


def _same(kind, device):
    """끄다 is off for a fan and stop for a washer."""
    if kind in ("on", "start"):
        return power(device, True)
    if kind in ("off", "stop"):
        return power(device, False)
    return kind


def some_room(device, chance, share=0.36):
    """A room, mostly none; "all" for what can be everywhere."""
    draw = chance.random()
    if draw < share:
        return room_for(device, chance)
    if draw < share + 0.07 and may_be_everywhere(device, chance):
        return "all"
    return None


def single(chance, device=None, share=0.36):
    """A clause for one device; (clause, device, room, kind)."""
    device = device or chance.pick(ASKED)
    if (device, power(device, True)) in NAMELESS and chance.happens(0.07):
        room = room_for(device, chance) if device == "vacuum" and chance.happens(0.4) else None
        env = base_env(lambda role: "", chance)
        env["r"] = ROOM[room].draw(chance) + chance.pick((" ", " 좀 ", "")) if room else ""
        return parse(NAMELESS[device, "start"].draw(chance, env), [(device, room, "start", None, None)]), device, room, "start"
    room = some_room(device, chance, share)
    kind = chance.pick(KINDS[device])
    return clause(kind, [(device, room)], Noun(device, room, chance), chance), device, room, kind


def group(chance):
    """Several nouns under one verb, or one device in several rooms; (clause, device, kind)."""
    draw = chance.random()
    if draw < 0.42:  # one device, two rooms (sometimes three)
        device = chance.pick(ASKED)
        rooms = []
        while len(rooms) < (3 if chance.happens(0.12) else 2):
            room = room_for(device, chance) if chance.happens(0.3) else chance.pick(list(ROOM))
            if room not in rooms:
                rooms.append(room)
        places = [(device, room) for room in rooms]
        words = two_rooms(device, rooms, chance)
        kind = chance.pick(KINDS[device]) if chance.happens(0.4) else chance.pick([k for k in KINDS[device] if "." not in k] or KINDS[device])
    else:  # several devices
        devices = []
        first = chance.pick(SWITCHED)
        pool = SWITCHED
        if chance.happens(0.07):
            pool, first = None, "curtain"
        devices.append(first)
        count = 2 if chance.happens(0.78) else 3 if chance.happens(0.85) else 4
        while len(devices) < count and pool:
            device = chance.pick(pool)
            if device not in devices:
                devices.append(device)
        if not pool:
            devices = ["curtain", "door"] if chance.happens(0.3) else ["door", "curtain"]
        rooms = [None] * len(devices)
        draw = chance.random()
        if draw < 0.5:
            rooms[0] = chance.pick([room_for(devices[0], chance)])
            effective = [rooms[0]] * len(devices)
        elif draw < 0.62 and len(devices) == 2:  # each its own
            rooms = [room_for(device, chance) for device in devices]
            effective = rooms
        elif draw < 0.68 and len(devices) == 2:  # only the second
            rooms[1] = room_for(devices[1], chance)
            effective = rooms
        else:
            effective = rooms
        words = joined(devices, rooms, chance)
        places = list(zip(devices, effective))
        if not pool:
            opening = chance.happens(0.8)
            kind = "open" if opening else "lock"
            if not opening:
                return group(chance)
            part = switch("open", "curtain", Text(words, chance, bare=chance.happens(0.5)),
                          [(d, r, "open" if d == "curtain" else "unlock", None, None) for d, r in places], chance)
            if part.stem not in ("열", "열어놓", "활짝 열"):
                part.stem = "열"
            return part, "curtain", "open"
        kinds = ["off"] * 10 + ["on"] * 9 + ["off+"] * 3 + ["on+"] + ["on="] * 2
        kind = chance.pick(kinds)
        if all(device in SOUND_DEVICES for device in devices) and chance.happens(0.6):
            kind = chance.pick(["up.volume?", "down.volume?", "set.volume"])
        elif all(device in ("aircon", "fan", "purifier", "humidifier", "vacuum") for device in devices) and chance.happens(0.3):
            kind = chance.pick(["up.level?", "down.level?", "set.level"])
        elif all(device in ("aircon", "boiler", "fridge", "oven") for device in devices) and chance.happens(0.4):
            kind = chance.pick(["set.temperature", "up.temperature", "down.temperature"])
        elif chance.happens(0.06):
            mode = chance.pick(("sleep", "eco", "auto", "quiet"))
            noun = Text(words, chance)
            return set_mode("", noun, mode, [(d, r, "set", "mode", mode) for d, r in places], chance), devices[0], "set.mode"
        if kind.startswith(("on", "off")):
            return _common_switch(kind, places, words, chance), devices[0], kind
        device = devices[0]
    tail = ""
    if any(room for _, room in places) and chance.happens(0.16) and not kind.startswith("set"):
        tail = chance.pick((" 다", " 둘 다", " 모두", " 전부", " 다", " 같이")) if len(places) == 2 else chance.pick((" 다", " 모두", " 전부"))
    noun = Text(words + tail, chance, bare=bool(tail))
    return clause(kind, places, noun, chance), device, kind


COMMON_ON = Phrase("{O} {a} [(켜*30|틀*8|키*5|돌리*3|작동시키)]")
COMMON_OFF = Phrase("{O} {a} [(끄*50|멈추*2|정지하)]")


def _common_switch(kind, places, words, chance):
    """끄다 or 켜다 for unlike devices at once."""
    roomed = places[0][1] is not None
    tail = ""
    if chance.happens(0.2):
        if roomed:
            tail = chance.pick((" 다", " 둘 다", " 모두", " 전부", " 다", " 같이", " 싹 다")) if len(places) == 2 else chance.pick((" 다", " 모두", " 전부", " 다", " 싹 다"))
        else:
            tail = chance.pick((" 같이", " 둘 다", " 동시에")) if len(places) == 2 else " 같이"
    noun = Text(words + tail, chance, bare=bool(tail))
    on = kind.startswith("on")
    env = base_env(noun, chance)
    param = minutes = None
    if kind[-1] in "+=":
        param, minutes = "timer", span(chance)
        text = quantity.minutes(chance, minutes)
        when = DURATION.draw(chance, {"s": text}) if kind[-1] == "=" else delay(chance, text)
        if chance.happens(0.5):
            env["O"] = lambda: when + " " + noun("O")
        else:
            env["O"] = lambda: noun("O") + " " + when
    actions = [(d, r, power(d, on), param, minutes) for d, r in places]
    return parse((COMMON_ON if on else COMMON_OFF).draw(chance, env), actions)


def two_settings(chance):
    """Two parameters of one device under one verb: 에어컨 24도에 강풍으로."""
    device = chance.pick(["aircon"] * 7 + ["oven"] * 7 + ["fan"] * 3 + ["tv"] * 3 + ["washer"] * 2 + ["humidifier", "light", "boiler", "purifier", "vacuum", "dryer"])
    room = some_room(device, chance, 0.25)
    if room == "all":
        room = None
    noun = Noun(device, room, chance)
    place = (device, room)
    if device == "oven" or device == "dryer" or (device == "boiler"):
        degree, minutes = value_of("set.temperature", device, chance), span(chance)
        env = {"N": lambda: noun("O"), "v": quantity.degrees(chance, degree), "d": quantity.minutes(chance, minutes)}
        on = power(device, True)
        if chance.happens(0.7):
            text = TWO_SETTINGS["run"].draw(chance, env)
            actions = [place + ("set", "temperature", degree), place + (on, "timer", minutes)]
        elif chance.happens(0.5):
            text = TWO_SETTINGS["run_back"].draw(chance, env)
            actions = [place + (on, "timer", minutes), place + ("set", "temperature", degree)]
        else:
            text = TWO_SETTINGS["set"].draw(chance, env)
            actions = [place + ("set", "temperature", degree), place + ("set", "timer", minutes)]
        return parse(text, actions), device, room, "set.temperature"
    first, second = chance.pick({
        "aircon": (("set.temperature", "set.mode"), ("set.temperature", "set.level"), ("set.mode", "set.temperature"), ("set.temperature", "set.mode")),
        "fan": (("set.mode", "set.level"), ("set.level", "set.mode"), ("set.level", "set.timer")),
        "tv": (("set.channel", "set.volume"), ("set.volume", "set.channel")),
        "washer": (("set.temperature", "set.mode"), ("set.mode", "set.temperature"), ("set.mode", "set.timer")),
        "humidifier": (("set.level", "set.timer"), ("set.mode", "set.level")),
        "light": (("set.brightness", "set.mode"), ("set.mode", "set.brightness")),
        "purifier": (("set.mode", "set.level"), ("set.level", "set.mode")),
        "vacuum": (("set.mode", "set.level"), ("set.level", "set.mode")),
    }[device])
    words, actions = [], []
    for kind in (first, second):
        action, param = kind.split(".")
        if param == "mode":
            value = mode_for(device, chance)
            text = MODE[value].draw(chance) + chance.pick((" 모드", "모드", " 모드"))
        elif param == "timer":
            value = span(chance)
            text = "타이머 " + quantity.minutes(chance, value)
        else:
            value = value_of(kind, device, chance)
            text = spoken(kind, value, chance)
            label = {"temperature": ("온도 ", "온도는 ", "", "", ""), "level": ("바람 ", "세기 ", "", "세기는 ") if device != "humidifier" else ("세기 ", "분무량 ", ""),
                     "channel": ("채널 ", "", "채널은 "), "volume": ("볼륨 ", "소리 ", "볼륨은 ", "음량 "), "brightness": ("밝기 ", "밝기는 ", "")}[param]
            text = chance.pick(label) + text
        words.append(text)
        actions.append(place + ("set", param, value))
    joint = chance.pick(("에 ", "에 ", ", ", " ", "^로 하고 ", "^로, ", "^로 맞추고 ", "^로 "))
    text = noun("O") + " " + words[0] + joint + words[1] + chance.pick(("^로 [맞추", "^로 [하", "^로 [하", "^로 [설정하", "^로 [틀", "^로 [세팅하", "^로 [바꾸"))
    part = parse(text + "]", actions)
    return part, device, room, first


TWO_SETTINGS = {
    "run": Phrase("{N} {v}(^로*6|에*3|에서*5|에 맞춰서|^로 맞춰서*2|^로 해서*2) {d}(만*3|*6| 동안*3|간*2) [(돌리*12|켜*5|작동시키*2|가동하|틀)]"),
    "run_back": Phrase("{N} {d}(만*3|*3| 동안*3|간) {v}(^로*6|에서*2) [(돌리*12|켜*4|작동시키)]"),
    "set": Phrase("{N} {v}에 (타이머 {d}*4|{d} 타이머)^로 [(맞추*4|설정하*3|하*2)]|{N} 온도 {v}(에|, |^로 하고) 타이머 {d}^로 [(맞추*3|설정하*2|하)]"),
}


def going_on(device, room, before, chance):
    """A clause about the device before it, which it does not name; `before` is the action it follows."""
    if chance.happens(0.12) and device not in ("door", "curtain"):  # the same device elsewhere: 안방도 꺼줘
        elsewhere = chance.pick([r for r in ROOM if r != room])
        text = ROOM[elsewhere].draw(chance) + chance.pick(("도 ", "은 ", "도 ", "도 좀 ", "에 있는 것도 ", " 것도 ", "에 있는 거는 ")).replace("은 ", "^는 ")
        on = chance.happens(0.5)
        return parse(text + ("[켜]" if on else "[끄]"), [(device, elsewhere, power(device, on), None, None)])
    if before in ("set", "up", "down") and device not in ("door", "curtain", "fridge") and chance.happens(0.35):  # 180도로 맞추고 20분 돌려줘
        kind = power(device, True) + chance.pick(("=", "=", ""))
    else:
        kind = chance.pick(GOING_ON[device])
    return clause(kind, [(device, room)], unnamed(chance), chance)


THEN = Phrase("그리고 *16|그리고 나서 *3|그다음에 *3|그 다음에 *2|또 *3|아 그리고 *6|그담에 *2|글고 *3|아 *2|그러고 |이어서 |참 *2|그리구 *2|추가로 |그리고 또 *2|음 그리고 |다음으로 |그 다음 |그러고 나서 |그 후에 ")


PLEASE = Phrase(" 부탁해*8| 부탁해요*3| 부탁드려요*3| 부탁드립니다*2| 부탁*2| 부탁할게*2| 좀*6| ㄱㄱ*2| 플리즈|요*3| 고고| 가자*2| 부탁합니다| 좀요| 쫌| 제발| 부탁 좀| please| 좀 부탁해*3|~")
SETS = {"하", "맞추", "설정하", "바꾸", "조절하", "세팅하"}


def finish(part, chance, away=False):
    """The clause as a request."""
    if part.stem is None:
        return part.head + (PLEASE.draw(chance) if chance.happens(0.22) else "")
    if part.stem in SETS and part.head.rstrip().endswith("로") and chance.happens(0.07):
        return part.head.rstrip() + PLEASE.draw(chance)
    return part.head + " " + request(part.stem, chance, away)


def link(part, follows_same, chance):
    """The clause leading on to the next one."""
    if part.stem is None:
        return part.head + chance.pick((", ", " 그리고 ", " ", ", "))
    draw = chance.random()
    if draw < 0.80:
        ending = conjugate(ON_WITH if follows_same else AND, part.stem, chance)
        return part.head + " " + ending + " " + (THEN.draw(chance) if chance.happens(0.05) else "")
    return part.head + " " + request(part.stem, chance) + chance.pick((" ", ". ", ", ", " ", "~ ", "! ")) + (THEN.draw(chance) if chance.happens(0.75) else "")


def _verb_first(part, chance):
    """꺼줘 거실 불."""
    return request(part.stem, chance) + chance.pick((" ", " ", ", ", " ")) + part.head


def _late_device(kind, device, room, chance):
    """온도 좀 올려줘 보일러; 불 꺼줘 거실."""
    if room not in (None, "all") and chance.happens(0.5):
        part = clause(kind, [(device, None)], Noun(device, None, chance), chance)
        late = ROOM[room].draw(chance) + chance.pick(("", "", "에", "에 있는 거", " 거", "쪽", "꺼"))
    elif room == "all":
        return None
    else:
        part = clause(kind, [(device, room)], lambda role: "", chance)
        late = Noun(device, room, chance, bare=True)("O") + chance.pick(("", "", "", " 말이야", "요"))
    if part.stem is None:
        return None
    part.actions = [(device, room) + action[2:] for action in part.actions]
    return finish(part, chance) + chance.pick((" ", " ", ", ")) + late, part.actions


def wrap(text, device, action, param, chance, talk=0.42):
    """Puts an opener, a reason or a closing word around a request, or nothing."""
    draw = chance.random()
    if draw < 1 - talk:
        return text
    before = after = ""
    if chance.happens(0.34):
        before = OPENER.draw(chance) + chance.pick((" ", " ", " ", ", ", ".. ", "~ "))
    if chance.happens(0.62):
        why = reason(device, action, param, chance) if chance.happens(0.72) else None
        if why is None and chance.happens(0.5):
            why = CHAT.draw(chance)
        if why:
            if chance.happens(0.86):
                before += attach(why) + LINK.draw(chance)
            else:
                after = chance.pick((" ", ". ", ", ", " ")) + attach(why)
    if not after and chance.happens(0.14):
        after = chance.pick((" ", ", ", ". ", " ")) + CLOSER.draw(chance)
    return before + text + after


def one_request(chance):
    """A single clause in any order."""
    draw = chance.random()
    if draw < 0.10:
        device = chance.pick(ASKED)
        room = some_room(device, chance, 0.5)
        kind = chance.pick(KINDS[device])
        late = _late_device(kind, device, room, chance)
        if late:
            text, actions = late
            return wrap(text, device, actions[0][2], actions[0][3], chance, 0.2), actions
    part, device, room, kind = single(chance)
    action, param = part.actions[0][2:4]
    if part.stem and chance.happens(0.07):
        text = _verb_first(part, chance)
    else:
        text = finish(part, chance, action in ("off", "stop", "close", "lock"))
    return wrap(text, device, action, param, chance), part.actions


def settings_request(chance):
    part, device, room, kind = two_settings(chance)
    return wrap(finish(part, chance), device, "set", kind.split(".")[1], chance, 0.25), part.actions


def group_request(chance):
    part, device, kind = group(chance)
    action, param = part.actions[0][2:4]
    if len(part.actions) > 4:
        return group_request(chance)
    if part.stem and chance.happens(0.06):
        text = _verb_first(part, chance)
    else:
        text = finish(part, chance, action in ("off", "stop"))
    return wrap(text, device, action, param, chance, 0.25), part.actions


def everywhere_request(chance):
    """불 다 꺼줘: 다 counts the devices."""
    device = chance.pick(["light"] * 9 + ["curtain"] * 3 + ["aircon"] * 3 + ["boiler", "door", "door", "fan", "tv", "purifier", "humidifier"])
    kind = chance.pick([k for k in KINDS[device] if "." not in k and k[-1] not in "+="]) if chance.happens(0.8) else chance.pick(KINDS[device])
    part = clause(kind, [(device, "all")], Noun(device, "all", chance), chance)
    action, param = part.actions[0][2:4]
    return wrap(finish(part, chance, action in ("off", "close")), device, action, param, chance, 0.3), part.actions


def several_requests(chance):
    """Two to four clauses, some of them going on with the device before."""
    wanted = 2 if chance.happens(0.76) else 3 if chance.happens(0.8) else 4
    parts, same, actions = [], [], []
    device = room = None
    seen = set()
    while len(parts) < wanted and len(actions) < 4:
        if parts and device and chance.happens(0.4 if len(parts) == 1 else 0.3):
            part, follows = going_on(device, room, actions[-1][2], chance), True
            new_device, new_room = device, part.actions[-1][1]
        elif chance.happens(0.13):
            part, new_device, _ = group(chance)
            follows, new_room = False, None
            if len({action[:2] for action in part.actions}) > 1:
                new_device = None  # nothing may go on with a group: which of them would be meant
        elif chance.happens(0.06):
            part, new_device, new_room, _ = two_settings(chance)
            follows = False
        else:
            part, new_device, new_room, _ = single(chance, share=0.33)
            follows = False
            if new_room == "all" and chance.happens(0.5):
                continue
        if len(actions) + len(part.actions) > 4:
            break
        key = [(action[0], action[1], action[2], action[3]) for action in part.actions]
        if not follows and any(action[0] in seen for action in part.actions) and chance.happens(0.9):
            continue
        if any(item in seen for item in key):
            continue
        seen.update(key)
        seen.update(action[0] for action in part.actions)
        if part.stem is None and chance.happens(0.85) and not parts:
            continue
        parts.append(part)
        same.append(follows)
        actions += part.actions
        device, room = new_device, new_room
    if len(parts) < 2:
        return several_requests(chance)
    text = ""
    for index, part in enumerate(parts[:-1]):
        text += link(part, same[index + 1], chance)
    text += finish(parts[-1], chance)
    first = actions[0]
    return wrap(text, first[0], first[2], first[3], chance, 0.25), actions


# The device is in the statement, the request names it no more: 티비 소리가 너무 커 좀 줄여줘.
COMPLAINTS = {
    "light": (("너무 (밝아*3|밝은데*3|밝네*2|밝다|눈부셔|세다)|좀 밝은 것 같아*2|좀 밝은데*2|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<밝>*8|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<눈부시>*3|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<v:부시>|불빛이 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<세>", "down.brightness?"), ("너무 (어두워*3|어두운데*3|어둡네*2|침침해)|좀 어두운 것 같아*2|좀 어두운데*2|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<어둡>*8|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<침침하>*2|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<약하>", "up.brightness?"), ("너무 오래 켜져 있었어|아직도 켜져 있네*2|켜져 있네*2|계속 켜져 있던데|아직도 켜져 <있>*3|계속 켜져 <있>*3|켜져 <있>*4|켜놓고 <p:나오>*2|안 끄고 <p:나오>*2", "off")),
    "tv": (("(소리가|볼륨이) (너무|좀) (커*3|큰데*3|크네*2|시끄러워*2)|너무 시끄러워*2|(소리|볼륨)(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<크>*8|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*6|소리 때문에 시끄러워서 잠을 <v:못 자>", "down.volume?"), ("(소리가|볼륨이) (너무|좀) (작아*3|작은데*3|작네*2)|(소리가|) 잘 안 들려*3|소리가 하나도 안 들려|(소리|볼륨)(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<작>*8|(소리가|) (잘 |하나도 |거의 |)안 <v:들리>*8", "up.volume?"), ("아무도 안 보네|혼자 켜져 있네*2|아직도 켜져 있네|계속 켜져 있네|보는 사람이 <없>*2|아무도 안 <v:보>*3|계속 켜져 <있>*3|혼자 <v:떠들>|켜놓고 <p:자>|너무 오래 <p:보>*2|<재미없>|재미<없>*2", "off")),
    "speaker": (("(소리가|볼륨이) (너무|좀) (커*3|큰데*3|크네*2|시끄러워*2)|너무 시끄러워*2|(소리|볼륨)(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<크>*8|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*6", "down.volume?"), ("(소리가|볼륨이) (너무|좀) (작아*3|작은데*3|작네*2)|(소리가|) 잘 안 들려*3|(소리|볼륨)(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<작>*8|(소리가|) (잘 |하나도 |)안 <v:들리>*6", "up.volume?")),
    "aircon": (("(바람이|) (너무|좀) (세*3|센데*3|센 것 같아*2|강해)|(바람이 |바람 |)(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<세>*8|바람이 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<강하>*3|바람이 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<차갑>", "down.level?"), ("(바람이|) (너무|좀|영) (약해*3|약한데*3|약한 것 같아*2)|(바람이 |바람 |)(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<약하>*8|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)안 <시원하>*4|바람이 (하나도 |잘 |)안 <v:나오>*3", "up.level?"), ("너무 (추워*2|춥다)|켜놨더니 춥네*2|틀어놨더니 너무 추워*2|계속 켜져 있네|너무 <춥>*3|틀었더니 <춥>*4|때문에 <춥>*4|때문에 감기 <p:걸리>|계속 켜져 <있>*2|아직도 켜져 <있>*2|오래 <p:틀>*3", "off"), ("온도가 너무 낮은 것 같아*2|온도가 너무 낮아*2|온도(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<낮>*6", "up.temperature"), ("온도가 너무 높은 것 같아*2|온도가 높은데|온도(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<높>*6", "down.temperature")),
    "fan": (("(바람이|) (너무|좀) (세*3|센데*3|센 것 같아*2|강해)|(바람이 |바람 |)(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<세>*8|바람이 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<강하>*3|소리가 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<크>", "down.level?"), ("(바람이|) (너무|좀|영) (약해*3|약한데*3|약한 것 같아*2)|(바람이 |바람 |)(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<약하>*8|바람이 (하나도 |잘 |)안 <v:오>*3", "up.level?"), ("틀어놨더니 춥네*2|바람이 추워|혼자 돌고 있네|때문에 <춥>*4|틀었더니 <춥>*3|혼자 <v:돌>*2|바람 때문에 머리 <아프>", "off")),
    "purifier": (("너무 시끄러워*3|소리가 너무 커*2|너무 세게 도는데|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*6|소리가 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<크>*5|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<세>*2", "down.level?"), ("너무 약한 것 같아*2|너무 약하게 도는데|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<약하>*6", "up.level?"), ("너무 시끄럽네|혼자 돌고 있네|아직도 켜져 있네", "off")),
    "humidifier": (("너무 (세*2|많이 나와*2)|물안개가 너무 많이 나와|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<세>*4|(김|물|수증기|연기)(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)많이 <v:나오>*5", "down.level?"), ("너무 (약해*2|조금 나와)|너무 약한 것 같은데|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<약하>*5|(김|물|수증기)(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)조금 <v:나오>*2|(김|수증기)(^가|) 잘 안 <v:나오>*2", "up.level?"), ("계속 켜져 있네*2|틀어놨더니 너무 습해*2|때문에 너무 <습하>*3|계속 켜져 <있>*2|오래 <p:틀>*2", "off")),
    "vacuum": (("너무 시끄러워*3|소리가 너무 커*2|흡입력이 너무 센데|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*6|소리가 (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<크>*5", "down.level?"), ("흡입력이 (약해*2|너무 약한데*2|약한 것 같아)|흡입력(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<약하>*6|먼지를 잘 못 <v:빨아들이>|잘 안 <v:빨리>", "up.level?"), ("너무 시끄러운데*2|아직도 돌고 있네|자꾸 돌아다니네|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*4|자꾸 <v:부딪히>*2|의자에 <p:걸리>*2|때문에 <시끄럽>*3", "stop")),
    "boiler": (("온도가 너무 (낮아*2|낮은데*2)|온도(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<낮>*6|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)안 <따뜻하>*3", "up.temperature?"), ("온도가 너무 (높아*2|높은데*2)|너무 뜨거워*2|너무 세서 더워|온도(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<높>*6|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<뜨겁>*3|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<덥>*2", "down.temperature?"), ("계속 켜져 있네*2|틀어놨더니 너무 덥네*2|켜놨더니 덥다|때문에 <덥>*4|켰더니 <덥>*3|계속 켜져 <있>*2|너무 오래 <p:틀>*2", "off")),
    "washer": (("너무 시끄러워*2|소리가 너무 커|이상한 소리가 나*2|물이 새는 것 같아*2|너무 덜컹거려|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*4|(물|거품)(^가|) <v:새>*3|거품이 <v:넘치>|이상한 소리(^가|) <v:나>*3|안에 핸드폰이 <p:들어가>*2|안에 뭐 <v:들어 있>", "stop"),),
    "dryer": (("너무 시끄러워*2|이상한 냄새 나*2|너무 오래 도는데|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*4|이상한 소리(^가|) <v:나>*2|탄 냄새(^가|) <v:나>*2", "stop"),),
    "oven": (("(탄 냄새|연기)가 나*3|너무 뜨거운 것 같아|타는 것 같아*2|(연기|탄 냄새|타는 냄새)(^가|) <v:나>*5|안에 빵이 <v:타>*2|다 <p:익>*3|다 <p:되>*2", "stop"), ("온도가 너무 낮은 것 같아*2|온도가 낮은데|온도(^가|) (너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<낮>*5", "up.temperature")),
    "dishwasher": (("너무 시끄러워*2|이상한 소리가 나*2|물이 새는데|(너무 *6|좀 *4|진짜 |왜 이렇게 *2|엄청 |*2)<시끄럽>*4|물이 <v:새>*3|이상한 소리(^가|) <v:나>*2", "stop"),),
    "curtain": (("열려 있네*2|열려 있어서 눈부셔*2|활짝 열려 있는데|열려 <있>*5|열려 있어서 <눈부시>*3|안 닫고 <p:나오>*2", "close"), ("닫혀 있네*2|쳐져 있어서 어두워*2|닫혀 있어서 답답해|닫혀 <있>*5|닫혀 있어서 <어둡>*3|쳐져 <있>*2", "open")),
    "door": (("열려 있네*2|안 잠겨 있네*2|안 잠갔네*2|안 잠근 것 같아*2|열려 <있>*4|안 <p:잠그>*5|안 잠그고 <p:나오>*5|안 잠긴 것 <같>*2", "lock"),),
}
COMPLAINTS = {device: [(Phrase(text), kind) for text, kind in rows] for device, rows in COMPLAINTS.items()}
SUBJECT = Phrase("^가*10|*5|^는*2|^가 좀|^가 지금*2")


def complaint_request(chance):
    device = chance.pick(list(COMPLAINTS))
    text, kind = chance.pick(COMPLAINTS[device])
    room = room_for(device, chance) if chance.happens(0.25) else None
    part = clause(kind, [(device, room)], lambda role: "", chance)
    if part.stem is None:
        return complaint_request(chance)
    head = Noun(device, room, chance, bare=True)("G") + SUBJECT.draw(chance) + " " + say(text.draw(chance), chance, lead=True)
    if chance.happens(0.15):
        head = OPENER.draw(chance) + " " + head
    return attach(head) + LINK.draw(chance) + finish(part, chance), part.actions


# The next request leaves out the verb: 불 꺼줘 티비도.
def short_addition(chance):
    draw = chance.random()
    device = chance.pick(SWITCHED)
    on = chance.happens(0.4)
    kind = power(device, on)
    room = some_room(device, chance, 0.45)
    if room == "all":
        room = None
    part = switch(kind, device, Noun(device, room, chance), [(device, room, kind, None, None)], chance)
    if draw < 0.5:
        other = chance.pick([d for d in SWITCHED if d != device])
        other_room = room_for(other, chance) if chance.happens(0.3) else None
        words = Noun(other, other_room, chance, bare=True)("G")
        actions = part.actions + [(other, other_room, power(other, on), None, None)]
    else:
        other_room = chance.pick([r for r in ROOM if r != room])
        words = ROOM[other_room].draw(chance) + chance.pick(("", "", " 것", "에 있는 것"))
        actions = part.actions + [(device, other_room, kind, None, None)]
    join = chance.pick((" ", ". ", ", ", " 그리고 ", " 아 ", ". 아 ", " 아 그리고 ", ", 그리고 "))
    text = finish(part, chance) + join + words + chance.pick(("도", "도", "도 좀", "도요", "도 같이", "도 부탁해", "도!"))
    return text, actions


def elsewhere_request(chance):
    """One device, two rooms, two verbs: 안방 불은 끄고 거실 불은 켜줘."""
    device = chance.pick(["light"] * 6 + ["aircon"] * 5 + ["curtain"] * 3 + ["tv", "boiler", "fan", "purifier", "humidifier"] * 2)
    first, second = chance.pick(list(ROOM)), chance.pick(list(ROOM))
    if first == second:
        return elsewhere_request(chance)
    kinds = [kind for kind in KINDS[device] if kind[-1] not in "+="]
    one = chance.pick(kinds)
    other = chance.pick([kind for kind in kinds if kind != one])
    parts = []
    for kind, room in ((one, first), (other, second)):
        noun = Noun(device, room, chance)
        if chance.happens(0.3):
            topic = Noun(device, room, chance, bare=True)("G") + "^는"
            noun = lambda role, topic=topic: topic
        parts.append(clause(kind, [(device, room)], noun, chance))
    if parts[0].stem is None:
        return elsewhere_request(chance)
    actions = parts[0].actions + parts[1].actions
    return wrap(link(parts[0], False, chance) + finish(parts[1], chance), device, actions[0][2], actions[0][3], chance, 0.15), actions


# The channel names its device: 채널 11번으로 돌려줘.
CHANNEL = Phrase("채널(^를|) {v}^로 {a} [(돌리*5|바꾸*5|틀*3|맞추*3|하)]*6|채널 {v} [(틀*3|하)]|{v} 채널^로 [(돌리*2|바꾸*2|틀)]*2|채널 {v}")


def channel_request(chance):
    value = value_of("set.channel", "tv", chance)
    env = base_env(lambda role: "", chance)
    env["v"] = quantity.channel(chance, value)
    part = parse(CHANNEL.draw(chance, env), [("tv", None, "set", "channel", value)])
    return wrap(finish(part, chance), "tv", "set", "channel", chance, 0.25), part.actions


CLEAN = Phrase("{N}(^로|*3) (좀 |*3){R} (좀 |*3)청소 {a} [(하*4|시작하)]*3|{N} 보고 {R} (좀 |)청소하라고 [하]|{N}(^로|) {R} {a} [청소하]|{R}(^를|*2|에|부터) {N} {a} [돌리]*3|{R} 좀 {N}^로 [청소하]|{N} {R}에 [돌리]")


def cleaning_request(chance):
    """로봇청소기로 거실 청소해줘: the room is what is cleaned."""
    room = chance.pick(ROOMS)
    env = base_env(lambda role: "", chance)
    env["N"], env["R"] = NAME["vacuum"].draw(chance), ROOM[room].draw(chance)
    part = parse(CLEAN.draw(chance, env), [("vacuum", room, "start", None, None)])
    return wrap(finish(part, chance), "vacuum", "start", None, chance, 0.3), part.actions


def channel_or_cleaning(chance):
    return (channel_request if chance.happens(0.5) else cleaning_request)(chance)


# State first, then the wish: 불 켜져 있으면 꺼줘.
IF_STATE = Phrase("(지금|아직|혹시|아직도|) {N}{p} (켜져 있으면*6|돌아가고 있으면*2|켜져있으면*2|켜져 있거든*2|안 꺼져 있으면|아직 돌고 있으면|안 껐으면*2|켜 있으면)")
IF_OFF = Phrase("(지금|아직|혹시|) {N}{p} (꺼져 있으면*6|안 켜져 있으면*3|안 켰으면*2|꺼져있으면*2)")


def conditional_request(chance):
    device = chance.pick(SWITCHED)
    on = chance.happens(0.35)
    room = some_room(device, chance, 0.4)
    if room == "all":
        room = None
    kind = power(device, on)
    if chance.happens(0.25):
        device = chance.pick(("curtain", "door"))
        room = some_room(device, chance, 0.3)
        state, kind = chance.pick((("열려 있", "close"), ("닫혀 있", "open")) if device == "curtain" else (("열려 있", "lock"), ("안 잠겨 있", "lock"), ("잠겨 있", "unlock"), ("안 잠갔", "lock")))
        part = switch(kind, device, lambda role: "", [(device, room, kind, None, None)], chance)
        if room == "all" or part.stem is None:
            return conditional_request(chance)
        text = Noun(device, room, chance, bare=True)("G") + chance.pick((" ", "^가 ", " 혹시 ", " 아직 ")) + state + chance.pick(("으면 ", "으면 ", "으면 좀 ", "거든 "))
        return attach(text) + finish(part, chance), part.actions
    noun = Noun(device, room, chance, bare=True)
    if not on and chance.happens(0.25):  # 켜져 있으면 24도로 맞춰줘
        part = clause(chance.pick([k for k in GOING_ON[device] if "." in k]), [(device, room)], lambda role: "", chance)
        if part.stem:
            text = IF_STATE.draw(chance, {"N": lambda: noun("G"), "p": chance.pick(("", "", "^가"))})
            return attach(text) + " " + finish(part, chance), part.actions
    text = (IF_OFF if on else IF_STATE).draw(chance, {"N": lambda: noun("G"), "p": chance.pick(("", "", "^가", "^가"))})
    stem = chance.pick(("켜", "켜", "켜", "틀", "키") if on else ("끄", "끄", "끄", "끄", "멈추"))
    return attach(text) + chance.pick((" ", " ", " 좀 ", " 바로 ", " 그냥 ")) + request(stem, chance), [(device, room, kind, None, None)]
