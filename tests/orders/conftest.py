import itertools
from threading import Barrier

import pytest
from django.conf import settings

from shopcloud.lib import aws


@pytest.fixture(autouse=True)
def empty_shelves():
    """Nothing is on sale but what the test puts there, whatever an earlier one left; and nothing is left."""
    _clear()
    yield
    _clear()


def _clear() -> None:
    table = f"{settings.DYNAMODB_TABLE_PREFIX}products"
    client = aws.dynamodb()
    for item in client.scan(TableName=table, ProjectionExpression="product_id").get("Items", []):
        client.delete_item(TableName=table, Key={"product_id": item["product_id"]})


@pytest.fixture
def meet_before(monkeypatch):
    """Its first callers wait for each other before a function of a module: nobody has written when all have read.

    A control run needs it. On a busy machine one might be done before the next begins, and nothing would break.
    """

    def meet(module, name, *, callers=2):
        function, come, met = getattr(module, name), itertools.count(), Barrier(callers, timeout=30)

        def once_all_are_here(*args, **kwargs):
            if next(come) < callers:
                met.wait()
            return function(*args, **kwargs)

        monkeypatch.setattr(module, name, once_all_are_here)

    return meet
