"""The Commission's register of VAT ids (VIES), asked as `VAT_ID_CHECK` says.

- `format` (default): never asked; form and check digits decide.
- `vies`: asked, and fails open: while it gives no answer the form decides, and the order notes "unanswered".
- `vies-strict`: asked, and fails closed: without an answer nobody buys without VAT.

It is asked while an order is worked out, before its transaction begins, and never for a mere look at the totals.
"""

from typing import Any

import requests
from django.conf import settings

from shopcloud.lib.resilience import CircuitOpen, breaker

FORMAT, ASKED, UNANSWERED = "format", "vies", "unanswered"
TIMEOUTS = (1.0, 3.0)


class NotRegistered(Exception):
    """The register does not know the VAT id, or knows it as given up."""


class NoAnswer(Exception):
    """The register, or the state's part of it, gave no answer; only `vies-strict` says so."""


def ask(vat_id: str) -> str:
    """How the VAT id was checked: FORMAT, ASKED or UNANSWERED. Raises NotRegistered, NoAnswer."""
    if settings.VAT_ID_CHECK == "format":
        return FORMAT
    try:
        answer = breaker("vies").call(_get, vat_id)
    except (requests.RequestException, ValueError, CircuitOpen) as error:
        return _without_answer(error)
    if answer.get("isValid") is True:
        return ASKED
    if answer.get("userError") == "INVALID":
        raise NotRegistered(vat_id)
    # A member state's own register is away, or too many ask at once.
    return _without_answer(None)


def _without_answer(error: Exception | None) -> str:
    if settings.VAT_ID_CHECK == "vies-strict":
        raise NoAnswer from error
    return UNANSWERED


def _get(vat_id: str) -> dict[str, Any]:
    url = f"{settings.VIES_URL}/ms/{vat_id[:2]}/vat/{vat_id[2:]}"
    response = requests.get(url, timeout=TIMEOUTS, allow_redirects=False)
    response.raise_for_status()
    answer = response.json()
    return answer if isinstance(answer, dict) else {}
