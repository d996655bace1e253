"""A digital line's file is fetched once, in time, by whoever holds the link; a look at the page spends nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection
from django.utils.formats import date_format

from media.services import store_download
from orders import downloads
from orders.downloads import AlreadyDownloaded, DownloadExpired, DownloadNotFound, DownloadRevoked
from orders.models import DownloadGrant, Order, OrderLine
from orders.services.pay_order import start_payment
from shopcloud.lib import clock, guards
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a knitting pattern"


@pytest.fixture
def bought() -> DownloadGrant:
    order = place(digital=True)
    key = store_download(PDF, filename="pattern.pdf")
    OrderLine.objects.filter(order=order, kind="digital").update(download=key)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    return DownloadGrant.objects.get()


def post(client, grant: DownloadGrant):
    return client.post(f"/downloads/{grant.token}/", headers={"Sec-Fetch-Site": "same-origin"})


def test_paying_grants_one_link_per_digital_line_for_three_days(bought):
    assert bought.line.sku == "PATTERN-1"
    assert bought.expires_at - bought.created_at == timedelta(hours=72)
    downloads.grant_downloads(order=bought.line.order, now=NOW)
    assert DownloadGrant.objects.count() == 1


def test_an_unpaid_order_has_no_link():
    place(digital=True)
    assert not DownloadGrant.objects.exists()


def test_the_button_delivers_the_file_and_a_second_press_is_refused(bought, guest):
    answer = post(guest, bought)
    assert answer.status_code == 303 and "no-store" in answer["Cache-Control"]
    file = requests.get(answer["Location"], timeout=5)
    assert file.content == PDF
    assert "knitting-pattern.pdf" in file.headers["Content-Disposition"]
    again = post(guest, bought)
    assert again.status_code == 410
    text = again.content.decode()
    assert "was used before" in text and "orders@shopcloud.example" in text
    assert guest.get(f"/downloads/{bought.token}/").status_code == 410


def test_opening_the_page_spends_nothing_so_a_mail_scanner_cannot(bought, guest):
    for ask in (guest.get, guest.head, guest.get):
        page = ask(f"/downloads/{bought.token}/")
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"] and page["Referrer-Policy"] == "no-referrer"
    assert post(guest, bought).status_code == 303


def test_the_page_may_lead_to_the_bucket_and_nowhere_else(bought, guest):
    policy = guest.get(f"/downloads/{bought.token}/")["Content-Security-Policy"]
    rule = next(part.split() for part in policy.split(";") if part.strip().startswith("form-action"))
    file = urlsplit(downloads.redeem(token=bought.token, now=clock.now()))
    assert f"{file.scheme}://{file.netloc}" in rule and "*" not in rule and "'self'" in rule


def test_a_post_from_another_site_spends_nothing(bought, guest):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/downloads/{bought.token}/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert post(guest, bought).status_code == 303


def test_an_expired_link_says_so(bought, guest):
    DownloadGrant.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    page = guest.get(f"/downloads/{bought.token}/")
    assert page.status_code == 410 and "72 hours" in page.content.decode()
    with pytest.raises(DownloadExpired):
        downloads.redeem(token=bought.token, now=clock.now())


def test_a_cancelled_orders_file_is_no_longer_delivered(bought):
    Order.objects.update(status=Order.Status.CANCELLED)
    with pytest.raises(DownloadRevoked):
        downloads.redeem(token=bought.token, now=clock.now())


def test_an_unknown_link_is_not_found(guest):
    assert guest.get("/downloads/never-given/").status_code == 404
    assert guest.get("/downloads/" + "x" * 500 + "/").status_code == 404
    with pytest.raises(DownloadNotFound):
        downloads.redeem(token="never-given", now=NOW)


def test_the_page_speaks_the_language_of_its_address(bought, guest):
    assert "Ihr Download" in guest.get(f"/de/downloads/{bought.token}/").content.decode()


def test_until_when_the_link_works_is_told_in_utc_and_by_the_visitors_own_clock_with_scripts(bought, guest):
    until = bought.expires_at
    told = f'<time datetime="{until.isoformat()}" data-moment>{date_format(until, "DATETIME_FORMAT")} UTC</time>'
    assert told in guest.get(f"/downloads/{bought.token}/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("guarded", "urls"), [(True, 1), (False, 2)])
def test_of_two_presses_at_once_one_gets_the_file(bought, monkeypatch, guarded, urls):
    """The control run without the guard hands out two, so the guard is what decides."""
    both_have_looked = threading.Barrier(2)
    sign = downloads.delivery.download_url

    def sign_together(*args, **kwargs):
        both_have_looked.wait(5)
        return sign(*args, **kwargs)

    monkeypatch.setattr(downloads.delivery, "download_url", sign_together)

    def press(_: int) -> str | None:
        try:
            return downloads.redeem(token=bought.token, now=clock.now())
        except AlreadyDownloaded:
            return None
        finally:
            connection.close()

    guard = nullcontext() if guarded else guards.removed("downloads.redeem")
    with guard, ThreadPoolExecutor(2) as pool:
        assert len([url for url in pool.map(press, range(2)) if url]) == urls
