"""Reads Terraform's files as data, so that tests can compare them with the code."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "terraform"
SCHEMA = json.loads((FOLDER / "schema" / "aws.json").read_text())
# What Terraform itself understands in every resource.
META = {"count", "for_each", "provider", "depends_on", "lifecycle"}


def module(name: str, *, without: str = "") -> dict[str, Any]:
    """A module's files as one tree; `without` is text to take away first, which must be there."""
    text = "\n".join(path.read_text() for path in sorted((FOLDER / "modules" / name).glob("*.tf")))
    assert without in text
    return parse(text.replace(without, ""))


def parse(text: str) -> dict[str, Any]:
    return _plain(hcl2.loads(text))


def _plain(value: Any) -> Any:
    """Without the quotes that the parser leaves around texts and names."""
    if isinstance(value, dict):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value[1:-1] if isinstance(value, str) and value[:1] == value[-1:] == '"' else value


def blocks(tree: dict[str, Any], kind: str = "resource") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each resource (or data source) as its type, its name and its body."""
    for entry in tree.get(kind, ()):
        for type_, named in entry.items():
            for name, body in named.items():
                yield type_, name, body


def resources(tree: dict[str, Any], type_: str) -> dict[str, dict[str, Any]]:
    return {name: body for found, name, body in blocks(tree) if found == type_}


def local(tree: dict[str, Any], name: str) -> Any:
    return next(entry[name] for entry in tree["locals"] if name in entry)


def files() -> list[Path]:
    return sorted(FOLDER.rglob("*.tf"))


def faults(where: str, body: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """What the provider would refuse of a block: arguments it does not know, and required ones that are missing."""
    given = {name: value for name, value in body.items() if name not in META and not name.startswith("__")}
    dynamic = {name: made["content"] for one in given.pop("dynamic", ()) for name, made in one.items()}
    for name, value in {**given, **dynamic}.items():
        if name not in schema:
            yield f"{where}: {name} is not known"
        elif "block" in schema[name]:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict) and inner.get("__is_block__"):
                    yield from faults(f"{where}.{name}", inner, schema[name]["block"])
    for name, argument in schema.items():
        if argument["required"] and name not in given and name not in dynamic:
            yield f"{where}: {name} is missing"


ACTION = re.compile(r'"([a-z0-9-]+:[A-Z][A-Za-z]+|[a-z0-9]+:\*)"')


def actions(text: str) -> set[str]:
    return set(ACTION.findall(text))
