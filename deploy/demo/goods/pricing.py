"""Prices as a shop would set them: net in dollars, with VAT in euros and pounds, each rounded to a pleasant figure."""

from __future__ import annotations

import random


def prices(dollars: float, key: str) -> dict[str, int]:
    """Minor units for USD, EUR and GBP. `key` fixes the small differences between the markets."""
    rng = random.Random(f"prices/{key}")
    return {
        "USD": _charm(dollars),
        "EUR": _charm(dollars * rng.choice((0.98, 1.01, 1.04, 1.06))),
        "GBP": _charm(dollars * rng.choice((0.82, 0.85, 0.88))),
    }


def _charm(amount: float) -> int:
    """Whole units ending in 9 or 5 above 60, in 0.50 or 0.90 below 30, whole units between."""
    if amount >= 400:
        return (round((amount + 1) / 10) * 10 - 1) * 100
    if amount >= 60:
        return (round(amount / 5) * 5 - (1 if round(amount / 5) % 2 == 0 else 0)) * 100
    if amount >= 30:
        return round(amount) * 100
    return max(150, round(amount * 2) * 50 - (10 if round(amount * 2) % 2 == 0 else 0))


def ean13(number: int) -> str:
    """A barcode of the range kept for use inside a shop (prefix 20), with its check digit."""
    digits = f"20{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
