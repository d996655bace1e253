"""Typed readers of the environment that fail loudly, naming the variable and the form it wants.

Every name read here must stand in `.env.example`; a test holds the two together.
"""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit


class BadEnvironment(Exception):
    """A variable is missing or has the wrong form; the message names it and says what to set."""


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise BadEnvironment(f"{name} is not set. Set it in the environment; .env.example describes it.")
    return default


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironment(f"{name}={value!r} is not a boolean. Use true or false.")


def integer(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise BadEnvironment(f"{name}={value!r} is not a whole number.") from None


def choice(name: str, default: str, *, options: tuple[str, ...]) -> str:
    value = text(name, default).strip().lower()
    if value not in options:
        raise BadEnvironment(f"{name}={value!r} is not one of {', '.join(options)}.")
    return value


def csv(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks around and between items are dropped."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def url(name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise BadEnvironment(f"{name} must start with one of {', '.join(s + '://' for s in schemes)}.")
    return value


def of_child(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `changes`, for a process it starts."""
    return {**os.environ, **changes}
