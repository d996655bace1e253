"""Reads of accounts."""

from collections.abc import Collection
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from accounts.consents import token_for
from accounts.domain import PostalAddress
from accounts.models import Address, Consent, User
from accounts.notifications.reading import unread_count as unread_count

Purpose = Consent.Purpose


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may be written to for a purpose, in their language."""

    user_id: int
    email: str
    language: str


def verified_owner(email: str) -> User | None:
    """Who proved that this address is theirs; None where nobody did."""
    owner = EmailAddress.objects.filter(email=email.strip().lower(), verified=True).select_related("user").first()
    return owner.user if owner else None


def verified_emails(user_id: int) -> list[str]:
    """The addresses a person proved to be theirs, in lower case."""
    found = EmailAddress.objects.filter(user_id=user_id, verified=True)
    return [email.lower() for email in found.values_list("email", flat=True)]


def reviewer(user_id: int) -> str | None:
    """What stands for a person among reviews; None for nobody."""
    found = User.objects.filter(pk=user_id).values_list("reviewer", flat=True).first()
    return str(found) if found else None


def addresses_of(user: User) -> list[Address]:
    """The default first, then the newest."""
    return list(Address.objects.filter(user=user))


def delivery_address(user: User) -> PostalAddress | None:
    """The address a checkout starts with."""
    row = Address.objects.filter(user=user).first()
    return None if row is None else as_postal(row)


def as_postal(row: Address) -> PostalAddress:
    return PostalAddress(
        name=row.name,
        line1=row.line1,
        line2=row.line2,
        city=row.city,
        postal_code=row.postal_code,
        region=row.region,
        country=str(row.country),
    )


def consents_of(user: User) -> list[Consent]:
    """The newest word of the person on every purpose; on what they never spoke of, an unsaved refusal."""
    newest = Consent.objects.filter(user=user).order_by("purpose", "-at", "-pk").distinct("purpose")
    spoken = {consent.purpose: consent for consent in newest}
    return [spoken.get(p, Consent(user=user, purpose=p, granted=False)) for p in Purpose]


def said_by(user: User) -> list[Consent]:
    """Everything the person ever allowed or took back, the newest first."""
    return list(Consent.objects.filter(user=user).order_by("-at", "-pk")[:200])


def recipients(user_ids: Collection[int], *, purpose: Consent.Purpose) -> dict[int, Recipient]:
    """Those of the people who consented to a purpose and confirmed their email address, by id."""
    newest = Consent.objects.filter(user_id__in=user_ids, purpose=purpose)
    newest = newest.order_by("user_id", "-at", "-pk").distinct("user_id")
    willing = [consent.user_id for consent in newest if consent.granted]
    addresses = EmailAddress.objects.filter(user_id__in=willing, verified=True).order_by("primary")
    confirmed = dict(addresses.values_list("user_id", "email"))
    people = User.objects.filter(pk__in=confirmed, is_active=True)
    return {person.pk: Recipient(person.pk, confirmed[person.pk], person.language) for person in people}


def unsubscribe_url(*, user_id: int, purpose: Consent.Purpose) -> str:
    """The link in a mail that takes the consent back, in the active language."""
    token = token_for(user_id=user_id, purpose=purpose)
    return f"{settings.PUBLIC_URL}{reverse('account-unsubscribe', args=[token])}"
