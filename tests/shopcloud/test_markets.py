import pytest

from shopcloud.markets import FRANCE, GERMANY, MARKETS, UK, US, market_of_path, without_prefix


@pytest.mark.parametrize(
    ("path", "market", "rest"),
    [
        ("/", US, "/"),
        ("/c/lighting/", US, "/c/lighting/"),
        ("/de/", GERMANY, "/"),
        ("/de", GERMANY, "/"),
        ("/fr/p/a-b/", FRANCE, "/p/a-b/"),
        ("/en-gb/cart/", UK, "/cart/"),
        ("/desk/", US, "/desk/"),
        ("/deutsch/", US, "/deutsch/"),
    ],
)
def test_the_first_segment_of_a_path_names_its_market(path, market, rest):
    assert (market_of_path(path), without_prefix(path)) == (market, rest)


def test_every_market_leads_to_the_same_page():
    assert [m.path("/c/x/") for m in MARKETS] == ["/c/x/", "/en-gb/c/x/", "/de/c/x/", "/fr/c/x/"]
