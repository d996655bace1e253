"""Staff keep zones, methods and price lists; what would be read two ways is refused."""

import pytest

from orders import tariffs
from orders.models import ShippingMethod, ShippingRate, ShippingZone

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(staff):
    return staff("orders")


def method(market="us", code="standard") -> ShippingMethod:
    return ShippingMethod.objects.get(zone__market=market, code=code)


def zone_form(**changes):
    return {
        "name": "Hawaii",
        "market": "us",
        "countries": "us",
        "postal_prefixes": "967, 968",
        "methods-TOTAL_FORMS": 0,
        "methods-INITIAL_FORMS": 0,
        **changes,
    }


def rates_form(shown: ShippingMethod, *rows: dict, **changes):
    names = ("zone_id", "code", "name", "name_de", "name_fr", "days_min", "days_max", "position")
    form = {name.removesuffix("_id"): getattr(shown, name) for name in names} | {"active": "on"}
    form |= {"rates-TOTAL_FORMS": len(rows), "rates-INITIAL_FORMS": 0}
    for n, row in enumerate(rows):
        whole = {"currency": "USD", "since": "2027-01-01", "from_grams": 0, "to_grams": "", "subtotal": "0", **row}
        form |= {f"rates-{n}-{name}": value for name, value in whole.items()} | {f"rates-{n}-method": shown.pk}
    return form | changes


def test_a_zone_is_added_and_offered_at_once(keeper):
    tariffs.ZONES.get()
    assert keeper.post("/admin/orders/shippingzone/add/", zone_form()).status_code == 302
    zone = ShippingZone.objects.get(name="Hawaii")
    assert (zone.countries, zone.postal_prefixes) == (["US"], ["967", "968"])
    assert ("967", "968") in {z.postal_prefixes for z in tariffs.ZONES.get()}
    assert keeper.get("/admin/orders/shippingzone/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"countries": "US ZZ"}, "ZZ"),
        ({"countries": ""}, "required"),
        ({"postal_prefixes": "9-6"}, "letters and digits"),
        ({"postal_prefixes": ""}, "covers US already"),
        ({"market": "jp"}, "valid choice"),
    ],
)
def test_a_zone_that_cannot_be_is_refused(keeper, changes, word):
    page = keeper.post("/admin/orders/shippingzone/add/", zone_form(**changes))
    assert page.status_code == 200
    assert word in page.content.decode()
    assert not ShippingZone.objects.filter(name="Hawaii").exists()


def test_a_price_list_is_typed_in_amounts_as_people_write_them(keeper):
    shown = method()
    path = f"/admin/orders/shippingmethod/{shown.pk}/change/"
    page = keeper.get(path).content.decode()
    assert "500 g, USD" in page
    assert "$5.95" in page
    bands = ({"to_grams": 2000, "amount": "5.95"}, {"from_grams": 2000, "amount": "9.5", "currency": "usd"})
    assert keeper.post(path, rates_form(shown, *bands)).status_code == 302
    new = ShippingRate.objects.filter(method=shown, since="2027-01-01").order_by("from_grams")
    assert [(r.from_grams, r.to_grams, r.price, r.currency) for r in new] == [
        (0, 2000, 595, "USD"),
        (2000, None, 950, "USD"),
    ]


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (({"to_grams": 2001, "amount": 1}, {"from_grams": 2000, "amount": 2}), "Two rates hold for the same parcel"),
        (({"amount": 1}, {"amount": 2}), "Two rates hold"),
        (({"amount": "1.005"},), "decimals"),
        (({"amount": "-1"},), "greater than or equal to 0"),
        (({"amount": 1, "currency": "ABC"},), "not a currency"),
        (({"amount": 1, "currency": "JPY", "subtotal": "0.5"},), "JPY has 0 decimals"),
        (({"amount": 1, "from_grams": 10, "to_grams": 10},), "Enter more than the weight"),
    ],
)
def test_rates_that_cannot_be_are_refused(keeper, rows, word):
    shown = method()
    page = keeper.post(f"/admin/orders/shippingmethod/{shown.pk}/change/", rates_form(shown, *rows))
    assert page.status_code == 200
    assert word in page.content.decode()
    assert not ShippingRate.objects.filter(since="2027-01-01").exists()


def test_the_catalog_role_looks_and_changes_nothing(staff):
    path = f"/admin/orders/shippingmethod/{method().pk}/change/"
    looker = staff("catalog")
    assert looker.get(path).status_code == 200
    assert looker.post(path, rates_form(method(), {"amount": 1})).status_code == 403
    assert staff("").get(path).status_code in {302, 403}
