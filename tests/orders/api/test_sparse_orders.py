"""Orders with what belongs to them, in as many statements for many as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import services
from orders.services.issue_invoice import issue_invoice
from tests.orders.api.conftest import API
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bought(buyers_phone):
    """Three orders of a lamp and a mug; the mug is not sold any more."""
    lamp, mug = on_sale("LAMP-S"), on_sale("MUG")
    numbers = [buyers_phone.order(buyers_phone.cart_with((lamp, 1), (mug, 1))).json()["number"] for _ in range(3)]
    for number in numbers:
        issue_invoice(order_number=number, now=NOW)
    services.archive_product(product_id=mug.product_id, expected_version=mug.version, now=NOW)
    return numbers


def test_only_the_members_asked_for_come(buyers_phone, bought):
    told = buyers_phone.get(f"{API}/orders/{bought[0]}/?fields=total,status").json()
    assert list(told) == ["number", "status", "total"]


def test_documents_and_what_is_still_sold_come_along(buyers_phone, bought):
    told = buyers_phone.get(f"{API}/orders/?fields=placed_at&expand=documents,products&market=de").json()["results"]
    assert [order["number"] for order in told] == bought[::-1]
    for order in told:
        assert list(order) == ["number", "placed_at", "documents", "products"]
        assert order["documents"] == buyers_phone.get(f"{API}/orders/{order['number']}/documents/").json()["results"]
        assert [product["title"] for product in order["products"]] == ["The LAMP-S"]
        assert order["products"][0]["price"]["currency"] == "EUR"
    assert len(told[0]["documents"]) == 1


def test_a_page_costs_one_statement_more_with_its_documents(buyers_phone, bought):
    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as statements:
            assert buyers_phone.get(f"{API}/orders/{query}").status_code == 200
        return len(statements)

    plain = cost("")
    assert (cost("?expand=documents"), cost("?expand=products")) == (plain + 1, plain)


@pytest.mark.parametrize(("query", "code"), [("fields=sum", "unknown_field"), ("expand=lines", "unknown_expansion")])
def test_a_name_that_does_not_exist_is_refused(buyers_phone, bought, query, code):
    for address in ("orders/", f"orders/{bought[0]}/"):
        assert buyers_phone.get(f"{API}/{address}?{query}").json()["code"] == code
