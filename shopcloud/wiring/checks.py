"""What `manage.py check --deploy` says of a shop that is about to take real money."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from shopcloud.lib.sealing import SHORTEST_KEY


@register(Tags.security, deploy=True)
def check_payments(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The sandbox provider accepts every test card: in production it would give goods away."""
    if settings.PAYMENT_GATEWAY == "sandbox" or "sandbox" in settings.PAYMENT_GATEWAYS:
        hint = "Set PAYMENT_GATEWAY=stripe with STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS, and offer no sandbox."
        return [Warning("Payments go to the built-in sandbox provider.", hint=hint, id="shopcloud.W001")]
    if settings.PAYMENT_GATEWAY == "stripe" and not (settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRETS):
        hint = "Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS from your Stripe dashboard."
        return [Warning("Stripe is chosen, but its keys are missing.", hint=hint, id="shopcloud.W002")]
    return []


@register(Tags.security, deploy=True)
def check_sealing(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Who learns the key that signs cookies must not read partners' secrets and second steps with it."""
    hint = f"Set SEALING_KEYS to texts of {SHORTEST_KEY} characters or more, none of which is SECRET_KEY."
    keys = settings.SEALING_KEYS
    if not keys or settings.SECRET_KEY in keys or any(len(key) < SHORTEST_KEY for key in keys):
        return [Error("Secrets in the database have no strong key of their own.", hint=hint, id="shopcloud.E002")]
    return []


@register(Tags.security, deploy=True)
def check_fetching(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A file of products could have the workers read what only the shop's own network may."""
    if not settings.FETCH_ALLOWED_NETWORKS:
        return []
    hint = "Leave FETCH_ALLOWED_NETWORKS empty: it is for tests."
    return [Error("Imports may fetch from inside the network.", hint=hint, id="shopcloud.E001")]
