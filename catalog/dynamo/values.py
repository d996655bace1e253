"""DynamoDB's typed values to and from Python's: text, whole numbers, booleans, lists, maps and sets of text."""

from collections.abc import Mapping
from typing import Any


def encode(value: Any) -> dict[str, Any]:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": {name: encode(v) for name, v in value.items()}}
    if isinstance(value, set | frozenset):
        return {"SS": sorted(value)}
    if isinstance(value, list | tuple):
        return {"L": [encode(v) for v in value]}
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
