"""Card numbers are the payment provider's business: one that is sent here is refused before it is kept anywhere."""

import re
from typing import Any

from shopcloud.lib.problems import Problem

# As printed on cards: 13 to 19 digits, perhaps in groups.
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)", re.ASCII)
_DEEPEST = 8


def refuse_card_numbers(data: Any) -> None:
    """Raise a Problem if there is a card number anywhere in a request's JSON. It says where, never what."""
    found = _find(data, "", 0)
    if found is not None:
        raise Problem(
            400,
            "card_number",
            "This looks like a card number. Card numbers must never be sent here: send the token your payment "
            "provider gives for the card. Nothing was stored.",
            field=found[:60],
        )


def looks_like_card(text: str) -> bool:
    """Whether a text holds 13 to 19 digits whose check digit is a card's."""
    return any(_passes_luhn(re.sub(r"\D", "", match)) for match in _DIGITS.findall(text[:2000]))


def _find(data: Any, path: str, depth: int) -> str | None:
    """The path of the first field that holds a card number."""
    if isinstance(data, dict) and depth < _DEEPEST:
        inner = ((f"{path}.{name}" if path else str(name), value) for name, value in data.items())
    elif isinstance(data, list) and depth < _DEEPEST:
        inner = ((f"{path}.{place}" if path else str(place), value) for place, value in enumerate(data))
    else:
        is_text = isinstance(data, str | int) and not isinstance(data, bool)
        return path if is_text and looks_like_card(str(data)) else None
    # A name of a field may be the number itself; then it is not repeated.
    return next((found for name, value in inner if (found := _find_named(name, value, path, depth)) is not None), None)


def _find_named(name: str, value: Any, parent: str, depth: int) -> str | None:
    return (parent or "body") if looks_like_card(name) else _find(value, name, depth + 1)


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
