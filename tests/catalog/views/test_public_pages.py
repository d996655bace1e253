"""What makes a page public, at the front door."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/en-gb/", "/de/", "/fr/"])
def test_the_front_door_is_the_same_for_everyone(guest, path):
    response = guest.get(path)

    assert response.status_code == 200
    assert "public" in response["Cache-Control"] and "s-maxage=60" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_page_is_read_and_never_posted_to(guest):
    assert guest.post("/", headers={"sec-fetch-site": "same-origin"}).status_code == 405


def test_an_unknown_page_says_so_in_the_shop_s_own_design(guest):
    response = guest.get("/no/such/page/")

    assert response.status_code == 404
    assert 'class="site-header"' in response.content.decode()
