"""Lists of the API: `{"results": [], "next": null, "previous": null}`, paged by opaque cursors."""

from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request


def single_page(results: Any) -> dict[str, Any]:
    """A list short enough to come whole."""
    return {"results": results, "next": None, "previous": None}


def page(request: Request, results: Any, *, next: str | None, previous: str | None = None) -> dict[str, Any]:
    """One page; `next` and `previous` are cursors and become absolute URLs."""
    return {"results": results, "next": _url(request, next), "previous": _url(request, previous)}


def _url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = {**request.query_params.dict(), "cursor": cursor}
    return f"{request.build_absolute_uri(request.path)}?{urlencode(query)}"


def page_schema(
    item: type[serializers.BaseSerializer[Any]], *, name: str = "", most: int | None = None, **extra: serializers.Field
) -> Any:
    """The OpenAPI shape of a page of `item`; `name` it where `extra` fields make it another shape.

    `most` says how long a list that comes whole can be: whatever writes it keeps to that.
    """
    # Of a serializer's own list drf-spectacular does not tell the length.
    results: Any = item(many=True) if most is None else serializers.ListField(child=item(), max_length=most)
    return inline_serializer(
        name=name or f"{item.__name__.removesuffix('Serializer')}Page",
        fields={
            "results": results,
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            **extra,
        },
    )
