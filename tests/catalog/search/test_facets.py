from dataclasses import replace

import pytest
from django.utils import translation

from catalog.search.index import SORTS, SearchRequest

from .conftest import product
from .engines import show

CHOICES = {
    "brands": lambda request, value: replace(request, brands=(value,)),
    "categories": lambda request, value: replace(request, category=value),
    "ratings": lambda request, value: replace(request, rating=int(value)),
    "in_stock": lambda request, value: replace(request, in_stock=True),
    "prices": lambda request, value: replace(request, **price_bounds(value)),
}


def price_bounds(value: str) -> dict[str, int | None]:
    low, high = value.split("-")
    return {"min_price": int(low), "max_price": int(high) if high else None}


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(),
        SearchRequest(text="bookcase"),
        SearchRequest(category="storage"),
        SearchRequest(brands=("Norrvik",)),
        SearchRequest(brands=("Norrvik",), rating=4, in_stock=True),
        SearchRequest(min_price=5000, max_price=24999, currency="EUR"),
    ],
)
def test_choosing_a_facet_value_gives_as_many_results_as_it_says(shop, request_):
    facets = shop.search(request_).facets
    for name, choose in CHOICES.items():
        for value in getattr(facets, name):
            assert shop.search(choose(request_, value.value)).total == value.count, (name, value)


OFFERED = ("finish", "Material", "bulbs")
GOODS = [
    product("m1", "Oak lamp", "lighting", attributes={"material": "Oak", "bulbs": "2"}, options={"Finish": "Matt"}),
    product("m2", "Oak stool", "seats", attributes={"Material": " Oak ", "price code": "9"}),
    product("m3", "Steel lamp", "lighting", attributes={"material": "Steel", "bulbs": "10"}, options={"Finish": "Oak"}),
    product("m4", "Plain lamp", "lighting", attributes={"material": "x" * 300}),
]


@pytest.fixture
def goods(index):
    index.rebuild(GOODS)
    return index


def told(result) -> dict[str, list[tuple]]:
    return {f.name: [(v.value, v.count, v.selected) for v in f.values] for f in result.facets.attributes}


def test_attributes_offered_are_facets_whatever_the_case_of_their_names(goods):
    found = goods.search(SearchRequest(offered=OFFERED))
    assert told(found) == {
        "finish": [("Matt", 1, False), ("Oak", 1, False)],
        "Material": [("Oak", 2, False), ("Steel", 1, False)],
        "bulbs": [("10", 1, False), ("2", 1, False)],
    }
    assert list(told(found)) == list(OFFERED)


def test_values_of_one_attribute_widen_and_attributes_narrow(goods):
    def ids(*attributes):
        return {card.product_id for card in goods.search(SearchRequest(attributes=attributes)).hits}

    assert ids(("material", ("Oak",))) == {"m1", "m2"}
    assert ids(("material", ("Oak", "Steel"))) == {"m1", "m2", "m3"}
    assert ids(("material", ("Oak", "Steel")), ("bulbs", ("10",))) == {"m3"}
    assert ids(("material", ("Oak",)), ("bulbs", ("10",))) == set()
    assert ids(("price code", ("9",))) == {"m2"}
    assert ids(("material", ("oak",)), ("bulbs", ("2",))) == set()


def test_an_attribute_s_facet_ignores_its_own_selection_and_marks_it(goods):
    found = goods.search(SearchRequest(attributes=(("material", ("Oak",)),), offered=OFFERED))
    assert told(found) == {
        "finish": [("Matt", 1, False)],
        "Material": [("Oak", 2, True), ("Steel", 1, False)],
        "bulbs": [("2", 1, False)],
    }


def test_a_shop_of_many_attributes_shows_those_of_most_products_and_what_is_chosen(index):
    said = [{f"a{n:02}": "x" for n in range(20) if n <= p} for p in range(20)]
    index.rebuild([product(f"p{n}", "Thing", "things", attributes=attributes) for n, attributes in enumerate(said)])
    found = index.search(SearchRequest(offered=tuple(f"a{n:02}" for n in range(20)), attributes=(("a19", ("x",)),)))
    assert len(found.facets.attributes) == 12
    assert "a19" in told(found)


def test_a_facet_ignores_its_own_selection_and_marks_it(shop):
    brands = shop.search(SearchRequest(brands=("Norrvik",))).facets.brands
    assert [(b.value, b.count, b.selected) for b in brands] == [("Norrvik", 3, True), ("Ålvik & Co", 2, False)]


def test_categories_are_the_children_of_the_chosen_one(shop):
    departments = shop.search(SearchRequest()).facets.categories
    assert {(c.value, c.label, c.count) for c in departments} == {
        ("storage", "Storage", 3),
        ("sofas", "Sofas", 2),
        ("lighting", "Lighting", 2),
    }
    children = shop.search(SearchRequest(category="sofas")).facets.categories
    assert {c.value for c in children} == {"sofas/sofa-beds", "sofas/outdoor"}


def test_prices_are_bounds_in_minor_units_of_the_currency(shop):
    assert shop.search(SearchRequest(min_price=6900, max_price=7900)).total == 2
    assert shop.search(SearchRequest(min_price=6901, max_price=7899)).total == 0
    assert shop.search(SearchRequest(min_price=1, currency="GBP")).total == 0


@pytest.mark.parametrize(("sort", "first"), [("price", "l1"), ("-price", "s1"), ("rating", "b1"), ("newest", "l2")])
def test_results_sort_by(shop, sort, first):
    assert shop.search(SearchRequest(sort=sort)).hits[0].product_id == first


def test_without_a_text_the_shops_own_order_rules(shop):
    ranked = [card.rank for card in shop.search(SearchRequest()).hits]
    assert ranked == sorted(ranked)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_result_once(shop, sort):
    pages = [shop.search(SearchRequest(sort=sort, page=n, page_size=3)) for n in (1, 2, 3, 4)]
    ids = [card.product_id for page in pages for card in page.hits]
    assert sorted(ids) == ["b1", "b2", "b3", "l1", "l2", "s1", "s2"]
    assert {page.pages for page in pages} == {3}
    assert pages[3].hits == ()


@pytest.mark.parametrize(
    "wild",
    [
        {"page": 10**30},
        {"page": -1},
        {"page_size": 10**9},
        {"min_price": -(10**30)},
        {"max_price": 10**30},
        {"min_price": 10**30},
        {"rating": 10**30},
        {"category": "no/such"},
        {"category": "a/b/c/d/e"},
        {"brands": ("x" * 70_000,)},
        {
            "attributes": (("x" * 70_000, ("y" * 70_000,)), ("", ()), ("a", ("\ud800", "\0"))),
            "offered": ("a", "\ud800"),
        },
        {"attributes": tuple((f"n{n}", tuple(map(str, range(99)))) for n in range(99))},
        {"currency": "XXX"},
        {"sort": "nonsense"},
        {"statuses": ("nonsense",)},
    ],
)
def test_no_request_can_break_a_search(shop, wild):
    shop.search(SearchRequest(**wild))


@pytest.mark.parametrize(("language", "first"), [("en", "€25 – €50"), ("de", "25\u00a0€ – 50\u00a0€")])
def test_price_ranges_are_written_in_the_shoppers_language(shop, language, first):
    with translation.override(language):
        prices = shop.search(SearchRequest(currency="EUR")).facets.prices
    assert prices[0].label == first


def test_price_ranges_are_few_and_cover_every_price(shop):
    prices = shop.search(SearchRequest()).facets.prices
    assert len(prices) <= 6
    assert sum(price.count for price in prices) == 7


def test_a_brand_that_is_rare_in_one_part_of_the_index_is_counted_there_too(index):
    """Each commit is a part of its own, and the shop has more brands than are looked at for a page."""
    others = [product(f"o{n}", "Chair", "chairs", brand=f"Brand {n % 300}") for n in range(600)]
    index.rebuild([*others, product("w", "Chair", "chairs", brand="Norrvik")])
    index.update(product(f"w{n}", "Chair", "chairs", brand="Norrvik") for n in range(5))
    show(index)
    first = index.search(SearchRequest()).facets.brands[0]
    assert (first.value, first.count) == ("Norrvik", 6)
    assert index.search(SearchRequest(brands=("Norrvik",))).total == 6
