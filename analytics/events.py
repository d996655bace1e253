"""A click as the lake keeps it: what was done in a visit, nothing about who did it."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from catalog.events import Searched

MAX_TEXT = 300
MAX_TERMS = 100
_CONTACT = re.compile(r"\S+@\S+|\+?\d[\d ./-]{5,}\d")


class EventType(StrEnum):
    PAGE_VIEW = "page_view"
    PRODUCT_VIEW = "product_view"
    CATEGORY_VIEW = "category_view"
    PRODUCT_CLICK = "product_click"
    MODEL_VIEW = "model_view"
    SEARCH = "search"
    ADD_TO_CART = "add_to_cart"
    CHANGE_CART = "change_cart"
    CHECKOUT_VIEW = "checkout_view"
    CHECKOUT_SUBMIT = "checkout_submit"
    PAYMENT_RETRY = "payment_retry"


class BadClick(ValueError):
    """A click cannot be read; the message names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """`event_id` makes it count once. `session` is a keyed hash of a visit's random id; `device` is only a class.

    Empty text stands for what the action does not have. `value` is the quantity where there is one, and the page of a
    search; a search also says how many `results` it has in all, which `facets` narrow it and how long the engine took.
    """

    event_id: str
    event_type: EventType
    occurred_at: datetime
    session: str = ""
    market: str = ""
    path: str = ""
    product_id: str = ""
    sku: str = ""
    category: str = ""
    search_terms: str = ""
    referrer_host: str = ""
    device: str = ""
    value: int | None = None
    results: int | None = None
    zero_results: bool | None = None
    facets: str = ""
    engine_ms: int | None = None

    def to_json(self) -> bytes:
        row = {name: value for name, value in asdict(self).items() if value not in ("", None)}
        return json.dumps(row | {"occurred_at": self.occurred_at.isoformat()}, separators=(",", ":")).encode()


_TEXTS = tuple(f.name for f in fields(Click) if f.default == "")
_NUMBERS = ("value", "results", "engine_ms")


def parse(raw: bytes) -> Click:
    """A click out of the stream. Raises BadClick on anything but what `to_json` writes."""
    try:
        row = json.loads(raw)
        occurred_at = datetime.fromisoformat(row["occurred_at"])
        numbers: dict[str, Any] = {name: _whole(row, name) for name in _NUMBERS}
        texts: dict[str, Any] = {name: _text(row, name) for name in _TEXTS}
        click = Click(
            event_id=str(UUID(row["event_id"])),
            event_type=EventType(row["event_type"]),
            occurred_at=occurred_at.astimezone(UTC),
            zero_results=_flag(row.get("zero_results")),
            **numbers,
            **texts,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise BadClick(f"{type(error).__name__}: {error}"[:MAX_TEXT]) from None
    if occurred_at.tzinfo is None:
        raise BadClick("occurred_at has no time zone")
    return click


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise BadClick(f"{name} is not a text")
    return value[:MAX_TEXT]


def _whole(row: dict[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**12):
        raise BadClick(f"{name} is not a whole number")
    return value


def _flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise BadClick("zero_results is neither true nor false")
    return value


def without_contacts(text: str) -> str:
    """Search words without what people paste by mistake: mail addresses and telephone or card numbers.

    However wide its letters and spaces are, the same search is spelled one way.
    """
    spelled = " ".join(unicodedata.normalize("NFKC", text[:MAX_TEXT]).lower().split())
    return _CONTACT.sub("*", spelled)[:MAX_TERMS]


def host_of(url: str, *, own: str) -> str:
    """The host a visitor came from; empty for our own and for what is no web address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return "" if parts.scheme not in {"http", "https"} or host == own.partition(":")[0] else host[:100]


def of_search(searched: Searched) -> dict[str, Any]:
    """The fields of a click that tells of a search."""
    return {
        "event_type": EventType.SEARCH,
        "market": searched.market,
        "search_terms": without_contacts(searched.text),
        "value": searched.page,
        "results": searched.results,
        "zero_results": searched.results == 0,
        "facets": ",".join(searched.facets),
        "engine_ms": searched.engine_ms,
    }
