"""Search as a phone asks for it: facets, pages that can be followed, suggestions."""

import pytest

from catalog import queries, services
from catalog.search.index import search_index
from tests.catalog.factories import NOON, a_product


def titles(answer) -> list[str]:
    return sorted(card["title"] for card in answer.json()["results"])


def test_a_search_finds_what_is_on_sale_and_nothing_else(phone, goods):
    found = phone.get("/api/v1/search/?q=lamp")
    assert titles(found) == ["Dusk lamp", "Halo lamp", "Noon lamp"]
    assert found.json()["total"] == 3


def test_facets_count_what_a_choice_would_leave(phone, goods):
    facets = phone.get("/api/v1/search/?q=lamp").json()["facets"]
    assert {f["value"]: f["count"] for f in facets["brands"]} == {"Nordlys": 2, "Kvist": 1}
    assert set(facets) == {"categories", "brands", "prices", "ratings", "in_stock", "attributes"}


def test_filters_narrow_a_search(phone, goods):
    assert titles(phone.get("/api/v1/search/?brand=Kvist")) == ["Dusk lamp", "Ebb mug"]
    assert titles(phone.get("/api/v1/search/?brand=Kvist&category=kitchen")) == ["Ebb mug"]
    assert titles(phone.get("/api/v1/search/?max_price=2000")) == ["Ebb mug"]
    assert titles(phone.get("/api/v1/search/?min_price=2000&max_price=20000&q=lamp&brand=Nordlys")) == [
        "Halo lamp",
        "Noon lamp",
    ]


def test_prices_are_those_of_the_market(phone, goods):
    found = phone.get("/api/v1/search/?q=halo&market=fr").json()
    assert found["results"][0]["price"] == {"amount": 11900, "currency": "EUR"}


def test_the_pages_of_a_search_can_be_followed_there_and_back(phone, goods):
    more = [a_product(title=f"Lamp {number}", brand="Kvist & Co") for number in range(47)]
    search_index().rebuild(iter([services.create_product(product=p, now=NOON) for p in more]))
    url, seen, pages = "/api/v1/search/?q=lamp&brand=Kvist+%26+Co", [], []
    while url:
        page = phone.get(url).json()
        pages.append(page)
        seen += [card["product_id"] for card in page["results"]]
        url = page["next"]
    assert (len(pages), len(seen), len(set(seen)), page["total"]) == (2, 47, 47, 47)
    assert pages[0]["previous"] is None
    back = phone.get(pages[1]["previous"]).json()
    assert back["results"] == pages[0]["results"]


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=99999", "page=two",
        "min_price=abc", "min_price=-1", "max_price=99999999999999999999",
        "rating=6", "rating=x", "sort=cheapest", "in_stock=perhaps",
        "attribute=", "attribute=oak", "attribute=:oak", "attribute=material:", "attribute=" + "x" * 300,
        "q=" + "x" * 300, "q=%00", "category=" + "x" * 300, "brand=",
    ],
)  # fmt: skip
def test_a_bad_search_names_the_field(phone, goods, query):
    refused = phone.get(f"/api/v1/search/?{query}")
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert list(refused.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("query", ["q=", "q=%22%29%20OR%20*", "q=%F0%9F%92%A1", "category=no/such", "page=417"])
def test_a_search_without_an_answer_is_empty_or_everything_never_an_error(phone, goods, query):
    assert phone.get(f"/api/v1/search/?{query}").status_code == 200


def test_suggestions_complete_what_is_being_typed(phone, goods):
    offered = phone.get("/api/v1/suggest/?q=dus").json()["results"]
    assert [s["text"] for s in offered if s["kind"] == "product"] == ["Dusk lamp"]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=" + "x" * 3000])
def test_nothing_to_suggest_is_an_empty_list(phone, goods, query):
    answer = phone.get(f"/api/v1/suggest/{query}")
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_reviews_come_newest_first_and_page(phone, goods):
    product_id = goods["Halo lamp"].product_id
    assert phone.get(f"/api/v1/products/{product_id}/reviews/").json() == {
        "results": [],
        "next": None,
        "previous": None,
    }
    refused = phone.get(f"/api/v1/products/{product_id}/reviews/?cursor=bogus")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


def test_an_answer_that_was_found_before_a_change_is_not_kept_as_one_of_after_it(phone, goods, monkeypatch):
    search = queries.search

    def search_while_a_product_comes(asked):
        found = search(asked)
        search_index().update([a_product(title="Quabbel lamp")])
        return found

    path = "/api/v1/search/?q=quabbel+lamp&sort=newest"
    with monkeypatch.context() as patch:
        patch.setattr("catalog.queries.search", search_while_a_product_comes)
        assert "Quabbel lamp" not in titles(phone.get(path))
    assert titles(phone.get(path)) == ["Quabbel lamp"]


def test_before_a_page_beyond_the_last_comes_the_last(phone, goods):
    assert "page=1" in phone.get("/api/v1/search/?q=lamp&page=30").json()["previous"]
    assert phone.get("/api/v1/search/?q=zzzzzz&page=30").json()["previous"] is None
