"""Changes of endpoints: made and given another secret by staff, shut by their own failures."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from orders.models import PartnerEndpoint
from orders.partners.signing import new_secret
from shopcloud.lib.sealing import Unreadable

# Both secrets sign for so long after a change.
OVERLAP = timedelta(hours=24)
# Who answers nothing right for so long is told nothing more.
PATIENCE = timedelta(days=3)
log = structlog.get_logger()


def rotate(*, endpoint: PartnerEndpoint, now: datetime) -> str:
    """Give an endpoint another secret, and the old one a day to go; the new one, which nobody is shown again.

    An old one that cannot be read signs nothing any more: it goes at once.
    """
    secret, old = new_secret(), _readable(endpoint, "secret")
    told = {"secret": secret, "previous_secret": old, "previous_until": now + OVERLAP if old else None}
    PartnerEndpoint.objects.filter(pk=endpoint.pk).update(**told)
    return secret


def live_secrets(endpoint: PartnerEndpoint, *, now: datetime) -> list[str]:
    """What signs at this moment, the newest first. Raises Unreadable where the key of that one is gone."""
    live = [endpoint.secret]
    if endpoint.previous_until is not None and endpoint.previous_until > now:
        live.append(_readable(endpoint, "previous_secret"))
    return [secret for secret in live if secret]


def _readable(endpoint: PartnerEndpoint, name: str) -> str:
    try:
        return str(getattr(endpoint, name))
    except Unreadable:
        return ""


def note_success(endpoint: PartnerEndpoint) -> None:
    PartnerEndpoint.objects.filter(pk=endpoint.pk, failing_since__isnull=False).update(failing_since=None)


def note_failure(endpoint: PartnerEndpoint, *, gone: bool, now: datetime) -> None:
    """Note since when it fails; shut it when that is too long, or when it says itself that it is gone."""
    mine = PartnerEndpoint.objects.filter(pk=endpoint.pk)
    mine.filter(failing_since=None).update(failing_since=now)
    if gone:
        _shut(endpoint, "It answered that it is gone (410).")
    elif mine.filter(failing_since__lte=now - PATIENCE).exists():
        _shut(endpoint, f"It has failed for {PATIENCE.days} days.")


def _shut(endpoint: PartnerEndpoint, because: str) -> None:
    open_one = PartnerEndpoint.objects.filter(pk=endpoint.pk, is_active=True)
    # Who shuts it writes the note: one note, however many deliveries fail at this moment.
    if not open_one.update(is_active=False, disabled_because=because):
        return
    log.error("partners.endpoint_shut", endpoint_id=endpoint.pk, because=because)
    text = f"{because}\n\nNothing more is sent to {endpoint.name}. Switch it on again in the admin when it answers."
    try:
        EmailMessage(f"Webhooks to {' '.join(endpoint.name.split())} are off", text, to=[settings.SHOP_EMAIL]).send()
    except OSError as error:
        log.warning("partners.note_not_sent", endpoint_id=endpoint.pk, reason=type(error).__name__)
