"""Writes tests/golden/grammar/: verdicts of the packages `jsonschema` and `regex` on schemas, patterns and texts.

    python3 tools/reference/grammar_goldens.py tests/golden/grammar [SAMPLES]

Texts for a schema are hand-written instances and random changes to them.  SAMPLES, a file that test_grammar writes when
ONDOL_SCHEMA_SAMPLES names it (lines of {"schema": ..., "text": ...}), is checked instead of writing anything: every
sample of our grammars must obey its schema.
"""
import copy
import json
import random
import sys

import jsonschema
import regex

SCHEMAS = [
    ({"type": "object", "properties": {"name": {"type": "string", "minLength": 1}, "age": {"type": "integer", "minimum": 0, "maximum": 150}},
      "required": ["name", "age"], "additionalProperties": False}, [{"name": "홍길동", "age": 30}, {"name": "a", "age": 150}]),
    ({"type": "array", "items": {"enum": ["긍정", "부정", "중립", None]}, "minItems": 1, "maxItems": 3, "uniqueItems": True}, [["긍정"], ["부정", None]]),
    ({"$defs": {"node": {"type": "object", "properties": {"v": {"type": "number"}, "c": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
                         "required": ["v"], "additionalProperties": False}}, "$ref": "#/$defs/node"},
     [{"v": 1, "c": [{"v": 2.5}, {"v": -3, "c": []}]}, {"v": 0}]),
    ({"oneOf": [{"type": "object", "properties": {"kind": {"const": "circle"}, "r": {"type": "number", "exclusiveMinimum": 0}}, "required": ["kind", "r"]},
                {"type": "object", "properties": {"kind": {"const": "square"}, "side": {"type": "number"}}, "required": ["kind", "side"]}]},
     [{"kind": "circle", "r": 1.5}, {"kind": "square", "side": 2}]),
    ({"type": "object", "additionalProperties": {"type": "integer", "multipleOf": 3}, "minProperties": 1, "maxProperties": 3},
     [{"a": 3}, {"x": 0, "y": -9, "z": 300}]),
    ({"type": "object", "patternProperties": {"^n_": {"type": "integer"}, "_s$": {"type": "string"}}, "additionalProperties": False},
     [{"n_a": 1, "b_s": "x"}, {}]),
    ({"type": "string", "pattern": "^[가-힣]{2,4}( [0-9]{3})?$"}, ["홍길동", "서울 123"]),
    ({"type": "number", "minimum": -1.5, "exclusiveMaximum": 2.25}, [0, -1.5, 2.2499, 1e-3]),
    ({"type": "integer", "multipleOf": 7, "exclusiveMinimum": 13}, [14, 21, 7000]),
    ({"type": "number", "multipleOf": 0.25}, [0.5, -3.75, 2]),
    ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}, [["a", 1], ["b"], []]),
    ({"type": "array", "contains": {"type": "integer", "minimum": 5}, "minContains": 2, "maxContains": 3, "items": {"type": "integer"}},
     [[5, 6], [1, 7, 2, 8, 9]]),
    ({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}, "type": "object",
      "properties": {"a": {"type": "integer"}, "b": {"type": "null"}, "c": {"type": "boolean"}}}, [{"a": 1, "b": None}, {"a": 2, "c": True}]),
    ({"allOf": [{"type": "object", "properties": {"a": {"minimum": 3}}, "required": ["a"]}, {"properties": {"a": {"type": "integer", "maximum": 5}}}],
      "unevaluatedProperties": False}, [{"a": 3}, {"a": 5}]),
    ({"type": "object", "dependentRequired": {"card": ["zip"]}, "properties": {"card": {"type": "string"}, "zip": {"type": "string"}}},
     [{"card": "1", "zip": "2"}, {"zip": "3"}]),
    ({"not": {"type": ["string", "array"]}, "anyOf": [{"type": "integer"}, {"type": "object", "required": ["x"]}]}, [3, {"x": []}]),
    ({"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 3}, "additionalProperties": {"type": "boolean"}}, [{"abc": True}, {}]),
    ({"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}, "d": {"type": "string", "format": "date"}},
                                 "required": ["id"]}, "maxItems": 2}, [[{"id": "123e4567-e89b-12d3-a456-426614174000", "d": "2026-11-22"}], []]),
    ({"anyOf": [{"const": {"a": [1, 2.0, "x\n\"\\"]}}, {"enum": [1, True, "1", None, 0.5]}]}, [{"a": [1, 2, "x\n\"\\"]}, 1.0, "1", 0.5]),
    ({"type": "string", "minLength": 2, "maxLength": 4, "not": {"enum": ["금지", "ban"]}}, ["가나", "abcd", "😀😀"]),
]

PATTERNS = ["a|b+", "^a(bc)*$", "[a-c]{2,3}", "(가|나)+다?", r"\d{3}-\d{4}", r"\w+@\w+\.(com|kr)", "(a*)*b", "x?y??z+?", r"[^\d\s]+", r"\p{Lu}\p{Ll}*",
            r"\p{Script=Hangul}{2}", r"^(\+82|0)1\d", "(a|ab)(c|bcd)(d*)", r"[\]a]", ".{3}", r"\u00e9|\x41", "a{0}b", "(|a)b", r"(^|,)x($|,)",
            r"[가-힣a-z0-9_.-]+"]
TEXTS = ["", "a", "b", "bbb", "ab", "abc", "abcbc", "aac", "abcd", "가나다", "나", "한글", "123-4567", "12-3", "me@x.kr", "me@x.org", "aaab", "xyz", "yzz", "Hello", "héllo",
         "é", "A", "+821", "012", "x", "a,x,b", "ax", "]", "a\nb", "\n\n\n", "서울 01", "tab\there", "zzz", "ABC", "b,", "Éa"]


def changed(value, rng):
    """A copy of `value` with one random change."""
    value = copy.deepcopy(value)
    kind = rng.randrange(5)
    if isinstance(value, dict) and value:
        key = rng.choice(sorted(value))
        if kind == 0:
            del value[key]
        elif kind == 1:
            value[rng.choice(["a", "b", "n_z", "x_s", "kind", "zip", "UP", "긴이름"])] = rng.choice([1, "s", None, True, 3])
        else:
            value[key] = changed(value[key], rng)
    elif isinstance(value, list) and value:
        place = rng.randrange(len(value))
        if kind == 0:
            del value[place]
        elif kind == 1:
            value.insert(place, copy.deepcopy(value[place]))
        elif kind == 2:
            value.append(rng.choice([1, "긍정", None, 6, {"v": 1}]))
        else:
            value[place] = changed(value[place], rng)
    elif isinstance(value, bool) or value is None:
        value = rng.choice([None, True, False, 0, ""])
    elif isinstance(value, (int, float)):
        value = rng.choice([value + 1, value - 1, -value, value * 2, value + 0.25, float(int(value)), str(value), 0])
    elif isinstance(value, str):
        value = rng.choice([value + "x", value[1:], value.upper(), value + value, "", len(value), value + "가"])
    else:
        value = rng.choice([{}, [], 1, "x"])
    return value


def schema_cases():
    rng = random.Random(11)
    cases = []
    for schema, instances in SCHEMAS:
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        texts = {}
        for instance in instances:
            pool = [instance]
            for _ in range(14):
                pool.append(changed(rng.choice(pool), rng))
            for value in pool:
                texts[json.dumps(value, ensure_ascii=rng.random() < 0.3)] = validator.is_valid(value)
        cases.append({"schema": schema, "valid": [t for t, ok in texts.items() if ok], "invalid": [t for t, ok in texts.items() if not ok]})
    return cases


def regex_cases():
    cases = []
    for pattern in PATTERNS:
        python = pattern.replace(r"\d", "[0-9]").replace(r"\w", "[0-9A-Za-z_]").replace("$", r"\Z")
        python = python.replace("[^[0-9]", "[^0-9")
        compiled = regex.compile(python)
        cases.append({"pattern": pattern, "whole": [t for t in TEXTS if compiled.fullmatch(t)], "found": [t for t in TEXTS if compiled.search(t)]})
    return {"texts": TEXTS, "cases": cases}


def check_samples(path):
    n = 0
    for line in open(path, encoding="utf-8"):
        sample = json.loads(line)

        def no_twice(pairs):
            assert len({k for k, _ in pairs}) == len(pairs), line
            return dict(pairs)

        value = json.loads(sample["text"], object_pairs_hook=no_twice)
        jsonschema.Draft202012Validator(sample["schema"]).validate(value)
        n += 1
    print(n, "samples obey their schemas")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        check_samples(sys.argv[2])
    else:
        for name, content in (("schemas", schema_cases()), ("patterns", regex_cases())):
            with open(f"{sys.argv[1]}/{name}.json", "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, indent=0)
                file.write("\n")
