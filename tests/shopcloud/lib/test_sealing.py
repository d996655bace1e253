"""What the shop must read again lies sealed in the database: webhooks' secrets and those of second steps."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.db import connection

from orders.models import PartnerEndpoint
from orders.partners import endpoints
from shopcloud.lib import audit, clock, sealing
from shopcloud.lib.audit import AuditEntry
from shopcloud.wiring.sealing import seal_everything

pytestmark = pytest.mark.django_db

OLD, NEW = "o" * 40, "n" * 40
SECRET = "whsec_c2VjcmV0"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SEALING_KEYS = [OLD]


def endpoint() -> PartnerEndpoint:
    return PartnerEndpoint.objects.create(name="ERP", url="https://erp.example/", secret=SECRET)


def stored(table: str = "orders_partnerendpoint", column: str = "secret") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM {table}")
        return str(cursor.fetchone()[0])


def store_plainly(made: PartnerEndpoint) -> None:
    """As the release before did."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_partnerendpoint SET secret = %s WHERE id = %s", [SECRET, made.pk])


def code_of(secret: str) -> str:
    """What an authenticator app shows at this moment."""
    return str(auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time()))))


def test_the_database_holds_no_secret_of_a_webhook():
    made = endpoint()
    new = endpoints.rotate(endpoint=made, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept::text FROM orders_partnerendpoint AS kept")
        whole = cursor.fetchone()[0]
    assert "whsec_" not in whole
    assert whole.count("sealed:") == 2
    kept = PartnerEndpoint.objects.get()
    assert endpoints.live_secrets(kept, now=clock.now()) == [new, SECRET]


def test_what_the_release_before_stored_is_read_and_then_sealed():
    made = endpoint()
    store_plainly(made)
    assert PartnerEndpoint.objects.get().secret == SECRET
    assert seal_everything() == 1
    assert stored().startswith("sealed:")
    assert PartnerEndpoint.objects.get().secret == SECRET
    assert seal_everything() == 0


def test_a_new_key_seals_and_the_old_one_opens_until_it_goes(settings):
    endpoint()
    settings.SEALING_KEYS = [NEW, OLD]
    assert PartnerEndpoint.objects.get().secret == SECRET
    assert seal_everything() == 1
    settings.SEALING_KEYS = [NEW]
    assert PartnerEndpoint.objects.get().secret == SECRET


def test_without_its_key_nothing_opens(settings):
    endpoint()
    settings.SEALING_KEYS = [NEW]
    kept = PartnerEndpoint.objects.get()
    with pytest.raises(sealing.Unreadable):
        kept.secret  # noqa: B018
    with pytest.raises(sealing.Unreadable):
        PartnerEndpoint.objects.defer("secret").get().secret  # noqa: B018


def test_without_its_key_the_rest_of_the_row_is_read_and_saved_and_the_secret_stays(settings):
    endpoint()
    was = stored()
    settings.SEALING_KEYS = [NEW]
    kept = PartnerEndpoint.objects.get()
    kept.name = "CRM"
    kept.save()
    assert stored() == was
    settings.SEALING_KEYS = [NEW, OLD]
    again = PartnerEndpoint.objects.get()
    assert (again.name, again.secret) == ("CRM", SECRET)


def test_what_nobody_can_open_keeps_nothing_else_from_being_sealed(settings, buyer):
    endpoint()
    was = stored()
    settings.SEALING_KEYS = [NEW]
    store_plainly(PartnerEndpoint.objects.create(name="CRM", url="https://crm.example/", secret=SECRET))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_partnerendpoint SET secret = %s WHERE name = 'ERP'", [was])
    Authenticator.objects.create(user=buyer, type="totp", data={"secret": was})
    Authenticator.objects.create(user=buyer, type="recovery_codes", data={"seed": "plain", "used_mask": 0})
    assert seal_everything() == 2
    assert Authenticator.objects.get(type="totp").data == {"secret": was}
    assert stored("orders_partnerendpoint WHERE name = 'ERP'") == was
    assert stored("orders_partnerendpoint WHERE name = 'CRM'").startswith(sealing.newest())


def test_a_text_that_was_tampered_with_does_not_open():
    sealed = sealing.seal(SECRET)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed[:-6] + "AAAA==")
    assert sealing.seal(SECRET) != sealed


def test_saving_something_else_leaves_the_secret_as_it_is_stored():
    endpoint()
    was = stored()
    kept = PartnerEndpoint.objects.get()
    kept.name = "CRM"
    with audit.by(actor=7, action="x"):
        kept.save()
    assert stored() == was
    assert AuditEntry.objects.get().after == {"name": "CRM"}


def test_a_secret_that_is_changed_while_everything_is_sealed_stays_the_new_one(monkeypatch):
    made = endpoint()
    store_plainly(made)
    from shopcloud.wiring import sealing as run

    def changed_meanwhile(held: str) -> str:
        endpoints.rotate(endpoint=PartnerEndpoint.objects.get(), now=clock.now())
        return sealing.unseal(held)

    monkeypatch.setattr(run, "unseal", changed_meanwhile)
    run.seal_everything()
    assert PartnerEndpoint.objects.get().secret != SECRET


def test_second_steps_are_sealed_and_work(buyer):
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(buyer, secret)
    assert secret not in stored("mfa_authenticator", "data")
    kept = auth.TOTP(Authenticator.objects.get())
    assert kept.validate_code(
        auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    )


def test_second_steps_from_before_work_and_are_sealed(buyer):
    secret, seed = auth.generate_totp_secret(), RecoveryCodes.generate_seed()
    Authenticator.objects.create(user=buyer, type="totp", data={"secret": secret})
    codes = {"seed": seed, "used_mask": 0, "migrated_codes": ["abc"]}
    recovery = Authenticator.objects.create(user=buyer, type="recovery_codes", data=codes)
    Authenticator.objects.create(user=buyer, type="webauthn", data={"name": "Key"})
    assert auth.TOTP(Authenticator.objects.get(type="totp")).validate_code(code_of(secret))
    assert seal_everything() == 2
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    recovery.refresh_from_db()
    assert seed not in str(recovery.data)
    assert RecoveryCodes(recovery).get_unused_codes() == ["abc"]
    assert seal_everything() == 0
