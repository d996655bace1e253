"""Foreign texts as the shop keeps them: slugs, stable ids, plain text out of HTML."""

import hashlib
import re
from functools import lru_cache
from html.parser import HTMLParser

from django.utils.text import slugify

from catalog.domain import CATEGORY, PRODUCT_ID, SKU

_BLOCKS = frozenset(
    {"p", "div", "br", "hr", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section"}
)
_HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe", "head"})


_DECLARATION = re.compile(r"<!(?!--)[^>]*>?")


class Figure(str):
    """The text of a cell that holds a number itself: with a point, however the people of the file write numbers."""

    __slots__ = ()


def slug_of(text: str, *, limit: int = 100, fallback: str = "item") -> str:
    """Lower-case words joined by single hyphens, cut at a word where too long."""
    words = re.sub(r"[-_]+", "-", slugify(text)).strip("-")
    if len(words) > limit:
        words = words[: limit + 1].rpartition("-")[0] or words[:limit]
    return words.strip("-") or fallback


def stable_id(source: str, *, prefix: str) -> str:
    """The same product id for the same source id, for ever; a hash where the source id cannot be one."""
    plain = prefix + source
    return plain if PRODUCT_ID.fullmatch(plain) else prefix[:20] + hashlib.sha256(source.encode()).hexdigest()[:16]


def stable_sku(*parts: str) -> str:
    """A SKU out of words, the same for the same words; long ones end in a hash."""
    whole = "-".join(slug_of(part, limit=200) for part in parts if part)
    made = whole if len(whole) <= 64 else f"{whole[:51].rstrip('-')}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}"
    return made if SKU.fullmatch(made) else hashlib.sha256("-".join(parts).encode()).hexdigest()[:16]


def sku_choices(*parts: str) -> tuple[str, str]:
    """Two SKUs out of words, the better first. Words that a slug does not tell apart ("1.5" and "15", or most that are
    not Latin) need the hash; so may others, where another product has the plain one.
    """
    plain = stable_sku(*parts)
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    hashed = f"{plain[:51].rstrip('-')}-{mark}"
    return (plain, hashed) if all(map(_is_kept_by_slug, parts)) else (hashed, plain)


def _is_kept_by_slug(part: str) -> bool:
    return slug_of(part, limit=200) == re.sub(r"[\s_-]+", "-", part.lower()).strip("-")


@lru_cache(maxsize=4096)
def category_path(prefix: str, name: str) -> str:
    """`furniture` and "Bar furniture" -> `furniture/bar-furniture`; "" where that is no path the shop can have.

    A path of the shop's own, `furniture/bar-furniture`, is that one.
    """
    if "/" in name and CATEGORY.fullmatch(name):
        return name
    path = "/".join(part for part in (prefix, slug_of(name, limit=60, fallback="")) if part)
    return path if CATEGORY.fullmatch(path) else ""


def plain_text(html: str) -> str:
    """What a reader would see of a piece of HTML: no tags, no scripts, a line for each block."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:
        # Some versions of Python's parser stop at declarations that are none, as `<![foo]>`.
        return plain_text(_DECLARATION.sub(" ", html))
    lines = (" ".join(line.split()) for line in "".join(reader.seen).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.seen.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(self._hidden - (tag in _HIDDEN), 0)
        if tag in _BLOCKS:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)
