"""A partner's app acts for a person: what they allowed and no more, until they take it back. OAuth 2.0 with PKCE."""

import base64
import hashlib
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.idp.oidc.models import Client as PartnerApp
from django.test import Client
from rest_framework.test import APIClient

from tests.accounts.api.test_tokens import sign_in

pytestmark = pytest.mark.django_db
AUTHORIZE, TOKEN, APPS = "/identity/o/authorize", "/identity/o/api/token", "/account/partner-apps/"
BACK, VERIFIER = "https://partner.example/back", "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app() -> PartnerApp:
    """A budgeting app on phones."""
    scopes = "profile\norders:read"
    grants = "authorization_code\nrefresh_token"
    return PartnerApp.objects.create(
        id="budget", name="Budget", type="public", scopes=scopes, grant_types=grants, redirect_uris=BACK
    )


def asked(**changes: str) -> str:
    """The address that the app sends a person to."""
    asks = {
        "client_id": "budget", "response_type": "code", "redirect_uri": BACK, "scope": "profile orders:read",
        "state": "s1", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    return f"{AUTHORIZE}?{urlencode({name: value for name, value in asks.items() if value})}"


def answered(browser: Client, *scopes: str, action: str = "grant", address: str = "") -> dict[str, list[str]]:
    """What the app is told when the person has answered the page."""
    page = browser.get(address or asked())
    assert page.status_code == 200, page.content
    signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert signed
    form = {"request": signed[1], "scopes": scopes, "action": action}
    sent = browser.post(AUTHORIZE, form, headers=SAME)
    assert sent.status_code == 302
    assert sent["Location"].startswith(BACK)
    return parse_qs(urlsplit(sent["Location"]).query)


def exchanged(code: str, **changes: str):
    form = {
        "grant_type": "authorization_code", "client_id": "budget", "redirect_uri": BACK, "code": code,
        "code_verifier": VERIFIER, **changes,
    }  # fmt: skip
    return Client(raise_request_exception=False).post(TOKEN, form)


def tokens_for(browser: Client, *scopes: str) -> dict[str, str]:
    return exchanged(answered(browser, *scopes)["code"][0]).json()


def asks(token: str, path: str, method: str = "get"):
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return getattr(api, method)(f"/api/v1/{path}")


def test_a_person_signs_in_before_they_are_asked(app, guest):
    sent = guest.get(asked())
    assert sent.status_code == 302
    assert sent["Location"].startswith("/account/login/?next=/identity/o/authorize")


def test_the_page_says_who_asks_for_what_in_the_persons_language(app, signed_in, buyer):
    page = signed_in.get(asked())
    text = page.content.decode()
    assert "Allow Budget" in text
    assert "See your orders, invoices and returns" in text
    assert 'class="site-header"' in text
    assert "form-action 'self' https://checkout.stripe.com https://partner.example" in page["Content-Security-Policy"]
    buyer.language = "de"
    buyer.save()
    assert "Ihre Bestellungen, Rechnungen und Rücksendungen sehen" in signed_in.get(asked()).content.decode()


def test_the_app_may_do_what_was_allowed_and_no_more(app, signed_in, buyer):
    held = tokens_for(signed_in, "orders:read")
    token = held["access_token"]
    assert asks(token, "orders/").status_code == 200
    assert asks(token, "categories/").status_code == 200
    closed = {("me/", "get"), ("me/", "patch"), ("orders/", "post"), ("me/sessions/", "delete"), ("carts/", "post")}
    for path, method in closed:
        refused = asks(token, path, method)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope"), path
    assert 'scope="profile"' in asks(token, "me/")["WWW-Authenticate"]
    assert asks(tokens_for(signed_in, "profile")["access_token"], "me/").json()["email"] == buyer.email


def test_every_operation_is_shut_to_apps_unless_it_names_its_scope(app, signed_in):
    from drf_spectacular.generators import SchemaGenerator

    token = tokens_for(signed_in, "profile", "orders:read")["access_token"]
    described = SchemaGenerator().get_schema(request=None, public=True)
    opened = set()
    ours = {path: told for path, told in described["paths"].items() if path.startswith("/api/v1/")}
    for path, operations in ours.items():
        for method in operations:
            answer = asks(token, re.sub(r"{\w+}", "1", path).removeprefix("/api/v1/"), method)
            if answer.status_code != 403 or answer.json()["code"] != "insufficient_scope":
                opened.add(operations[method]["operationId"])
    assert opened == {
        "products", "product", "reviews", "categories", "collections", "collection", "search", "suggest",
        "bought_together",
        "me", "orders", "order", "order_documents", "order_document", "order_invoice", "returns", "order_return",
    }  # fmt: skip


def test_a_code_without_its_proof_gives_nothing(app, signed_in):
    for changes in ({"code_verifier": "w" * 64}, {"code_verifier": ""}, {"client_id": "other"}):
        code = answered(signed_in, "profile")["code"][0]
        assert exchanged(code, **changes).status_code in {400, 401}
    code = answered(signed_in, "profile")["code"][0]
    assert exchanged(code).status_code == 200
    assert exchanged(code).status_code == 400, "a code works once"


def test_an_app_on_a_phone_cannot_do_without_pkce(app, signed_in):
    sent = signed_in.get(asked(code_challenge="", code_challenge_method=""))
    assert sent.status_code == 302
    assert parse_qs(urlsplit(sent["Location"]).query)["error"] == ["invalid_request"]


def test_nobody_is_sent_to_an_address_that_is_not_the_apps(app, signed_in):
    page = signed_in.get(asked(redirect_uri="https://thief.example/"))
    assert not page.has_header("Location")
    assert "This app cannot be allowed" in page.content.decode()


def test_who_does_not_allow_it_gives_no_code(app, signed_in):
    told = answered(signed_in, "profile", action="cancel")
    assert (told["error"], told["state"], "code" in told) == (["access_denied"], ["s1"], False)


def test_a_scope_that_the_app_may_not_ask_for_is_refused(app, signed_in):
    sent = signed_in.get(asked(scope="addresses:read"))
    assert sent.status_code == 302
    assert parse_qs(urlsplit(sent["Location"]).query)["error"] == ["invalid_scope"]


def test_a_refresh_token_works_once(app, signed_in):
    held = tokens_for(signed_in, "orders:read")
    form = {"grant_type": "refresh_token", "client_id": "budget", "refresh_token": held["refresh_token"]}
    renewed = Client().post(TOKEN, form).json()
    assert asks(renewed["access_token"], "orders/").status_code == 200
    assert Client().post(TOKEN, form).status_code == 400


def test_what_was_allowed_is_taken_back_on_the_account_page(app, signed_in):
    held = tokens_for(signed_in, "orders:read")
    page = signed_in.get(APPS).content.decode()
    assert "Budget" in page
    assert "See your orders, invoices and returns" in page
    after = signed_in.post(f"{APPS}budget/revocation/", headers=SAME, follow=True).content.decode()
    assert "No app has access" in after
    assert asks(held["access_token"], "orders/").status_code == 401
    form = {"grant_type": "refresh_token", "client_id": "budget", "refresh_token": held["refresh_token"]}
    assert Client().post(TOKEN, form).status_code == 400


def test_nobody_takes_back_what_another_allowed(app, signed_in, other_buyer):
    held = tokens_for(signed_in, "orders:read")
    other = Client()
    other.force_login(other_buyer, backend="django.contrib.auth.backends.ModelBackend")
    other.post(f"{APPS}budget/revocation/", headers=SAME)
    assert asks(held["access_token"], "orders/").status_code == 200


def test_signing_out_everywhere_ends_apps_too(app, signed_in, buyer):
    held = tokens_for(signed_in, "orders:read")
    assert asks(sign_in(buyer.email)["access_token"], "me/sessions/", "delete").status_code == 204
    assert asks(held["access_token"], "orders/").status_code == 401


def test_the_shop_says_what_it_offers_and_offers_no_more(client):
    told = client.get("/.well-known/openid-configuration").json()
    assert told["response_types_supported"] == ["code"]
    assert "orders:read" in told["scopes_supported"]
    assert client.get("/.well-known/jwks.json").json()["keys"][0]["kty"] == "RSA"
    for closed in ("/identity/o/device", "/identity/o/logout", "/identity/o/api/device/code"):
        assert client.post(closed).status_code == 404


def test_an_administrator_registers_an_app_and_sees_its_secret_once(admin_person):
    desk = Client(headers=SAME)
    desk.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    new = "/admin/allauth_idp_oidc/client/add/"
    form = {"name": "Ledger", "type": "confidential", "scopes": ["orders:write"], "redirect_uris": BACK}
    assert "orders:write is not one of the available choices" in desk.post(new, form).content.decode()
    made = desk.post(new, {**form, "scopes": ["orders:read", "profile"]}, follow=True)
    secret = re.search(r"shown this once only: (\S+)", made.content.decode())
    app = PartnerApp.objects.get(name="Ledger")
    assert app.get_scopes() == ["orders:read", "profile"]
    assert app.get_grant_types() == ["authorization_code", "refresh_token"]
    assert secret, "the secret is not shown"
    assert app.check_secret(unescape(secret[1]))
    kept = desk.get(f"/admin/allauth_idp_oidc/client/{app.pk}/change/").content.decode()
    assert kept.count("checked") == 2
    assert unescape(secret[1]) not in unescape(kept)


def test_over_rest_a_person_sees_what_they_allowed_and_takes_it_back(app, buyer, signed_in):
    token = tokens_for(signed_in, "profile")["access_token"]
    own = sign_in(buyer.email)["access_token"]
    (listed,) = asks(own, "me/partner-apps/").json()["results"]
    assert (listed["client_id"], listed["name"], len(listed["allowed"])) == ("budget", "Budget", 1)
    assert asks(token, "me/partner-apps/").json()["code"] == "insufficient_scope"
    assert asks(token, "me/partner-apps/budget/", "delete").json()["code"] == "insufficient_scope"
    assert asks(token, "me/").status_code == 200
    assert asks(own, "me/partner-apps/budget/", "delete").status_code == 204
    assert asks(token, "me/").status_code == 401
    assert asks(own, "me/partner-apps/").json()["results"] == []
    assert asks(own, "me/partner-apps/budget/", "delete").status_code == 204
