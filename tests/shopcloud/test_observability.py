import re

import pytest
from django.test import Client


@pytest.mark.django_db
def test_every_answer_names_its_request_and_the_time_it_took():
    response = Client().get("/healthz")
    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-Request-ID"])
    assert re.search(r"total;dur=\d", response["Server-Timing"])


def test_an_id_from_the_load_balancer_is_kept_and_a_forged_one_is_not():
    assert Client().get("/healthz", headers={"X-Request-ID": "trace-12345678"})["X-Request-ID"] == "trace-12345678"
    assert "<" not in Client().get("/healthz", headers={"X-Request-ID": "<script>alert(1)"})["X-Request-ID"]


@pytest.mark.django_db
def test_the_tiers_that_answered_are_named(signed_in):
    timing = signed_in.get("/readyz")
    assert timing.status_code == 200
    assert set(timing.json()["tiers"]) == {"postgres", "redis", "dynamodb", "search", "s3", "broker"}
