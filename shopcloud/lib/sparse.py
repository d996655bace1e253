"""`?fields=` and `?expand=`: clients name the members they want, and what should come along.

A serializer that mixes `SparseFields` in shows the members its context chose; a field `Expansion` is left out unless
the context says where to get it. The first member names the thing and always comes.
"""

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.request import Request

from shopcloud.lib.problems import Problem

FIELDS = OpenApiParameter(
    "fields", OpenApiTypes.STR, description="only these members of each, by their names with commas; all without it"
)
Loader = Callable[[Any], Any]


def expand(*names: str) -> OpenApiParameter:
    """The parameter's description for an operation that can bring these along."""
    return OpenApiParameter(
        "expand", OpenApiTypes.STR, description=f"what comes along, with commas: {', '.join(f'`{n}`' for n in names)}"
    )


class Expansion(serializers.Field[Any, Any, Any, Any]):
    """A member that comes only when asked for. `context["expanded"]` says how to get it from the object."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def get_attribute(self, instance: Any) -> Any:
        load: Loader | None = self.context.get("expanded", {}).get(self.field_name)
        if load is None:
            raise SkipField
        return load(instance)

    def to_representation(self, value: Any) -> Any:
        return value


def expansion(shape: serializers.BaseSerializer[Any]) -> Expansion:
    """An expansion whose members the schema describes as `shape`."""
    # A class of its own: what describes a class describes all of its fields.
    described: type[Expansion] = extend_schema_field(shape)(type("Expansion", (Expansion,), {}))
    return described()


class SparseFields:
    """For serializers: show only `context["fields"]`, where those are named."""

    context: dict[str, Any]

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        found: dict[str, serializers.Field[Any, Any, Any, Any]] = super().get_fields()  # type: ignore[misc]
        wanted = self.context.get("fields")
        if wanted is None:
            return found
        keep = {next(iter(found)), *wanted, *self.context.get("expanded", {})}
        return {name: field for name, field in found.items() if name in keep}


def chosen_fields(request: Request, serializer: type[serializers.BaseSerializer[Any]]) -> frozenset[str] | None:
    """The members that `?fields=` names, None where it is missing. Raises a Problem for one that does not exist."""
    if "fields" not in request.query_params:
        return None
    members = serializer().get_fields()  # type: ignore[attr-defined]
    known = [name for name, field in members.items() if not isinstance(field, Expansion)]
    return _named(request, "fields", known)


def chosen_expansions(request: Request, loaders: dict[str, Loader]) -> dict[str, Loader]:
    """Those of the loaders that `?expand=` names. Raises a Problem for one that does not exist."""
    wanted = _named(request, "expand", loaders)
    return {name: load for name, load in loaders.items() if name in wanted}


def _named(request: Request, parameter: str, known: Iterable[str]) -> frozenset[str]:
    words = request.query_params.get(parameter, "").split(",")
    wanted = {word.strip() for word in words} - {""}
    if not wanted <= set(known):
        code = {"fields": "unknown_field", "expand": "unknown_expansion"}[parameter]
        raise Problem(400, code, f"`{parameter}` takes names out of: {', '.join(known)}.", known=list(known))
    return frozenset(wanted)
