"""Words shoppers use for one another, as `words.toml` lists them; the words come in folded, without little words."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from catalog.search.typos import one_typo_apart

Phrase = tuple[str, ...]
Split = Callable[[str], list[str]]

TYPO_FROM = 4  # letters: shorter words have too many neighbours
_FILE = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing asked for: the words as typed, what may have been meant by a typo, and what else would do."""

    typed: Phrase
    meant: tuple[Phrase, ...] = ()
    others: tuple[Phrase, ...] = ()


@cache
def _listed() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text())


def little_words() -> list[str]:
    return list(_listed()["little"])


class Synonyms:
    """The groups, cut into words by `split` and compared by their stems, which `stem` gives."""

    def __init__(self, split: Split, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._others: dict[Phrase, dict[Phrase, None]] = {}
        self.words: dict[str, None] = {}
        for group in _listed()["group"]:
            english = [tuple(split(text)) for text in group["en"]]
            self._join(english, english)
            for language in ("de", "fr"):
                own = [tuple(split(text)) for text in group.get(language, ())]
                self._join(own, [*english, *own])
        self._longest = max(map(len, self._others))

    def _join(self, typed: list[Phrase], found: list[Phrase]) -> None:
        for phrase in typed:
            self.words.update(dict.fromkeys(phrase))
            others = self._others.setdefault(self._key(phrase), {})
            others.update(dict.fromkeys(other for other in found if self._key(other) != self._key(phrase)))

    def knows(self, word: str) -> bool:
        return self._key((word,)) in self._others

    def wishes(self, words: list[str], *, typos: bool = False) -> list[Wish]:
        """`words` in order, the longest known phrases kept together; `typos` forgives one in an unknown word."""
        made, at = [], 0
        while at < len(words):
            size = next(
                (n for n in range(self._longest, 0, -1) if self._key(tuple(words[at : at + n])) in self._others), 1
            )
            phrase = tuple(words[at : at + size])
            known = self._others.get(self._key(phrase))
            meant = self._near(phrase[0]) if typos and known is None else []
            for near in meant:
                known = (known or {}) | self._others.get(self._key(near), {})
            made.append(Wish(phrase, tuple(meant), tuple(known or ())))
            at += size
        return made

    def _near(self, word: str) -> list[Phrase]:
        """The listed words one typo away."""
        if len(word) < TYPO_FROM:
            return []
        return [(near,) for near in self.words if len(near) >= TYPO_FROM and one_typo_apart(near, word)]

    def _key(self, phrase: Phrase) -> Phrase:
        return tuple(self._stem(word) for word in phrase)
