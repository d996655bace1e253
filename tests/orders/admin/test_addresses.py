"""An address of the admin that names no row is a dialog about nothing or 404, never a failure of the shop."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db
WRONG = ["abc", "-1", "0", "99999999999999999999999", "%00"]


def detail_pages() -> list[str]:
    """Every page and button of orders that is about one row."""
    of_orders = [page for model, page in admin.site._registry.items() if model._meta.app_label == "orders"]
    patterns = [pattern for page in of_orders for pattern in page.get_urls()]
    return [pattern.name for pattern in patterns if pattern.name and "object_id" in str(pattern.pattern)]


@pytest.mark.parametrize("wrong", WRONG)
def test_no_address_breaks_a_page_or_a_button(staff, wrong):
    names = detail_pages()
    assert len(names) > 20
    failed = []
    for role in ("orders", "finance"):
        client = staff(role)
        client.raise_request_exception = False
        for name in names:
            address = reverse(f"admin:{name}", kwargs={"object_id": wrong})
            failed += [name for ask in (client.get, client.post) if ask(address).status_code >= 500]
    assert failed == []
