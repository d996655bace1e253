"""Sizes as shops and shoppers write them: "160 x 200 cm", "160×200", "160cm"."""

import re
from itertools import combinations

_TIMES = re.compile(r"(?<=\d)\s*[x×*]\s*(?=\d)", re.IGNORECASE)
_UNIT = re.compile(r"(?<=\d)\s*(?:cm|centimet(?:er|re)s?)\b", re.IGNORECASE)
_SIZE = re.compile(r"\d+(?:x\d+)+")
_SIDES = 4  # The ways double with each side: a longer chain of figures is no size.


def asked(text: str) -> str:
    """How a query says it: one word for each size, without the unit, which not every product names."""
    return _UNIT.sub("", _TIMES.sub("x", text))


def size_words(text: str) -> list[str]:
    """Every way to ask for a size in `text`: "80x28x202" is also 80x202, 28x202, 80x28, and 80, 28 and 202 alone."""
    found: dict[str, None] = {}
    for size in _SIZE.findall(_TIMES.sub("x", text)):
        sides = size.split("x")[:_SIDES]
        for count in range(len(sides), 0, -1):
            found.update(dict.fromkeys("x".join(part) for part in combinations(sides, count)))
    return list(found)
