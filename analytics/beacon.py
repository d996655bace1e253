"""What a page's own script tells: a view of a page that a cache answered, or a thing done without a request."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation

from analytics.consent import device_of, session_of
from analytics.events import BadClick, Click, EventType, host_of, of_search
from catalog.events import Searched

MAX_BYTES = 8 * 1024
MAX_SEALED = 3_000
TOLD = frozenset({EventType.PAGE_VIEW, EventType.PRODUCT_CLICK, EventType.MODEL_VIEW})
# Pages whose path says nothing about a person; of every other page the lake learns the route alone.
OPEN_PAGES = frozenset({"home", "category", "product", "product-reviews", "search", "cart", "checkout"})
_VIEW_OF = {"product": EventType.PRODUCT_VIEW, "category": EventType.CATEGORY_VIEW}


def click_of(body: bytes, request: HttpRequest, *, now: datetime) -> Click:
    """The click a beacon's JSON tells of. Raises BadClick.

    `{event_id, type, path, market, referrer, product_id, searched}`; the last is what a search's page carries.
    """
    told = _object(body)
    try:
        event_id, event_type = str(UUID(_text(told, "event_id", 36))), EventType(_text(told, "type", 20))
    except ValueError:
        raise BadClick("event_id must be a UUID and type a known event.") from None
    if event_type not in TOLD:
        raise BadClick(f"{event_type} is not told by a page.")
    page, path, matched = _page(_text(told, "path", 400))
    if event_type is EventType.PAGE_VIEW:
        event_type = _VIEW_OF.get(page, event_type)
    click = Click(
        event_id=event_id,
        event_type=event_type,
        occurred_at=now,
        session=session_of(request),
        market=_text(told, "market", 8),
        path=path,
        product_id=str(matched.get("product_id") or _text(told, "product_id", 40)),
        category=str(matched.get("path", "")).strip("/") if page == "category" else "",
        referrer_host=host_of(_text(told, "referrer", 2000), own=request.get_host()),
        device=device_of(request),
    )
    return _with_search(click, _text(told, "searched", MAX_SEALED)) if page == "search" else click


def _with_search(click: Click, sealed: str) -> Click:
    """A view of a search's page is a search, where the page says what it found."""
    if not sealed:
        return click
    try:
        return replace(click, **of_search(Searched.unsealed(sealed)))
    except ValueError:
        raise BadClick("searched was not sealed by this shop.") from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadClick("The body is not JSON.") from None
    if not isinstance(told, dict):
        raise BadClick("The body is not a JSON object.")
    return told


def _text(told: dict[str, Any], name: str, longest: int) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise BadClick(f"{name} must be a text of {longest} characters at most.")
    return value


def _page(path: str) -> tuple[str, str, dict[str, Any]]:
    """The page's name, the path as the lake may know it, and what the path says. Raises BadClick if it is not ours."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            match = resolve(path)
    except Resolver404:
        raise BadClick("path is not a page of this shop.") from None
    name = match.url_name or ""
    return name, path if name in OPEN_PAGES else "/" + match.route, match.kwargs
