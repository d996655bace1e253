"""How a shopper's text is cut into words, the same whichever engine looks for them.

Tantivy's analyzers do it in this process: a query must be understood before it is sent anywhere.
"""

from functools import cache

from catalog.search.letters import composed
from catalog.search.sizes import asked
from catalog.search.synonyms import Synonyms
from catalog.search.tantivy_schema import STEMMERS, plain, stemmed, without_stop_words

MAX_TEXT = 200
MAX_WORDS = 12

_plain, _meaningful = plain(), without_stop_words()
_stems = {language: stemmed(language) for language in ("en", *STEMMERS)}


def clean(text: str) -> str:
    """At most 200 characters; halves of surrogate pairs, which UTF-8 cannot carry, are dropped."""
    return composed(text)[:MAX_TEXT].encode(errors="ignore").decode().strip()


def words(text: str) -> list[str]:
    """The words that matter, lower-cased and folded, in order and once each."""
    text = asked(clean(text))
    found = _meaningful.analyze(text) or _plain.analyze(text)
    return list(dict.fromkeys(found))[:MAX_WORDS]


def plain_words(text: str) -> list[str]:
    """Every word as it is written, lower-cased and folded."""
    return list(_plain.analyze(composed(text)))


def typed_words(text: str) -> list[str]:
    """The words of a text that is still being typed, the last one perhaps only begun."""
    return plain_words(clean(text))[:MAX_WORDS]


@cache
def synonyms() -> Synonyms:
    return Synonyms(words, stem)


def stem(word: str, language: str = "en") -> str:
    return (_stems[language].analyze(word) or [word])[0]


def known_language(language: str) -> str:
    """The language whose words are known beside the English ones, else English."""
    known = language.partition("-")[0]
    return known if known in STEMMERS else "en"
