"""Back in stock: whoever wants a sold-out SKU leaves an address and is told once.

The answer is the same whether the address waits already or not, so nobody learns who waits for what.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import PRODUCT_ID, Freshness, Kind
from orders.models import StockAlert
from shopcloud.lib import residency, throttle
from shopcloud.lib.market import Market

# By who asks and by whom it is for: nobody fills another person's mailbox.
PER_CLIENT = {"most": 30, "seconds": 3600}
PER_ADDRESS = {"most": 10, "seconds": 3600}
_signer = Signer(salt="orders.stock-alert")


class NothingToWaitFor(LookupError):
    """No such SKU is on sale, or it never runs out."""

    def __str__(self) -> str:
        return _("We do not know this article. Open its page again and choose there.")


class TooManyAlerts(Exception):
    """Too many alerts were asked for, by this client or for this address."""

    wait = 3600

    def __str__(self) -> str:
        return _("Too many alerts in a short time. Try again in an hour.")


def ask_for_alert(
    *,
    product_id: str,
    sku: str,
    email: str,
    user: AbstractBaseUser | None,
    market: Market,
    client: str,
    now: datetime,
) -> None:
    """Have `email` (a valid address) told when the SKU can be bought again. `client` is where the wish comes from.

    Raises NothingToWaitFor, TooManyAlerts; CatalogUnavailable, and redis.Unavailable while nobody counts.
    """
    address = email.strip().lower()
    if not (
        throttle.within(f"alerts:client:{client}", **PER_CLIENT)
        and throttle.within(f"alerts:address:{_digest(address)}", **PER_ADDRESS)
    ):
        raise TooManyAlerts
    _check(product_id, sku)
    wish = StockAlert(
        sku=sku,
        product_id=product_id,
        email=address,
        user_id=user.pk if user else None,
        market=market.code,
        language=market.language,
        created_at=now,
    )
    StockAlert.objects.bulk_create([wish], ignore_conflicts=True)


def key_of(alert: StockAlert) -> str:
    """What ends this alert, for the mail and the person who asked: whoever holds it need not sign in."""
    return _signer.sign(str(alert.pk))


def stop_alert(*, key: str) -> None:
    """Forget an alert, in the home its number names; one that is gone already is no error.

    Raises NothingToWaitFor for a key that is not ours, HomeUnavailable.
    """
    number = alert_id(key)
    residency.ask(residency.of_number(number), StockAlert.objects.filter(pk=number).delete)


def alert_id(key: str) -> int:
    """The alert a key belongs to, whether it still waits or not. Raises NothingToWaitFor."""
    try:
        return int(_signer.unsign(key))
    except (BadSignature, ValueError):
        raise NothingToWaitFor(key) from None


def _digest(address: str) -> str:
    """An address is personal: it is not kept in the names of counters."""
    return Signer(salt="orders.stock-alert.rate").signature(address)


def _check(product_id: str, sku: str) -> None:
    if not PRODUCT_ID.fullmatch(product_id):
        raise NothingToWaitFor(sku)
    try:
        product = catalog.product(product_id, freshness=Freshness.CACHED)
    except catalog.ProductNotFound:
        raise NothingToWaitFor(sku) from None
    if not product.is_active or product.kind is Kind.DIGITAL or product.variant(sku) is None:
        raise NothingToWaitFor(sku)
