"""What a second region costs in statements, and that one region costs none."""

from collections.abc import Callable

import pytest
from django.db import connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import Address, User
from shopcloud.lib import residency
from tests.conftest import PASSWORD
from tests.orders.goods import ADDRESS, on_sale
from tests.residency.conftest import EU
from tests.residency.people import browser, buy, resident

pytestmark = pytest.mark.django_db(databases=["default", EU])
ONE = {"HOMES": {"us": "default"}, "DATABASE_ROUTERS": [], "OTHER_BUCKETS": {}}


def statements(email: str) -> dict[str, int]:
    """How many the shop asks of both databases: to sign somebody in, to sell to them, and to show their orders."""
    resident(email, "us")
    client = browser()
    told = {"login": email, "password": PASSWORD}
    works: dict[str, Callable[[], object]] = {
        "sign in": lambda: client.post("/account/login/", told),
        "buy": lambda: buy(client),
        "read": lambda: client.get("/account/orders/"),
    }
    counted = {}
    for name, work in works.items():
        with CaptureQueriesContext(connections["default"]) as ours, CaptureQueriesContext(connections[EU]) as theirs:
            work()
        counted[name] = len(ours) + len(theirs)
    return counted


def test_one_region_is_what_the_shop_starts_with():
    with override_settings(**ONE):
        assert (residency.alias(), residency.region(), residency.others()) == ("default", "us", ())
        with residency.within("eu"):
            assert residency.alias() == "default"


def test_a_second_region_costs_two_statements_to_sign_in_and_none_to_buy_or_read():
    on_sale(units=9)
    # What a process asks once and remembers is not what differs.
    statements("first@example.com")
    two = statements("second@example.com")
    with override_settings(**ONE):
        statements("third@example.com")
        one = statements("fourth@example.com")
    assert all(one.values())
    assert {name: two[name] - one[name] for name in two} == {"sign in": 2, "buy": 0, "read": 0}


def test_every_table_of_europe_numbers_its_rows_from_its_first_number_on():
    with connections[EU].cursor() as cursor:
        cursor.execute("SELECT DISTINCT start_value FROM pg_sequences WHERE data_type = 'bigint'::regtype")
        assert cursor.fetchall() == [(residency.FIRST_NUMBERS["eu"],)]
    with residency.within("eu"):
        assert residency.of_number(User.objects.create_user("eva@example.com", PASSWORD).pk) == "eu"
    assert residency.of_number(User.objects.create_user("ann@example.com", PASSWORD).pk) == "us"
    residency.begin_numbers(EU)
    with residency.within("eu"):
        # Said again, it begins nowhere again.
        assert (
            User.objects.create_user("uli@example.com", PASSWORD).pk == User.objects.get(email="eva@example.com").pk + 1
        )


def test_rows_of_two_homes_are_not_tied_together():
    eva, ann = resident("eva@example.com", "eu"), resident("ann@example.com", "us")
    address = Address.objects.create(user=ann, **ADDRESS)
    with pytest.raises(ValueError, match="prevents this relation"):
        address.user = eva
