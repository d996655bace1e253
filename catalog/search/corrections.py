"""Another spelling for what was typed, out of the words of a shop; which words there are, each engine finds out."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from catalog.domain import ProductCard
from catalog.search.document import words_of
from catalog.search.synonyms import TYPO_FROM
from catalog.search.typos import one_typo_apart
from catalog.search.words import clean, plain_words, synonyms, words

MAX_ALTERNATIVES = 4
READ_HITS = 10
_ALIKE = 0.72


def vocabulary(cards: Iterable[ProductCard], language: str) -> list[str]:
    """The words of some hits in that language and in English, those of the best first."""
    seen: dict[str, None] = {}
    for card in cards:
        seen.update(
            dict.fromkeys(plain_words(f"{card.title_in(language)} {card.title} {card.brand} {words_of(card.category)}"))
        )
    return list(seen)


def corrected(text: str, known: list[str], exists: Callable[[str], bool]) -> str:
    """The text with words that do not exist replaced by their neighbours among the known, or left out.

    "" where that is what was typed.
    """
    found = []
    for word in words(text):
        if exists(word):
            found.append(word)
        elif len(word) >= TYPO_FROM:
            found += [near for near in [*known, *synonyms().words] if one_typo_apart(near, word)][:1]
    said = " ".join(found)
    return "" if said == " ".join(plain_words(clean(text))) else said


def may_look_like_another(word: str) -> bool:
    return len(word) > TYPO_FROM


def lookalikes(word: str, known: list[str]) -> list[str]:
    """Known words that look over all like one the shop does not have."""
    return get_close_matches(word, list(dict.fromkeys([*known, *synonyms().words])), n=2, cutoff=_ALIKE)
