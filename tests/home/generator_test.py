"""The generator of home commands: conjugation and numbers against hand-written forms, answers against the schema, repeatable output."""

import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "tools" / "home"
sys.path.insert(0, str(HOME))

import generate
import hangul
import quantity

SCHEMA = json.loads((HOME / "schema.json").read_text(encoding="utf-8"))
ACTION = SCHEMA["properties"]["actions"]["items"]


def complaint(gold):
    """What is wrong with an answer, or None."""
    if list(gold) != ["actions"] or len(gold["actions"]) > SCHEMA["properties"]["actions"]["maxItems"]:
        return "not one list of at most four actions"
    for action in gold["actions"]:
        if list(action) != ACTION["required"]:
            return "keys are missing or out of order"
        for key in ("device", "room", "action", "param"):
            if action[key] not in ACTION["properties"][key]["enum"]:
                return f"unknown {key}: {action[key]}"
        number, modes = ACTION["properties"]["value"]["anyOf"]
        value = action["value"]
        if not (number["minimum"] <= value <= number["maximum"] if type(value) is int else value in modes["enum"]):
            return f"unknown value: {value}"
        if (value in modes["enum"] and value is not None) != (action["param"] == "mode" and action["action"] == "set"):
            return "a mode stands without param mode, or param mode without a mode"
    return None


class Hangul(unittest.TestCase):
    def test_verbs_are_conjugated_as_the_orthography_asks(self):
        for stem, expected in {"끄": "꺼", "켜": "켜", "맞추": "맞춰", "닫": "닫아", "열": "열어", "잠그": "잠가", "하": "해", "설정하": "설정해",
                               "올리": "올려", "덥": "더워", "듣": "들어", "굽": "구워", "돕": "도와", "보": "봐", "되": "돼", "뜨겁": "뜨거워"}.items():
            self.assertEqual(hangul.infinitive(stem), expected)
        self.assertEqual([hangul.modifier(stem, "ㄹ") for stem in ("끄", "닫", "열", "춥")], ["끌", "닫을", "열", "추울"])
        self.assertEqual([hangul.modifier(stem, "ㄴ") for stem in ("끄", "닫", "열", "춥")], ["끈", "닫은", "연", "추운"])
        self.assertEqual([hangul.with_eu(stem, "세요") for stem in ("끄", "닫", "열")], ["끄세요", "닫으세요", "여세요"])
        self.assertEqual([hangul.with_eu(stem, "면") for stem in ("끄", "닫", "열", "덥")], ["끄면", "닫으면", "열면", "더우면"])
        self.assertEqual([hangul.formal(stem) for stem in ("춥", "크", "만들")], ["춥습니다", "큽니다", "만듭니다"])

    def test_particles_follow_the_final_consonant(self):
        for text, expected in {"불^를": "불을", "티비^를": "티비를", "거실^로": "거실로", "안방^로": "안방으로", "20^로": "20으로", "11^로": "11로",
                               "4^로": "4로", "에어컨^랑": "에어컨이랑", "커튼^와": "커튼과", "50%^로": "50%로", "몇^야": "몇이야"}.items():
            self.assertEqual(hangul.attach(text), expected)


class Numbers(unittest.TestCase):
    def test_numbers_are_read_in_both_ways(self):
        self.assertEqual([quantity.sino(n) for n in (0, 7, 10, 24, 105, 180, 999)], ["영", "칠", "십", "이십사", "백오", "백팔십", "구백구십구"])
        self.assertEqual([quantity.native(n) for n in (1, 3, 11, 20, 24)], ["한", "세", "열한", "스무", "스물네"])


class Generator(unittest.TestCase):
    def test_a_chunk_is_repeatable_and_every_answer_obeys_the_schema(self):
        pairs = generate.chunk((1, 0, 4000))
        self.assertEqual(pairs, generate.chunk((1, 0, 4000)))
        self.assertNotEqual(pairs, generate.chunk((2, 0, 4000)))
        answers = {}
        for text, gold in pairs:
            self.assertIsNone(complaint(json.loads(gold)), text)
            self.assertEqual(gold, json.dumps(json.loads(gold), separators=(",", ":")))
            self.assertEqual(answers.setdefault(text, gold), gold, text)
            self.assertNotRegex(text, r"[\[\]{}<>]|\^[가-힣]|  |^ | $", text)

    def test_the_check_itself_finds_wrong_answers(self):
        action = {"device": "light", "room": None, "action": "on", "param": None, "value": None}
        self.assertIsNone(complaint({"actions": [action]}))
        self.assertIsNotNone(complaint({"actions": [action] * 5}))
        self.assertIsNotNone(complaint({"actions": [dict(action, value="sleep")]}))
        self.assertIsNotNone(complaint({"actions": [dict(action, room="garage")]}))


class DevelopmentSet(unittest.TestCase):
    def test_every_gold_answer_obeys_the_schema_and_no_utterance_stands_twice(self):
        rows = []
        for name, least in (("dev.jsonl", 250), ("test.jsonl", 150)):
            lines = (ROOT / "tests" / "home" / name).read_text(encoding="utf-8").splitlines()
            self.assertGreaterEqual(len(lines), least)
            rows += [json.loads(line) for line in lines]
        for row in rows:
            self.assertIsNone(complaint(row["gold"]), row["text"])
        self.assertEqual(len({row["text"] for row in rows}), len(rows))


if __name__ == "__main__":
    unittest.main()
