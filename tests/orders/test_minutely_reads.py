"""What runs every minute reads the few rows it is about, not a table of millions."""

import pytest
from django.db import connection

from orders.services.reconcile_money import unwanted
from tests.orders.goods import NOW

pytestmark = pytest.mark.django_db


def test_money_to_be_returned_is_found_by_an_index():
    with connection.cursor() as cursor:
        # An empty table is read whole where it may be.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "payment_unwanted" in unwanted(now=NOW).order_by("updated_at").explain()
