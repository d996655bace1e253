"""Claims: the API's description is made once in each process, and travels whole only to whoever lacks it."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from shopcloud import openapi_view

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/schema/"


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often a description was made, from here on."""
    openapi_view._made.cache_clear()
    times: list[str] = []
    real = SchemaGenerator.get_schema

    def counted(self, *args, **kwargs):
        times.append("made")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(SchemaGenerator, "get_schema", counted)
    yield times
    openapi_view._made.cache_clear()


def test_it_is_made_once_and_then_kept(made: list[str]):
    first, again = (Client().get(ADDRESS, {"format": "json"}) for _ in range(2))
    assert made == ["made"]
    assert first.content == again.content
    assert json.loads(first.content)["info"]["title"] == "ShopCloud API"


def test_whoever_comes_while_it_is_made_waits_and_makes_none(made: list[str]):
    with ThreadPoolExecutor(4) as people:
        got = list(people.map(lambda _: openapi_view.description("en", OpenApiJsonRenderer), range(4)))
    assert made == ["made"] and len(set(map(id, got))) == 1


def test_whoever_has_it_is_told_so_and_sent_nothing():
    first = Client().get(ADDRESS)
    again = Client().get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert Client().get(ADDRESS, headers={"If-None-Match": '"another"'}).status_code == 200
    assert first["Cache-Control"] == "public, no-cache"


def test_it_is_compressed_for_whoever_can_read_that():
    plain = Client().get(ADDRESS, {"format": "json"})
    short = Client().get(ADDRESS, {"format": "json"}, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain and short["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.content) == plain.content
    assert len(short.content) * 5 < len(plain.content)
    assert short["ETag"] == plain["ETag"]
    assert {"Accept", "Accept-Encoding", "Accept-Language"} <= set(plain["Vary"].split(", "))


def test_each_language_and_type_is_a_description_of_its_own():
    asked = [
        Client().get(ADDRESS, {"format": "json"}),
        Client().get(ADDRESS, {"format": "json", "lang": "de"}),
        Client().get(ADDRESS, {"format": "yaml"}),
    ]
    assert len({answer["ETag"] for answer in asked}) == 3
    assert [answer["Content-Language"] for answer in asked] == ["en", "de", "en"]
    by_header = Client().get(ADDRESS, {"format": "json"}, headers={"Accept-Language": "de"})
    assert by_header["ETag"] == asked[1]["ETag"]


def test_what_anybody_makes_up_makes_no_description_more(made: list[str]):
    for number in range(3):
        answer = Client().get(ADDRESS, {"format": "json", "lang": f"x{number}", "version": str(number)})
        assert answer.status_code == 200
    assert made == ["made"]
    assert openapi_view._made.cache_info().maxsize == openapi_view.VARIANTS == 16


def test_it_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get(ADDRESS).status_code == 200
        assert Client().get(ADDRESS).status_code == 200


def test_head_and_an_unknown_type_are_answered_as_elsewhere():
    assert Client().head(ADDRESS).content == b""
    assert Client().get(ADDRESS, headers={"Accept": "image/png"}).status_code == 406
