import pytest

from shopcloud.wiring.checks import check_fetching, check_payments, check_sealing


@pytest.mark.parametrize(
    ("gateway", "key", "secrets", "warned"),
    [
        ("sandbox", "", [], ["shopcloud.W001"]),
        ("stripe", "", [], ["shopcloud.W002"]),
        ("stripe", "sk_test_1", ["whsec_1"], []),
    ],
)
def test_a_shop_that_would_take_no_money_is_warned_before_it_opens(settings, gateway, key, secrets, warned):
    settings.PAYMENT_GATEWAYS = [gateway]
    settings.PAYMENT_GATEWAY, settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = gateway, key, secrets
    assert [warning.id for warning in check_payments(None)] == warned


def test_a_sandbox_offered_beside_a_real_provider_is_warned_of(settings):
    settings.PAYMENT_GATEWAY, settings.PAYMENT_GATEWAYS = "stripe", ["stripe", "sandbox"]
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_1", ["whsec_1"]
    assert [warning.id for warning in check_payments(None)] == ["shopcloud.W001"]


def test_a_shop_whose_imports_could_read_its_own_network_does_not_open(settings):
    assert check_fetching(None) == []
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    assert [error.id for error in check_fetching(None)] == ["shopcloud.E001"]


@pytest.mark.parametrize(
    ("keys", "refused"),
    [([], True), (["short"], True), (["the key that signs"], True), (["k" * 32], False), (["k" * 32, "short"], True)],
)
def test_a_shop_whose_secrets_have_no_strong_key_of_their_own_does_not_open(settings, keys, refused):
    settings.SECRET_KEY, settings.SEALING_KEYS = "the key that signs", keys
    assert [error.id for error in check_sealing(None)] == (["shopcloud.E002"] if refused else [])
