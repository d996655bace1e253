"""What leads to somebody without their being signed in finds their home: links, numbers, passkeys, second steps."""

from types import SimpleNamespace

import pytest
from allauth.idp.oidc.models import Client as PartnerApp
from allauth.idp.oidc.models import Token
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.http import int_to_base36
from fido2.utils import websafe_encode

from accounts import home_clues
from accounts.adapter import ProviderAdapter
from accounts.consents import token_for
from accounts.models import Consent, User
from accounts.notifications.listener import listener_of, unread_of
from accounts.notifications.words import Kind
from accounts.notifications.writing import tell
from accounts.services import set_consent
from orders import stock
from orders.downloads import VALID
from orders.models import DownloadGrant, Invoice, Order, StockAlert
from orders.services.ask_for_alert import key_of
from orders.services.issue_invoice import issue_invoice
from orders.services.wishlist import add_wish
from orders.wishes import person
from orders.wishes.wish import Holder
from shopcloud.lib import clock, residency
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.markets import GERMANY
from tests.orders.goods import NOW, on_sale
from tests.residency.conftest import EU
from tests.residency.people import browser, buy, resident, signed_in

pytestmark = pytest.mark.django_db(databases=["default", EU])
CARTS = Consent.Purpose.CART_REMINDERS


@pytest.fixture
def lamp():
    lamp = on_sale(units=5)
    with residency.within("eu"):
        stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=5, now=NOW)
    return lamp


def bought_by(email: str, home: str) -> Order:
    resident(email, home)
    buy(signed_in(email))
    with residency.within(home):
        return Order.objects.get()


def test_numbers_of_orders_say_where_they_were_placed(lamp):
    american, european = bought_by("ann@example.com", "us"), bought_by("eva@example.com", "eu")
    assert (len(american.number), len(european.number)) == (11, 12)
    assert [residency.of_order(order.number) for order in (american, european)] == ["us", "eu"]
    # An American code may begin with the same letter; it is shorter.
    assert residency.of_order("SC-E1234567") == "us"


def test_two_regions_give_out_no_number_of_an_invoice_twice(lamp):
    numbers = []
    for email, home in (("ann@example.com", "us"), ("eva@example.com", "eu")):
        order = bought_by(email, home)
        with residency.within(home):
            Order.objects.filter(pk=order.pk).update(paid_at=NOW)
            issue_invoice(order_number=order.number, now=NOW)
            numbers.append(Invoice.objects.get().number)
    assert numbers == ["INV-2026-000001", "INVE-2026-000001"]


@pytest.mark.parametrize("home", ["us", "eu"])
def test_a_lookup_is_noted_where_the_number_says_whether_there_is_such_an_order_or_not(home):
    number = {"us": "SC-7K3F92QX", "eu": "SC-E7K3F92QX"}[home]
    answer = browser().post("/orders/lookup/", {"number": number.lower(), "email": "eva@example.com"})
    assert answer.status_code in {200, 302}
    noted = []
    for region in ("us", "eu"):
        with residency.within(region):
            noted.append(OutboxEvent.objects.filter(payload__order_number=number).count())
    assert noted == ([1, 0] if home == "us" else [0, 1])


def test_a_guest_opens_a_european_order_on_the_american_site(lamp):
    order = bought_by("eva@example.com", "eu")
    with residency.within("eu"):
        Order.objects.filter(pk=order.pk).update(user=None)
    assert browser().get(f"/orders/{order.number}/").status_code == 404
    assert browser().get(f"/orders/{order.number}/?key={order.access_token}", follow=True).status_code == 200


def test_a_recovery_code_is_used_up_in_its_home():
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        TOTP.activate(eva, generate_totp_secret())
        code = RecoveryCodes.activate(eva).get_unused_codes()[0]
    entered = []
    for _try in range(2):
        client = signed_in("eva@example.com")
        client.post("/account/2fa/authenticate/", {"code": code})
        entered.append(client.get("/account/").status_code == 200)
    assert entered == [True, False]


def test_a_link_in_a_mail_ends_such_mails_at_home():
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        set_consent(user_id=eva.pk, purpose=CARTS, granted=True, source=Consent.Source.PROFILE, now=NOW)
        token = token_for(user_id=eva.pk, purpose=CARTS)
    assert browser().post(f"/account/unsubscribe/{token}/").status_code == 200
    with residency.within("eu"):
        assert [consent.granted for consent in Consent.objects.order_by("pk")] == [True, False]


def test_a_link_in_an_alerts_mail_forgets_the_address_in_its_home():
    told = {"market": "de", "language": "de", "created_at": NOW}
    with residency.within("eu"):
        waiting = [StockAlert(sku=sku, product_id="lamps", email="eva@example.com", **told) for sku in ("S", "L")]
        first, second = (key_of(alert) for alert in StockAlert.objects.bulk_create(waiting))
    assert browser().post(f"/stock-alerts/{first}/").status_code == 200
    assert browser().delete(f"/api/v1/stock-alerts/{second}/").status_code == 204
    with residency.within("eu"):
        assert not StockAlert.objects.exists()


def test_a_shared_wishlist_is_shown_in_every_region(lamp):
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        add_wish(holder=Holder(eva.pk), product_id=lamp.product_id, market=GERMANY, now=NOW)
        token = person.share(eva.pk)
    shown = browser().get(f"/wishlist/shared/{token}/")
    assert shown.status_code == 200 and lamp.title in shown.text
    assert browser().get("/wishlist/shared/nobodys/").status_code == 404


def test_a_file_is_fetched_once_from_whichever_region(lamp):
    order = bought_by("eva@example.com", "eu")
    with residency.within("eu"):
        line = order.lines.get()
        line.download = "downloads/pattern.pdf"
        line.save()
        grant = DownloadGrant.objects.create(line=line, token="t", expires_at=clock.now() + VALID, created_at=NOW)
    assert browser().get("/downloads/t/").status_code == 200
    assert [browser().post("/downloads/t/").status_code for _twice in range(2)] == [303, 410]
    with residency.within("eu"):
        grant.refresh_from_db()
        assert grant.redeemed_at is not None


def test_a_passkey_names_its_person_and_nonsense_names_nobody():
    number = residency.FIRST_NUMBERS["eu"] + 7
    handle = websafe_encode(int_to_base36(number).encode())

    def named(credential) -> int | None:
        request = RequestFactory().post("/account/2fa/webauthn/login/", {"credential": credential})
        return home_clues.person_number(request, request.path_info)

    assert named(f'{{"response": {{"userHandle": "{handle}"}}}}') == number
    for nonsense in ("", "{", "[]", '{"response": 1}', '{"response": {"userHandle": "!"}}'):
        assert named(nonsense) is None


def test_an_account_at_another_provider_leads_to_the_home_that_knows_it():
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        SocialAccount.objects.create(user=eva, provider="google", uid="g-1")
    request = browser().get("/account/login/").wsgi_request
    request.user = SimpleNamespace(is_authenticated=False)
    for uid, found in (("g-1", True), ("g-2", False)):
        login = SocialLogin(user=User(email="eva@example.com"), account=SocialAccount(provider="google", uid=uid))
        with residency.within("us"):
            ProviderAdapter().pre_social_login(request, login)
            # Not known there, the address still is: no second account is made for it.
            assert (residency.region(), login.is_existing) == ("eu", found)


def test_staff_of_another_region_do_not_write_into_the_catalogs_tables():
    staff = {}
    for email, home in (("ann@example.com", "us"), ("eva@example.com", "eu")):
        person = resident(email, home)
        with residency.within(home):
            User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
        staff[home] = signed_in(email)
    assert staff["us"].get("/admin/catalog/collection/").status_code == 200
    assert staff["eu"].get("/admin/catalog/collection/").status_code == 403
    assert staff["eu"].get("/admin/orders/order/").status_code == 200


def test_a_database_of_another_region_is_not_migrated_from_here():
    with pytest.raises(residency.NotOurDatabase):
        call_command("migrate", database=EU, verbosity=0)
    assert connections[EU].alias == EU


def test_a_page_that_stays_open_listens_for_its_person_wherever_they_live():
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        tell(people=[eva.pk], kind=Kind.ORDER_PAID, key="order_paid:1", facts={"order": "SC-E7K3F92QX"}, now=NOW)
    client = signed_in("eva@example.com")
    request = RequestFactory().get("/events/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    found = listener_of(request)
    assert found is not None
    assert (found.user_id, unread_of(found)) == (eva.pk, 1)
    assert residency.region() == "us"


def test_a_page_that_is_kept_for_everybody_is_not_made_of_what_one_persons_home_holds(lamp):
    resident("eva@example.com", "eu")
    eva = signed_in("eva@example.com")
    for path in ("", "reviews/", "together/"):
        with CaptureQueriesContext(connections[EU]) as asked:
            answer = eva.get(f"/p/{lamp.slug}-{lamp.product_id}/{path}")
        assert answer.status_code == 200
        assert "s-maxage" in answer["Cache-Control"]
        assert "Cookie" not in answer.get("Vary", "")
        assert len(asked) == 0


def test_what_below_a_public_page_is_ones_own_knows_its_person(lamp):
    eva_herself = resident("eva@example.com", "eu")
    vote = signed_in("eva@example.com").get(f"/p/{lamp.slug}-{lamp.product_id}/reviews/none/vote/")
    assert vote.wsgi_request.user == eva_herself


def test_a_partners_token_is_found_in_whichever_home_keeps_it():
    resident("ann@example.com", "us")
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        app = PartnerApp.objects.create(id="budget", name="Budget", scopes="profile")
        token = Token(type=Token.Type.ACCESS_TOKEN, user=eva, client=app, scopes="profile")
        token.set_value("opaque")
        token.save()
    told = browser().get("/api/v1/me/", headers={"Authorization": "Bearer opaque"})
    assert (told.status_code, told.json().get("id")) == (200, eva.pk)
    assert browser().get("/api/v1/me/", headers={"Authorization": "Bearer other"}).status_code == 401
