"""What the description says of signing in is what the shop answers."""

import jsonschema_rs
import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from tests.accounts.api.test_tokens import sign_in
from tests.conftest import PASSWORD, code_in
from tests.shopcloud.test_openapi import with_null

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/_allauth/app/v1/"


@pytest.fixture(scope="module")
def schema() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture
def send(schema):
    """Sends a request and holds its answer to the description; returns it."""

    def sent(method, path, body=None, **headers):
        operation = schema["paths"][ROOT + path][method]
        answer = getattr(APIClient(), method)(ROOT + path, body, format="json", headers=headers)
        described = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        shape = with_null({**described, "components": schema["components"]})
        jsonschema_rs.Draft4Validator(shape).validate(answer.json())
        return answer

    return sent


def bearer(tokens):
    return {"Authorization": f"Bearer {tokens['access_token']}", "X-Session-Token": tokens["session_token"]}


def test_an_account_is_opened_with_the_code_of_the_mail(send, mailoutbox):
    body = {"email": "new@example.com", "password": PASSWORD}
    begun = send("post", "auth/signup", body)
    assert begun.status_code == 401
    session = {"X-Session-Token": begun.json()["meta"]["session_token"]}
    assert send("post", "auth/email/verify", {"key": "AAA-BBB"}, **session).status_code == 400
    # The first one was mailed just now.
    assert send("post", "auth/email/verify/resend", **session).status_code == 429
    done = send("post", "auth/email/verify", {"key": code_in(mailoutbox[-1].body)}, **session)
    assert done.status_code == 200
    assert send("get", "auth/session", **bearer(done.json()["meta"])).status_code == 200


def test_signing_in_goes_wrong_and_right_and_out(send, buyer):
    tokens = sign_in(buyer.email)
    wrong = send("post", "auth/login", {"email": buyer.email, "password": "not this one"})
    assert wrong.status_code == 400
    assert send("post", "auth/login", {"email": buyer.email}).status_code == 400
    right = send("post", "auth/login", {"email": buyer.email, "password": PASSWORD})
    assert right.status_code == 200
    fresh = send("post", "tokens/refresh", {"refresh_token": right.json()["meta"]["refresh_token"]})
    assert fresh.status_code == 200
    assert send("post", "tokens/refresh", {"refresh_token": "made up"}).status_code == 400
    assert send("delete", "auth/session", **bearer(tokens)).status_code == 401
    assert send("get", "auth/session", **bearer(tokens)).status_code in {401, 410}
    assert send("post", "auth/2fa/authenticate", {"code": "123456"}).status_code in {401, 409}


def test_a_password_is_changed_and_a_forgotten_one_asked_for(send, buyer):
    tokens = sign_in(buyer.email)
    wrong = {"current_password": "not this one", "new_password": "quite another pass phrase"}
    assert send("post", "account/password/change", wrong, **bearer(tokens)).status_code == 400
    assert send("post", "account/password/change", wrong).status_code == 401
    right = {**wrong, "current_password": PASSWORD}
    assert send("post", "account/password/change", right, **bearer(tokens)).status_code == 200
    assert send("post", "auth/password/request", {"email": buyer.email}).status_code == 200
    reset = {"key": "nosuchkey", "password": "quite another pass phrase"}
    assert send("post", "auth/password/reset", reset).status_code in {400, 409}
