"""What a suggestion is, whichever engine found it, and which categories are worth one."""

from collections.abc import Callable, Mapping
from typing import Any

from catalog.domain import ProductCard
from catalog.search.document import words_of
from catalog.search.index import Suggestion
from catalog.search.typos import begins_with
from catalog.search.words import plain_words, typed_words

MAX_CATEGORIES = 3
# Where the hits of what is being typed stand.
CATEGORIES = {f"level{n}": {"terms": {"field": f"level{n}", "size": 50}} for n in (1, 2, 3)}


def category_suggestion(path: str) -> Suggestion:
    return Suggestion(words_of(path), f"/c/{path}/", None, "category")


def product_suggestion(card: ProductCard) -> Suggestion:
    return Suggestion(card.title, card.path, card.image, "product", card.titles)


def suggested_categories(levels: Mapping[str, Any], text: str, names_of: Callable[[str], str]) -> list[str]:
    """Those of the hits' categories that `named_categories` chooses."""
    buckets = [bucket for level in levels.values() for bucket in level["buckets"]]
    return named_categories({bucket["key"]: bucket["doc_count"] for bucket in buckets}, text, names_of)


def named_categories(counts: Mapping[str, int], text: str, names_of: Callable[[str], str]) -> list[str]:
    """Paths of the categories, given with how many products each has, whose own name has every typed word; the largest
    first.
    """
    typed = typed_words(text)
    named = [path for path in counts if typed and _named(names_of(path), typed)]
    return sorted(named, key=lambda path: -counts[path])[:MAX_CATEGORIES]


def _named(names: str, typed: list[str]) -> bool:
    words = plain_words(names)
    return all(any(begins_with(word, beginning) for word in words) for beginning in typed)
