"""No token opens anything that this shop did not give to this person, or has taken back."""

import base64
import hashlib
import hmac
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from allauth.headless.tokens.strategies.jwt import internal
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.contrib.sessions.backends.cache import SessionStore
from django.db import connection
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User
from tests.conftest import PASSWORD, confirm

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN, REFRESH, SESSION = (f"/_allauth/app/v1/{end}" for end in ("auth/login", "tokens/refresh", "auth/session"))


@pytest.fixture
def signed_in_app(buyer) -> dict[str, str]:
    """What an app is given at sign-in: access_token, refresh_token, session_token."""
    return sign_in(buyer.email)


def sign_in(email: str) -> dict[str, str]:
    confirm(User.objects.get(email=email))
    answer = APIClient().post(LOGIN, {"email": email, "password": PASSWORD}, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]


def opens(access_token: str) -> bool:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token}")
    status = client.get("/api/v1/me/").status_code
    assert status in {200, 401}
    return status == 200


def refresh(token: str) -> dict[str, str] | None:
    answer = APIClient().post(REFRESH, {"refresh_token": token}, format="json")
    return answer.json()["data"] if answer.status_code == 200 else None


def claims_of(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def written(part: dict[str, object]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


def unsigned(claims: dict[str, object]) -> str:
    return b".".join([written({"alg": "none"}), written(claims), b""]).decode()


def signed_by_the_public_key(claims: dict[str, object]) -> str:
    """RS256 turned into HS256: the public key, which anybody may know, taken for a shared secret."""
    public = internal._get_jwt_config().verifying_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = b".".join([written({"alg": "HS256", "typ": "JWT"}), written(claims)])
    mac = base64.urlsafe_b64encode(hmac.digest(public, said, hashlib.sha256)).rstrip(b"=")
    return b".".join([said, mac]).decode()


def by_our_key(claims: dict[str, object]) -> str:
    return jwt.encode(claims, internal._get_jwt_config().signing_key, algorithm="RS256")


def test_the_token_of_a_sign_in_opens_the_api(signed_in_app):
    assert opens(signed_in_app["access_token"])


def test_tokens_made_by_others_open_nothing(signed_in_app):
    good = claims_of(signed_in_app["access_token"])
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = {
        "alg none": unsigned(good),
        "RS256 taken for HS256": signed_by_the_public_key(good),
        "another key": jwt.encode(good, stranger, algorithm="RS256"),
        "another issuer": by_our_key({**good, "iss": "https://elsewhere.example"}),
        "no issuer": by_our_key({name: value for name, value in good.items() if name != "iss"}),
        "expired": by_our_key({**good, "exp": int(time.time()) - 1}),
        "another person": by_our_key({**good, "sub": "999999"}),
        "a refresh token": signed_in_app["refresh_token"],
    }
    assert {name: opens(token) for name, token in forged.items()} == dict.fromkeys(forged, False)
    assert opens(by_our_key(good)), "the control: with nothing changed it is let in"


def test_after_signing_out_neither_token_works(signed_in_app):
    app = APIClient()
    assert app.delete(SESSION, HTTP_X_SESSION_TOKEN=signed_in_app["session_token"]).status_code == 401
    assert not opens(signed_in_app["access_token"])
    assert refresh(signed_in_app["refresh_token"]) is None


def test_a_new_password_ends_every_other_app(buyer, signed_in_app):
    buyer.set_password("another horse entirely 5")
    buyer.save()
    assert not opens(signed_in_app["access_token"])
    assert refresh(signed_in_app["refresh_token"]) is None


def test_a_refresh_token_is_exchanged_for_new_ones(signed_in_app):
    made = refresh(signed_in_app["refresh_token"])
    assert made is not None
    assert opens(made["access_token"])
    assert refresh(made["refresh_token"]) is not None


def test_a_refresh_token_that_comes_back_ends_its_family(signed_in_app):
    made = refresh(signed_in_app["refresh_token"])
    assert made is not None
    assert refresh(signed_in_app["refresh_token"]) is None
    assert not opens(made["access_token"])
    assert not opens(signed_in_app["access_token"])
    assert refresh(made["refresh_token"]) is None


def test_another_app_of_the_same_person_stays_signed_in(buyer, signed_in_app):
    tablet = sign_in(buyer.email)
    for _ in range(2):
        refresh(signed_in_app["refresh_token"])
    assert opens(tablet["access_token"])
    assert not opens(signed_in_app["access_token"])


def raced(token: str) -> list[dict[str, str]]:
    """The answers that gave tokens, of ten uses of one refresh token at the same time."""
    start = threading.Barrier(10)

    def use(_: int):
        start.wait(10)
        try:
            return refresh(token)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return [made for made in pool.map(use, range(10)) if made]


def slow_to_save(monkeypatch) -> None:
    """The pause of a busy network before each save of a session, so that racers meet."""
    save = SessionStore.save
    monkeypatch.setattr(
        SessionStore, "save", lambda self, must_create=False: (time.sleep(0.05), save(self, must_create))[1]
    )


@pytest.mark.parametrize("seed", range(3))
def test_ten_uses_at_once_have_one_winner_at_most_and_end_the_family(signed_in_app, monkeypatch, seed):
    slow_to_save(monkeypatch)
    won = raced(signed_in_app["refresh_token"])
    assert len(won) <= 1
    assert not any(opens(made["access_token"]) or refresh(made["refresh_token"]) for made in won)
    assert not opens(signed_in_app["access_token"])


def test_without_the_count_of_uses_several_would_win(signed_in_app, monkeypatch):
    slow_to_save(monkeypatch)
    monkeypatch.setattr(tokens, "_uses", lambda payload, *, one_more: 1)
    assert len(raced(signed_in_app["refresh_token"])) > 1


def test_an_app_stays_signed_in_for_as_long_as_its_refresh_token(signed_in_app):
    session = SessionStore(signed_in_app["session_token"])
    assert session.get_expiry_age() == settings.HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN
