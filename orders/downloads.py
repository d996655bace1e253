"""Digital goods: a right per paid line to fetch its file once, within three days."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.utils.text import slugify
from django.utils.translation import gettext as _

from media import delivery
from orders.models import DownloadGrant, Order, OrderLine
from shopcloud.lib import guards, ids, residency

VALID = timedelta(hours=72)
URL_SECONDS = 60
PAID = (Order.Status.PAID, Order.Status.FULFILLED)


class DownloadNotFound(LookupError):
    """Nobody was ever given this token."""


class DownloadGone(Exception):
    """The token was good once; str() tells the buyer why it is not any more."""


class AlreadyDownloaded(DownloadGone):
    def __str__(self) -> str:
        return _("This link was used before, and it works once.")


class DownloadExpired(DownloadGone):
    def __str__(self) -> str:
        return _("This link was valid for 72 hours, which are over.")


class DownloadRevoked(DownloadGone):
    def __str__(self) -> str:
        return _("The order was cancelled or refunded, so its file is no longer available.")


def grant_downloads(*, order: Order, now: datetime, lines: Iterable[OrderLine] | None = None) -> None:
    """Give the buyer one link per digital line. Called in the transaction that pays the order; a repeat adds none."""
    digital = [line for line in (order.lines.all() if lines is None else lines) if line.is_digital and line.download]
    DownloadGrant.objects.bulk_create(
        [
            DownloadGrant(line=line, token=ids.secret_token(), expires_at=now + VALID, created_at=now)
            for line in digital
        ],
        ignore_conflicts=True,
    )


def grants_of(order: Order) -> list[DownloadGrant]:
    """The order's downloads, whatever became of each, in one statement."""
    return list(DownloadGrant.objects.filter(line__order=order).select_related("line").order_by("pk"))


def grant_missing(*, order_number: str, now: datetime) -> None:
    """Grant what a paid order still lacks. A repeat, an unpaid order and one that was called off change nothing."""
    with residency.atomic():
        # Locked: whoever calls it off at this moment takes back what is granted here, or was first.
        paid = Order.objects.select_for_update(of=("self",)).filter(number=order_number, status__in=PAID).first()
        if paid is not None:
            grant_downloads(order=paid, now=now)


def grant_of(*, token: str, now: datetime) -> DownloadGrant:
    """The grant, in whichever home it lies, if it can still be redeemed. Raises DownloadNotFound, or the DownloadGone
    that says why not.
    """
    grant = residency.seek(DownloadGrant.objects.select_related("line__order").filter(token=token).first)
    if grant is None:
        raise DownloadNotFound(token)
    if grant.revoked_at is not None or grant.line.order.status == Order.Status.CANCELLED:
        raise DownloadRevoked
    if grant.redeemed_at is not None:
        raise AlreadyDownloaded
    if grant.expires_at <= now:
        raise DownloadExpired
    return grant


def redeem(*, token: str, now: datetime) -> str:
    """Use the token up and return a URL that serves the file for a minute. Of two at once, one is AlreadyDownloaded.

    Raises what `grant_of` raises; DownloadRevoked also where the money was given back at this very moment.
    """
    grant = grant_of(token=token, now=now)
    # Signed before the token is spent: a failure here must not cost the buyer the download.
    url = signed_url(grant)
    unused = DownloadGrant.objects.filter(pk=grant.pk, expires_at__gt=now)
    if guards.stands("downloads.redeem"):
        unused = unused.filter(redeemed_at__isnull=True)
    if guards.stands("downloads.revoke"):
        unused = unused.filter(revoked_at__isnull=True)
    if not residency.ask(residency.of_number(grant.pk), lambda: unused.update(redeemed_at=now)):
        grant_of(token=token, now=now)
        raise AlreadyDownloaded
    return url


def revoke_unfetched(*, order: Order, now: datetime) -> None:
    """Take back an order's downloads that nobody fetched, in the transaction that calls the order off.

    The rows stay locked until it ends: from here on, whether one was fetched does not change any more.
    """
    grants = DownloadGrant.objects.filter(line__order=order)
    list(grants.order_by("pk").select_for_update(of=("self",)))
    grants.filter(redeemed_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)


def signed_url(grant: DownloadGrant) -> str:
    """A URL that serves the file for a minute; the caller must not hand it out without redeeming the grant."""
    return delivery.download_url(grant.line.download, filename=_file_name(grant.line), seconds=URL_SECONDS)


def _file_name(line: OrderLine) -> str:
    return f"{slugify(line.title)[:80] or 'download'}{PurePosixPath(line.download).suffix}"
