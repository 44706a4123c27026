"""Naming the device: with a room or without, as an object, several joined, or everything of a kind (다)."""

from devices import EVERYWHERE, NAME, ROOM, ROOMS, USUAL_ROOMS
from phrase import Phrase

AFTER_ROOM = Phrase(" *70| 쪽 *2|에 *6|에 있는 *6|의 *2|쪽 |*8|에는 ")
OBJECT = Phrase("*52|^를*11| 좀*22|^를 좀*3|만*3|^는*2| 쫌|도*1|좀*3|^라도|^나 좀")
OWNER = Phrase("*84|의*4|에*2|^는*3|에서|^를|도*1| 좀")
EVERY_BEFORE = Phrase("집 전체 *6|집안 전체 |온 집안 *3|온 집안의 |모든 *5|전체 *6|집에 있는 모든 *2|집안 모든 |모든 방 *2|집 안 모든 |집안에 있는 모든 |집 전체의 |전부 다 |모든 방의 |온 집 *2|온집안 |집안 전체 |전체적으로 ")
EVERY_AFTER = Phrase(" 다*24| 전부*7| 모두*7| 전부 다*4| 싹 다*4| 다 좀| 몽땅*2| 싹*2| 죄다|^를 다*3|^를 모두*3|^를 전부*3|^는 다*2| 전체*3|들 다*2|들 모두| 모조리|^를 몽땅|^를 싹 다| 하나도 빠짐없이| 있는 거 다| 전체 다| 모두 다")
JOINER = Phrase("^랑 *24|하고 *16|^와 *10|, *8| *3|^랑*2| 그리고 *5|^랑 같이 |하고 또 |, 그리고 | 및 ")


def room_for(device, chance):
    """A room where this device may stand."""
    usual = USUAL_ROOMS.get(device)
    return chance.pick(usual) if usual and chance.happens(0.8) else chance.pick(ROOMS)


def may_be_everywhere(device, chance):
    return chance.happens(EVERYWHERE.get(device, 0) / 10)


def placed(room, word, chance):
    """거실 불, 거실에 있는 불."""
    if room is None:
        return word
    return ROOM[room].draw(chance) + AFTER_ROOM.draw(chance) + word


POINTING = Phrase("그 *4|저 *3|우리 집 *3|우리 *2|이 *2|저기 *2|그 뭐냐 *2|그거 |그 뭐지 |거기 |그 뭐시기 |집 |여기 *2|저쪽 ")


class Noun:
    """Writes one device in its room. `roles`: O an object, G the owner of a setting. Draws each at most once."""

    def __init__(self, device, room, chance, bare=False):
        self.device, self.room, self.chance, self.bare = device, room, chance, bare

    def __call__(self, role):
        chance = self.chance
        word = NAME[self.device].draw(chance)
        if self.room == "all":
            if role == "O" and chance.happens(0.72):
                return (chance.pick(("집에 있는 ", "집안 ", "집 ", "우리 집 ", "집안에 있는 ")) if chance.happens(0.2) else "") + word + EVERY_AFTER.draw(chance)
            name = EVERY_BEFORE.draw(chance) + word
        else:
            name = placed(self.room, word, chance)
            if chance.happens(0.025):
                name = POINTING.draw(chance) + name
        if self.bare:
            return name
        return name + (OBJECT if role == "O" else OWNER).draw(chance)


class Text:
    """Nouns already written: 거실 불이랑 에어컨."""

    def __init__(self, text, chance, bare=False):
        self.text, self.chance, self.bare = text, chance, bare

    def __call__(self, role):
        if self.bare:
            return self.text
        return self.text + (OBJECT if role == "O" else OWNER).draw(self.chance)


AGAIN = Phrase("*80|그거 *3|그것도 *2|좀 *6|그건 |이번엔 ")


def unnamed(chance):
    """The device before it, not named again."""
    return lambda role: AGAIN.draw(chance) if role == "O" else ""


def joined(devices, rooms, chance):
    """거실 불이랑 에어컨. `rooms[i]` is written before device i, None leaves it out."""
    text = ""
    joiner = JOINER.draw(chance)
    for index, (device, room) in enumerate(zip(devices, rooms)):
        word = placed(room, NAME[device].draw(chance), chance)
        if index:
            text += joiner if chance.happens(0.7) else JOINER.draw(chance)
        text += word
    return text


def two_rooms(device, rooms, chance):
    """거실이랑 안방 불, or 거실 불이랑 안방 불."""
    if chance.happens(0.3):
        return joined([device] * len(rooms), rooms, chance)
    names = [ROOM[room].draw(chance) for room in rooms]
    text = names[0]
    for name in names[1:]:
        text += JOINER.draw(chance) + name
    return text + AFTER_ROOM.draw(chance) + NAME[device].draw(chance)
