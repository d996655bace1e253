"""What a person wants to hear of, and how. The inbox is theirs to silence by kind; mails about an order are part of the
sale and always sent, all others only to who asked for them: that is a consent, and kept as one."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import services
from accounts.models import Consent, User
from accounts.notifications.models import MutedNotification
from accounts.notifications.words import Kind
from accounts.queries import consents_of

# The kinds that are mailed on wish alone; the purpose of the consent has the kind's name.
OPTIONAL_MAILS = frozenset({Kind.BACK_IN_STOCK, Kind.PRICE_DROP})


class MailNotOptional(ValueError):
    """Mails of this kind belong to the order."""

    def __str__(self) -> str:
        return _("Mails about your orders are part of the sale. They cannot be switched off.")


@dataclass(frozen=True, slots=True)
class Preference:
    """How a person hears of one kind. `email_is_optional` where `email` can be changed."""

    kind: Kind
    in_app: bool
    email: bool
    email_is_optional: bool


def preferences_of(user: User) -> list[Preference]:
    """Every kind, in two statements."""
    muted = set(MutedNotification.objects.filter(user=user).values_list("kind", flat=True))
    granted = {consent.purpose for consent in consents_of(user) if consent.granted}
    return [
        Preference(
            kind=kind,
            in_app=kind.value not in muted,
            email=kind not in OPTIONAL_MAILS or kind.value in granted,
            email_is_optional=kind in OPTIONAL_MAILS,
        )
        for kind in Kind
    ]


def change(*, user: User, kind: Kind, in_app: bool, email: bool, source: Consent.Source, now: datetime) -> None:
    """Raises MailNotOptional for an attempt to do without the mails about orders."""
    if kind not in OPTIONAL_MAILS and not email:
        raise MailNotOptional
    if in_app:
        MutedNotification.objects.filter(user=user, kind=kind.value).delete()
    else:
        MutedNotification.objects.bulk_create([MutedNotification(user=user, kind=kind.value)], ignore_conflicts=True)
    if kind in OPTIONAL_MAILS:
        purpose = Consent.Purpose(kind.value)
        services.set_consent(user_id=user.pk, purpose=purpose, granted=email, source=source, now=now)
