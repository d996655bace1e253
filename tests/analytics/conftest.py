"""An empty lake and visitors who answered the question."""

import pytest
from django.test import Client

from analytics import store
from shopcloud.lib.resilience import breaker

VISIT = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture(autouse=True)
def empty_lake():
    for tier in ("clicks", "s3"):
        breaker(tier).close()
    store.delete([file.key for file in store.files("")])


@pytest.fixture
def agreed() -> Client:
    """A browser whose visitor allowed to be counted."""
    client = Client(raise_request_exception=False)
    client.cookies["consent"] = "analytics"
    client.cookies["visit"] = VISIT
    return client
