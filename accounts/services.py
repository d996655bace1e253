"""Writes of accounts: addresses, profiles and consents."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.domain import PostalAddress
from accounts.models import Address, Consent, User
from accounts.partners import take_all_back
from shopcloud.lib import residency

MAX_ADDRESSES = 20


class TooManyAddresses(Exception):
    def __str__(self) -> str:
        return _("An account keeps %(most)d addresses at most. Delete one first.") % {"most": MAX_ADDRESSES}


class AddressNotFound(LookupError):
    def __str__(self) -> str:
        return _("There is no such address in this account.")


def add_address(*, user: User, address: PostalAddress, is_default: bool = False) -> Address:
    """Keep an address; the first one of an account becomes its default. Raises TooManyAddresses."""
    with residency.atomic():
        # Lock the person, so that two requests at once neither pass the limit nor make two defaults.
        User.objects.select_for_update().get(pk=user.pk)
        kept = Address.objects.filter(user=user).count()
        if kept >= MAX_ADDRESSES:
            raise TooManyAddresses
        if is_default:
            Address.objects.filter(user=user, is_default=True).update(is_default=False)
        return Address.objects.create(user=user, is_default=is_default or kept == 0, **address.as_dict())


def change_address(*, user: User, address_id: int, address: PostalAddress, is_default: bool | None = None) -> Address:
    """Replace an address of `user`. Raises AddressNotFound, also for another person's address."""
    with residency.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        row = Address.objects.filter(user=user, pk=address_id).first()
        if row is None:
            raise AddressNotFound
        if is_default:
            Address.objects.filter(user=user, is_default=True).exclude(pk=row.pk).update(is_default=False)
        for name, value in address.as_dict().items():
            setattr(row, name, value)
        row.is_default = row.is_default if is_default is None else is_default
        row.save()
        return row


def delete_address(*, user: User, address_id: int) -> None:
    """Forget an address; raises AddressNotFound. Orders keep their own copies."""
    if not Address.objects.filter(user=user, pk=address_id).delete()[0]:
        raise AddressNotFound


def change_profile(*, user: User, first_name: str, last_name: str, language: str, market: str) -> User:
    """`market` is a market's code, or empty where the person prefers none."""
    user.first_name, user.last_name, user.language = first_name.strip(), last_name.strip(), language
    user.market = market
    user.save(update_fields=["first_name", "last_name", "language", "market"])
    return user


def remember_market(*, user: User, market: str) -> None:
    """What the person chose last is where they shop; `market` is a market's code."""
    User.objects.filter(pk=user.pk).exclude(market=market).update(market=market)


def sign_out_everywhere(*, user: User) -> None:
    """End every session and token of the person: none of them fits the account from here on."""
    with residency.atomic():
        User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
        take_all_back(user_id=user.pk)


def set_consent(
    *, user_id: int, purpose: Consent.Purpose, granted: bool, source: Consent.Source, now: datetime
) -> Consent | None:
    """Note that a person allowed something or took it back; what they said before is not noted again.

    None where there is no such person.
    """
    with residency.atomic():
        # Lock the person, so that two requests at once leave one order of rows.
        if not User.objects.select_for_update().filter(pk=user_id).exists():
            return None
        newest = Consent.objects.filter(user_id=user_id, purpose=purpose).order_by("-at", "-pk").first()
        if newest is not None and newest.granted == granted:
            return newest
        if newest is None and not granted:
            return None
        return Consent.objects.create(user_id=user_id, purpose=purpose, granted=granted, source=source, at=now)
