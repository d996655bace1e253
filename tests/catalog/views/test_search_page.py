"""Search: what the address says is what is shown, and nonsense in it never breaks the page."""

import html
import re
import unicodedata
from urllib.parse import urlencode

import pytest

from catalog import categories, queries
from catalog.product_types import TYPES
from catalog.search.index import SearchUnavailable, search_index
from catalog.search.tantivy_index import TantivyIndex
from catalog.views.search_query import read_query
from shopcloud.markets import GERMANY, US
from tests.catalog.factories import a_product


@pytest.fixture
def results(guest, searchable):
    """The body of a search page."""

    def search(query: str, prefix: str = "") -> str:
        response = guest.get(f"{prefix}/search/?{query}")
        assert response.status_code == 200, response.content[:300]
        return html.unescape(response.content.decode())

    return search


def titles(body: str) -> list[str]:
    return re.findall(r'class="card-title"><a [^>]*>([^<]+)</a>', body)


def test_words_find_products(results):
    assert set(titles(results("q=lamp"))) == {"Halo lamp", "Dusk lamp", "Noon lamp"}


def test_a_typo_is_forgiven_and_told(results):
    assert "Halo lamp" in titles(results("q=hallo+lamp"))


def test_filters_narrow_and_each_can_be_taken_off(results):
    body = results("q=lamp&brand=Kvist")

    assert titles(body) == ["Dusk lamp"]
    assert re.search(r'href="/search/\?q=lamp" aria-label="Remove filter Kvist"', body)


def test_a_brand_is_ticked_once_however_its_letters_were_composed(guest, shelves):
    search_index().rebuild([a_product(title="Halo lamp", brand="Åsa")])
    asked = urlencode({"brand": unicodedata.normalize("NFD", "Åsa")})
    body = html.unescape(guest.get(f"/search/?{asked}").text)
    (field,) = re.findall(r'<input type="(?:checkbox|hidden)"[^>]* name="brand"[^>]*>', body)
    assert 'value="Åsa" checked' in field
    (brand,) = guest.get(f"/api/v1/search/?{asked}").json()["facets"]["brands"]
    assert (brand["value"], brand["selected"]) == ("Åsa", True)


def test_prices_are_in_major_units_of_the_market(results):
    assert set(titles(results("min_price=18.50&max_price=19"))) == {"Noon lamp", "Ebb mug"}
    assert "Ebb mug" in titles(results("max_price=16,50", prefix="/de"))


def test_the_heart_of_a_card_names_its_product_in_the_language_of_the_page(results):
    search_index().update([a_product(product_id="named", translations={"de": {"title": "Halo-Leuchte"}})])
    assert 'aria-label="Halo-Leuchte auf dem Wunschzettel"' in results("q=halo", prefix="/de")
    assert 'aria-label="Halo lamp on the wishlist"' in results("q=halo")


def test_only_what_is_in_stock(results):
    assert "Noon lamp" not in titles(results("q=lamp&in_stock=true"))


def test_cheapest_first(results):
    assert titles(results("q=lamp&sort=price"))[0] == "Noon lamp"


@pytest.mark.parametrize(
    "query",
    [
        "min_price=cheap",
        "max_price=-5",
        "min_price=1e99",
        "min_price=1e999990",
        "max_price=1e9999999",
        "min_price=NaN",
        "min_price=90&max_price=10",
        "rating=9",
        "rating=many",
        "page=0",
        "page=-1",
        "page=99999999999999999999",
        "category=../../etc",
    ],
)
def test_nonsense_is_told_and_left_out(results, query):
    body = results(f"q=lamp&{query}")

    assert "alert-warning" in body
    assert len(titles(body)) == 3


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%F0%9F%9A%80", "q=" + "x" * 5000, "sort=sideways", "brand=", "q=%22(%20AND"]
)
def test_odd_input_never_breaks_the_page(results, query):
    assert "site-header" in results(query)


def test_nothing_found_offers_a_way_on(results):
    body = results("q=submarine")

    assert "Nothing found" in body
    assert 'class="chip" href="/c/lighting/"' in body


def test_a_search_goes_along_to_another_market_without_its_prices(results):
    body = html.unescape(results("q=lamp&brand=Kvist&attr.material=Oak&min_price=20&max_price=30"))
    assert 'href="/de/search/?q=lamp&brand=Kvist&attr.material=Oak" data-market="de"' in body


def test_a_page_beyond_the_last_shows_the_last(results):
    assert len(titles(results("q=lamp&page=30"))) == 3
    assert "Nothing found" in results("q=never+sold&page=30")


def test_too_narrow_a_search_offers_to_clear_the_filters(results):
    assert "Clear the filters" in results("q=lamp&brand=Nobody")


def test_a_search_is_public_and_costs_no_sql(guest, searchable, django_assert_num_queries):
    """Once the types of products are known, which a process reads twice a minute."""
    TYPES.get()
    with django_assert_num_queries(0):
        response = guest.get("/search/?q=lamp")

    assert "s-maxage=60" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_search_asked_again_is_drawn_anew_once_a_product_has_changed(guest, searchable, monkeypatch):
    asked = []
    search = queries.search
    monkeypatch.setattr("catalog.queries.search", lambda request: asked.append(request) or search(request))

    first, again = (guest.get("/search/?q=lamp").content for _ in range(2))
    in_german = guest.get("/de/search/?q=lamp").content
    search_index().update([a_product(title="Dawn lamp", slug="dawn-lamp")])
    later = guest.get("/search/?q=lamp").content

    assert first == again != in_german
    assert len(asked) == 3
    assert b"Dawn lamp" in later
    assert b"Dawn lamp" not in first


def test_without_its_index_the_page_offers_the_departments(guest, shelves, monkeypatch):
    def away(_request):
        raise SearchUnavailable("The index is away.")

    monkeypatch.setattr("catalog.queries.search", away)

    response = guest.get("/search/?q=never+asked+before")

    assert response.status_code == 503
    assert response["Retry-After"]
    assert 'href="/c/lighting/"' in response.content.decode()


@pytest.mark.parametrize("path", ["/search/?q=never+asked+before", "/api/v1/search/?q=never+asked+before"])
def test_a_shop_that_has_no_index_yet_does_not_say_that_nothing_is_found(guest, shelves, tmp_path, monkeypatch, path):
    nowhere = TantivyIndex(str(tmp_path / "nowhere"))
    monkeypatch.setattr("catalog.queries.search_index", lambda: nowhere)
    response = guest.get(path)
    assert (response.status_code, "s-maxage" in response.get("Cache-Control", "")) == (503, False)
    monkeypatch.setattr(categories, "current", lambda: categories.Tree([]))
    assert guest.get(path).status_code == 200


def test_the_front_door_opens_without_the_index(guest, shelves, monkeypatch):
    def away(_request):
        raise SearchUnavailable("The index is away.")

    monkeypatch.setattr("catalog.queries.search", away)

    assert guest.get("/").status_code == 200


def test_suggestions_are_options_with_addresses_of_the_market(guest, searchable):
    body = guest.get("/de/search/suggest/?q=ebb").content.decode()

    assert 'role="option"' in body
    assert 'href="/de/p/ebb-mug-' in body


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%00", "q=" + "x" * 3000])
def test_suggestions_of_nothing_are_nothing(guest, searchable, query):
    response = guest.get(f"/search/suggest/?{query}")

    assert response.status_code == 200
    assert "option" not in response.content.decode()


def test_a_facet_says_how_many_it_would_leave(results):
    body = results("q=lamp")

    assert re.search(r'value="Kvist"><span>Kvist</span><span class="count">1</span>', body)


def test_every_field_of_the_filters_has_a_name(results):
    body = results("q=lamp")

    fields = re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', body)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', body))
    assert fields
    assert set(fields) <= labelled


def test_read_query_is_the_address_in_minor_units(rf):
    query = read_query(rf.get("/?min_price=9,90&max_price=20&brand=A&brand=B&brand=A").GET, GERMANY)

    assert (query.request.min_price, query.request.max_price) == (990, 2000)
    assert query.request.brands == ("A", "B")
    assert query.request.currency == "EUR"
    assert not query.complaints


def test_a_search_without_results_offers_departments_and_popular_products(results, put_on_sale):
    put_on_sale(a_product(title="Halo lamp", featured=True))
    body = results("q=zzzqqq")

    assert "Nothing found" in body
    assert 'href="/c/lighting/"' in body
    assert body.index("Popular in the shop") < body.index(">Halo lamp</a>")


def test_popular_products_are_not_shown_beside_results(results):
    assert "Popular in the shop" not in results("q=lamp")


def test_price_ranges_have_bars_as_long_as_their_share_of_the_fullest(results):
    bars = re.findall(r'<meter class="price-bar" min="0" max="(\d+)" value="(\d+)" aria-hidden="true">', results(""))

    assert len(bars) > 1
    assert {int(most) for most, _ in bars} == {max(int(count) for _, count in bars)}


@pytest.mark.parametrize("market", [US, GERMANY])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,000", 100000), ("1.000", 100000), ("1.299,00", 129900), ("1,299.00", 129900), ("1 299,00", 129900),
        ("1\u202f299,00", 129900), ("1\u00a0299", 129900), ("1.234.567", 123456700), ("12,50", 1250), ("12.50", 1250),
    ],
)  # fmt: skip
def test_a_price_is_read_however_its_thousands_are_parted(rf, market, typed, meant):
    query = read_query(rf.get("/", {"max_price": typed}).GET, market)
    assert (query.request.max_price, query.complaints) == (meant, ())
