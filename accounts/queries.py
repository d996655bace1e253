"""Reads of accounts."""

from accounts.domain import PostalAddress
from accounts.models import Address, User


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
