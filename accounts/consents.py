"""Links that take a consent back without signing in: signed, for one person and one purpose, without an end."""

from django.core import signing

from accounts.models import Consent

_SALT = "accounts.unsubscribe"


class BadLink(ValueError):
    """The link was not made by us, or was cut off."""


def token_for(*, user_id: int, purpose: Consent.Purpose) -> str:
    return signing.dumps([user_id, purpose.value], salt=_SALT)


def read_token(token: str) -> tuple[int, Consent.Purpose]:
    """The person and the purpose. Raises BadLink."""
    try:
        user_id, purpose = signing.loads(token, salt=_SALT)
        return int(user_id), Consent.Purpose(purpose)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadLink(token) from None
