"""The two people of the demo shop. Their password is public, so they must never exist in production."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model

PASSWORD = "shopcloud-demo"  # noqa: S105
STAFF = "staff@shopcloud.example"
BUYER = "buyer@shopcloud.example"


def seed_people() -> int:
    """Make the accounts that are missing; returns how many were."""
    return sum((_seed(STAFF, staff=True), _seed(BUYER, staff=False)))


def _seed(email: str, *, staff: bool) -> bool:
    user_model = get_user_model()
    if user_model.objects.filter(email=email).exists():
        return False
    user = user_model.objects.create_user(email, PASSWORD, is_staff=staff, is_superuser=staff)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return True
