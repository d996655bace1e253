"""The stock panel of a product's admin page."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from orders import stock
from tests.orders.goods import NOW, download, on_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(make_person):
    """A browser of somebody who may do this with stock levels: `counter("view", "change")`."""

    def sign_in(*verbs: str) -> Client:
        person = make_person("counter@example.com", staff=True)
        person.user_permissions.set(Permission.objects.filter(codename__in=[f"{v}_stocklevel" for v in verbs]))
        client = Client(raise_request_exception=False, headers={"HX-Request": "true"})
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def url(product) -> str:
    return f"/admin/stock/{product.product_id}/"


def test_it_shows_each_sku_with_its_units(counter):
    lamp = on_sale(units=7)
    page = counter("view").get(url(lamp))
    assert page.status_code == 200
    assert [(row.sku, row.level.available) for row in page.context["rows"]] == [("LAMP-S", 7)]
    assert b"<input" not in page.content.partition(b"csrfmiddlewaretoken")[2].partition(b">")[2]


def test_a_new_count_is_kept_and_logged(counter):
    lamp = on_sale(units=7)
    page = counter("view", "change").post(url(lamp), {"on_hand-LAMP-S": "12"})
    assert b"The stock was saved." in page.content
    assert stock.levels(["LAMP-S"])["LAMP-S"].on_hand == 12
    assert LogEntry.objects.get(object_id="LAMP-S").change_message == "On hand set to 12."


def test_a_sku_that_was_never_received_gets_its_first_level(counter):
    lamp = on_sale(units=None)
    counter("view", "change").post(url(lamp), {"on_hand-LAMP-S": "3"})
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == 3


@pytest.mark.parametrize("given", ["-1", "1.5", "many", "9999999", "1e3", "٣x", "9" * 5000])
def test_a_bad_number_is_told_in_its_row_and_kept_on_the_page(counter, given):
    lamp = on_sale(units=7)
    page = counter("view", "change").post(url(lamp), {"on_hand-LAMP-S": given})
    assert page.status_code == 200
    assert page.context["rows"][0].error
    assert page.context["rows"][0].given == given[:20]
    assert stock.levels(["LAMP-S"])["LAMP-S"].on_hand == 7


def test_what_buyers_were_promised_cannot_be_counted_away(counter):
    lamp = on_sale(units=7)
    stock.reserve(order_number="SC-TEST0001", quantities={"LAMP-S": 5}, titles={}, now=NOW)
    page = counter("view", "change").post(url(lamp), {"on_hand-LAMP-S": "4"})
    assert "5 are promised" in page.context["rows"][0].error


def test_only_those_who_may_change_stock_change_it(counter):
    lamp = on_sale(units=7)
    assert counter("view").post(url(lamp), {"on_hand-LAMP-S": "12"}).status_code == 403
    assert stock.levels(["LAMP-S"])["LAMP-S"].on_hand == 7


def test_without_the_permission_there_is_no_panel(counter):
    assert counter().get(url(on_sale())).status_code == 403


def test_shoppers_are_sent_to_the_sign_in_page(signed_in):
    assert signed_in.get(url(on_sale()))["Location"].startswith("/admin/login/")


def test_an_unknown_product_has_none(counter):
    assert counter("view").get("/admin/stock/nosuch/").status_code == 404


def test_a_download_never_runs_out(counter):
    assert b"never runs out" in counter("view").get(url(download())).content


def test_without_javascript_it_is_a_page_of_its_own(counter):
    client = counter("view", "change")
    page = client.get(url(on_sale(units=7)), headers={"HX-Request": ""})
    assert b"<html" in page.content
    assert b"LAMP-S" in page.content


def test_a_sku_leads_to_its_stock_page_for_who_may_see_it(counter, make_person):
    lamp = on_sale(units=7)
    link = b'href="/admin/orders/stockitem/LAMP-S/change/"'
    assert link not in counter("view").get(url(lamp)).content
    keeper = make_person("keeper@example.com", staff=True)
    keeper.user_permissions.set(Permission.objects.filter(codename__in=["view_stocklevel", "view_stockitem"]))
    browser = Client(headers={"HX-Request": "true"})
    browser.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    assert link in browser.get(url(lamp)).content
