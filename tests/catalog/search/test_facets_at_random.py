"""Whatever is asked, a facet's count is what choosing it gives: 200 searches drawn from fixed seeds."""

import random
from dataclasses import replace

import pytest

from catalog.domain import Rating, Status
from catalog.search.index import SearchRequest, SearchResult

from .conftest import product
from .engines import ENGINES, an_index
from .test_facets import CHOICES

WORDS = ("lamp", "sofa", "oak", "white", "table", "couch", "lmap", "desk 120x60", "a", "oak table", "zzz")
SHELVES = ("seats", "seats/sofas", "seats/sofas/corner", "tables", "tables/desks", "light", "light/table-lamps")
ATTRIBUTES = {
    "material": ("Oak", "Ash", "Steel", "Öl & Ton"),
    "seat height": ("40", "45"),
    "Dimmable": ("Yes", "No"),
    "colour": tuple(f"Shade {n}" for n in range(25)),
}
BRANDS = tuple(f"Brand {n}" for n in range(28))
SEEDS = range(200)


def _goods(draw: random.Random, number: int):
    title = " ".join(draw.sample(("Lamp", "Sofa", "Oak", "White", "Table", "Desk", "120x60 cm"), 3))
    return product(
        f"r{number}",
        title,
        draw.choice(SHELVES),
        draw.choice((0, 999, 1000, 2499, 2500, draw.randrange(1, 300_000), draw.randrange(1, 3_000_000))),
        brand=draw.choice((*BRANDS, "")),
        rating=Rating(draw.choice((0.0, 1.9, 1.95, 2.0, 2.96, 3.0, 3.95, 4.0, 5.0)), 3),
        in_stock=draw.random() < 0.7,
        rank=number,
        status=draw.choice((Status.ACTIVE, Status.ACTIVE, Status.ACTIVE, Status.DRAFT)),
        attributes={name: draw.choice(values) for name, values in ATTRIBUTES.items() if draw.random() < 0.7},
        options={"Colour": draw.choice(ATTRIBUTES["colour"])} if draw.random() < 0.3 else {},
    )


def _asked(draw: random.Random) -> SearchRequest:
    least = draw.choice((None, None, 0, 1000, draw.randrange(200_000)))
    return SearchRequest(
        text=draw.choice((*WORDS, "", "")),
        category=draw.choice(("", "", *SHELVES)),
        brands=tuple(draw.sample(BRANDS, draw.choice((0, 0, 1, 3)))),
        min_price=least,
        max_price=draw.choice((None, None, (least or 0) + draw.randrange(300_000))),
        currency=draw.choice(("USD", "EUR", "GBP")),
        rating=draw.choice((None, None, 1, 2, 3, 4, 5)),
        in_stock=draw.random() < 0.3,
        attributes=tuple(_some_values(draw, name) for name in ATTRIBUTES if draw.random() < 0.25),
        offered=tuple(ATTRIBUTES),
    )


def _some_values(draw: random.Random, name: str) -> tuple[str, tuple[str, ...]]:
    return name, tuple(draw.sample(ATTRIBUTES[name], draw.choice((1, 1, 2))))


@pytest.fixture(scope="module", params=ENGINES)
def random_shop(request, tmp_path_factory):
    draw = random.Random(20261128)
    with an_index(request.param, tmp_path_factory.mktemp("random")) as index:
        index.rebuild([_goods(draw, number) for number in range(600)])
        yield index


def _chosen(request: SearchRequest, name: str, value: str) -> SearchRequest:
    return replace(CHOICES[name](request, value), page=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_facet_counts_what_choosing_it_gives(random_shop, seed):
    request = _asked(random.Random(seed))
    result: SearchResult = random_shop.search(request)
    for name in CHOICES:
        for value in getattr(result.facets, name):
            assert random_shop.search(_chosen(request, name, value.value)).total == value.count, (name, value)
            assert value.count > 0
    for facet in result.facets.attributes:
        for value in facet.values:
            chosen = _with_values(request, facet.name, (value.value,))
            assert random_shop.search(chosen).total == value.count > 0, (facet.name, value)


def test_the_searches_offer_many_choices_of_every_facet(random_shop):
    found = [random_shop.search(_asked(random.Random(seed))).facets for seed in SEEDS]
    for name in CHOICES:
        assert sum(len(getattr(facets, name)) for facets in found) > 50, name
    for name in ATTRIBUTES:
        offered = [facet for facets in found for facet in facets.attributes if facet.name == name]
        assert sum(len(facet.values) for facet in offered) > 50, name


def test_ticking_one_more_value_of_an_attribute_adds_the_products_that_have_only_it(random_shop):
    """Products have one value of each attribute, but of colours perhaps several: their own and a variant's."""
    ticked = 0
    for request in (_asked(random.Random(seed)) for seed in SEEDS):
        result = random_shop.search(request)
        for facet in result.facets.attributes:
            chosen = dict(request.attributes).get(facet.name, ())
            for value in [value for value in facet.values if chosen and not value.selected][:2]:
                wider = random_shop.search(_with_values(request, facet.name, (*chosen, value.value)))
                both = result.total + value.count - wider.total
                assert 0 <= both <= (min(result.total, value.count) if facet.name == "colour" else 0)
                ticked += 1
    assert ticked > 50


def _with_values(request: SearchRequest, name: str, values: tuple[str, ...]) -> SearchRequest:
    rest = tuple(pair for pair in request.attributes if pair[0] != name)
    return replace(request, attributes=(*rest, (name, values)))


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_ticking_one_more_brand_adds_just_its_count(random_shop, seed):
    draw = random.Random(seed)
    request = replace(_asked(draw), brands=tuple(draw.sample(BRANDS, 2)))
    result = random_shop.search(request)
    for value in result.facets.brands:
        if not value.selected:
            wider = replace(request, brands=(*request.brands, value.value))
            assert random_shop.search(wider).total == result.total + value.count
