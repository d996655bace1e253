"""The canary walks the running shop and orders nothing; what it cannot see, it says."""

import json

import pytest

from deploy.observability import canary
from tests.observability.conftest import Watched
from tests.web_server import leads_to, says, web_server

HOME = b'<form action="/search/">'
FOUND = b'<a href="/p/lamp-1/">'


@pytest.mark.django_db
@pytest.mark.timeout(240)
def test_it_sees_home_search_product_and_cart_of_the_running_shop(watched: Watched):
    assert [(step.name, step.problem) for step in watched.visit] == [
        ("home", ""),
        ("search", ""),
        ("product", ""),
        ("cart", ""),
    ]
    assert watched.orders == 1


@pytest.mark.parametrize(
    ("pages", "seen", "problem"),
    [
        ({}, ["home"], "Answered 404."),
        ({"/": says(b"oops", status=500)}, ["home"], "Answered 500."),
        ({"/": says(b"an empty page")}, ["home"], "The page does not show what it is for."),
        ({"/": says(HOME), "/search/?q=lamp": says(b"nothing")}, ["home", "search"], "The page does not show"),
        ({"/": says(HOME), "/search/?q=lamp": says(FOUND)}, ["home", "search", "product"], "Answered 404."),
        ({"/": leads_to("/elsewhere")}, ["home"], "Answered 404."),
    ],
)
def test_the_first_page_that_fails_ends_the_visit_and_is_named(pages, seen: list[str], problem: str, capsys):
    with web_server() as server:
        server.update(pages)
        assert canary.main([server.at]) == 1
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [step["name"] for step in steps] == seen
    assert steps[-1]["problem"].startswith(problem)


def test_a_slow_page_and_one_that_does_not_answer_are_problems(monkeypatch: pytest.MonkeyPatch):
    with web_server() as server:
        server["/"] = says(HOME)
        assert canary.visit(server.at, slow=0.0)[0].problem.startswith("Took ")
        at = server.at
    assert canary.visit(at)[0].problem.startswith("No answer: ")
    monkeypatch.setenv("SHOP_URL", at)
    with pytest.raises(RuntimeError, match=r"home: No answer"):
        canary.handler({}, None)
