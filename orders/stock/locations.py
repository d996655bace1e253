"""The places that hold goods."""

from orders.models import StockLocation


def main_location() -> StockLocation:
    """The first place, where goods go when nobody says otherwise."""
    place, _is_new = StockLocation.objects.get_or_create(
        code=StockLocation.MAIN, defaults={"name": "Main warehouse", "country": "US"}
    )
    return place
