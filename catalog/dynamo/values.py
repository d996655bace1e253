"""DynamoDB's typed values to and from Python's: text, whole numbers, booleans, lists, maps and sets of text."""

from collections.abc import Mapping
from typing import Any


def encode(value: Any) -> dict[str, Any]:
    for kinds, name, written in _ENCODERS:
        if isinstance(value, kinds):
            return {name: written(value)}
    raise TypeError(f"The catalog keeps no {type(value).__name__}: use text, whole numbers, lists and maps.")


def decode(value: Mapping[str, Any]) -> Any:
    ((kind, held),) = value.items()
    return _DECODERS[kind](held)


def encode_all(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: encode(value) for name, value in values.items()}


def decode_all(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: decode(value) for name, value in item.items()}


_DECODERS: dict[str, Any] = {
    "S": lambda held: held,
    "N": int,
    "BOOL": lambda held: held,
    "NULL": lambda _held: None,
    "L": lambda held: [decode(v) for v in held],
    "M": decode_all,
    "SS": set,
}
# In this order: a boolean is a number, too.
_ENCODERS: tuple[tuple[Any, str, Any], ...] = (
    (str, "S", str),
    (bool, "BOOL", bool),
    (int, "N", str),
    (type(None), "NULL", lambda _value: True),
    (Mapping, "M", encode_all),
    ((set, frozenset), "SS", sorted),
    ((list, tuple), "L", lambda value: [encode(v) for v in value]),
)
