"""How a shopper's text is cut into words, the same whichever engine looks for them.

Tantivy's analyzers do it in this process: a query must be understood before it is sent anywhere.
"""

from functools import cache

from catalog.search.sizes import asked
from catalog.search.synonyms import Synonyms
from catalog.search.tantivy_schema import plain, stemmed, without_stop_words

MAX_TEXT = 200
MAX_WORDS = 12

_stem, _plain, _meaningful = stemmed(), plain(), without_stop_words()


def clean(text: str) -> str:
    """At most 200 characters; halves of surrogate pairs, which UTF-8 cannot carry, are dropped."""
    return text[:MAX_TEXT].encode(errors="ignore").decode().strip()


def words(text: str) -> list[str]:
    """The words that matter, lower-cased and folded, in order and once each."""
    text = asked(clean(text))
    found = _meaningful.analyze(text) or _plain.analyze(text)
    return list(dict.fromkeys(found))[:MAX_WORDS]


def plain_words(text: str) -> list[str]:
    """Every word as it is written, lower-cased and folded."""
    return list(_plain.analyze(text))


def typed_words(text: str) -> list[str]:
    """The words of a text that is still being typed, the last one perhaps only begun."""
    return plain_words(clean(text))[:MAX_WORDS]


@cache
def synonyms() -> Synonyms:
    return Synonyms(words, stem)


def stem(word: str) -> str:
    return (_stem.analyze(word) or [word])[0]
