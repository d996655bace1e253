import pytest

from accounts.domain import InvalidAddress, postal_address

GERMAN = {
    "name": "Jörg Weiß",
    "line1": "Straße des 17. Juni 135",
    "city": "Berlin",
    "postal_code": "10623",
    "country": "de",
}


def test_a_german_address_is_written_as_the_german_post_wants_it():
    assert postal_address(GERMAN).lines()[-2:] == ["10623 Berlin", "Germany"]


def test_a_us_state_may_be_given_by_name_or_by_code():
    values = {**GERMAN, "country": "US", "postal_code": "94107-1234", "region": "california"}
    assert postal_address(values).region == "CA"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"postal_code": "1062"}, "postal_code"),
        ({"name": " "}, "name"),
        ({"line1": "a" * 121}, "line1"),
        ({"city": "Ber\nlin"}, "city"),
        ({"name": "Ada\u2028Second line"}, "name"),
        ({"name": "Ada\x85Second line"}, "name"),
        ({"line1": "Street \u202e1 teertS"}, "line1"),
        ({"country": "XX"}, "country"),
        ({"country": "US", "postal_code": "94107", "region": "Bavaria"}, "region"),
        ({"country": "GB", "postal_code": "10623"}, "postal_code"),
        ({"country": ["US"]}, "country"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_beside_its_field(changed, field):
    with pytest.raises(InvalidAddress) as raised:
        postal_address({**GERMAN, **changed})
    assert field in raised.value.errors


def test_a_country_we_do_not_ship_to_is_refused():
    with pytest.raises(InvalidAddress, match="do not deliver"):
        postal_address(GERMAN, allowed=("US",))
