import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.conftest import confirm

ADDRESS = {
    "name": "Mara Keller",
    "line1": "Torstraße 1",
    "city": "Berlin",
    "postal_code": "10119",
    "country": "DE",
}


@pytest.fixture
def phone(buyer) -> APIClient:
    """A mobile client signed in by a token."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {sign_in('buyer@example.com')}")
    return client


def sign_in(email: str) -> str:
    confirm(User.objects.get(email=email))
    response = APIClient().post(
        "/_allauth/app/v1/auth/login", {"email": email, "password": "correct horse battery"}, format="json"
    )
    assert response.status_code == 200, response.content
    return response.json()["meta"]["access_token"]


def test_a_token_tells_who_it_belongs_to(phone):
    assert phone.get("/api/v1/me/").json()["email"] == "buyer@example.com"


def test_without_a_token_the_answer_is_a_problem_document(db):
    response = APIClient().get("/api/v1/me/")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_a_forged_token_is_refused(db):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")
    assert client.get("/api/v1/me/").status_code == 401


def test_the_same_key_adds_one_address(phone):
    answers = [phone.post("/api/v1/me/addresses/", ADDRESS, format="json", HTTP_IDEMPOTENCY_KEY="k-1") for _ in "ab"]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(phone.get("/api/v1/me/addresses/").json()["results"]) == 1


def test_the_same_key_with_another_body_is_refused(phone):
    phone.post("/api/v1/me/addresses/", ADDRESS, format="json", HTTP_IDEMPOTENCY_KEY="k-1")
    other = phone.post("/api/v1/me/addresses/", {**ADDRESS, "city": "Bonn"}, format="json", HTTP_IDEMPOTENCY_KEY="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_another_persons_address_does_not_exist_for_me(phone, other_buyer):
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {sign_in('other@example.com')}")
    mine = phone.post("/api/v1/me/addresses/", ADDRESS, format="json").json()["id"]
    assert other.delete(f"/api/v1/me/addresses/{mine}/").status_code == 404
    assert other.put(f"/api/v1/me/addresses/{mine}/", ADDRESS, format="json").status_code == 404


@pytest.mark.parametrize("body", [{"language": "tlh"}, {"first_name": 7 * ["x"]}, [1, 2]])
def test_a_bad_profile_is_a_clear_400(phone, body):
    response = phone.patch("/api/v1/me/", body, format="json")
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"
