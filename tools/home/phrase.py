"""A tiny language for alternatives: `(저기|음|) {O} [끄]`.

  (a|b|c)   one of them; an empty alternative is allowed; groups nest
  a*3       the alternative counts three times
  {name}    a slot: env[name], a string, or a function that returns one
Everything else is text; `[끄]` marks a verb stem and `^를` a particle, which later steps resolve.
"""

import re

_WEIGHT = re.compile(r"\*(\d+)\s*$")


class Chance:
    """The one source of randomness of a run."""

    def __init__(self, rng):
        self.random = rng.random

    def pick(self, options):
        return options[int(self.random() * len(options))]

    def happens(self, share):
        return self.random() < share

    def between(self, low, high):
        return low + int(self.random() * (high - low + 1))


class Phrase:
    """A parsed template; `draw` writes one of its sentences."""

    def __init__(self, text):
        self.node, end = _alternatives(text, 0)
        if end != len(text):
            raise ValueError("unbalanced ')' in template: " + text)

    @classmethod
    def lines(cls, text):
        """Every line of a block is an alternative."""
        return cls("|".join(line.strip() for line in text.strip().splitlines() if line.strip()))

    def draw(self, chance, env=None):
        out = []
        _walk(self.node, chance.random, env, out)
        return "".join(out)


class _Slot:
    def __init__(self, name):
        self.name = name


def _alternatives(text, at):
    """A choice is a list of sequences (repeated by weight); a sequence is a tuple of parts."""
    options, parts, literal = [], [], []

    def end_literal():
        if literal:
            parts.append("".join(literal))
            literal.clear()

    def end_option():
        weight = 1
        if literal:
            match = _WEIGHT.search("".join(literal))
            if match:
                weight = int(match.group(1))
                kept = "".join(literal)[:match.start()]
                literal.clear()
                literal.append(kept)
        end_literal()
        options.extend([tuple(parts)] * weight)
        parts.clear()

    while at < len(text) and text[at] != ")":
        char = text[at]
        if char == "(":
            end_literal()
            inner, at = _alternatives(text, at + 1)
            if at >= len(text):
                raise ValueError("missing ')' in template: " + text)
            parts.append(inner)
        elif char == "{":
            end_literal()
            close = text.index("}", at)
            parts.append(_Slot(text[at + 1:close]))
            at = close
        elif char == "|":
            end_option()
        else:
            literal.append(char)
        at += 1
    end_option()
    return options, at


def _walk(options, random, env, out):
    for part in options[int(random() * len(options))]:
        if type(part) is str:
            out.append(part)
        elif type(part) is list:
            _walk(part, random, env, out)
        else:
            value = env[part.name]
            out.append(value if type(value) is str else value())
