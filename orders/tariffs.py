"""The shipping zones with their methods and price lists, as staff keep them: held in the process for seconds, with a
last-known copy in Redis, so that a cart can be looked at while PostgreSQL is away.
"""

from django.db.models import Prefetch

from orders.models import ShippingMethod, ShippingRate, ShippingZone
from orders.pricing.shipping import Rate, Way, Zone
from shopcloud.lib.snapshot import Snapshot


def read_zones() -> tuple[Zone, ...]:
    """Every zone, in three statements."""
    on_offer = ShippingMethod.objects.filter(active=True).prefetch_related("rates")
    found = ShippingZone.objects.order_by("pk").prefetch_related(Prefetch("methods", on_offer, to_attr="on_offer"))
    return tuple(
        Zone(
            zone.market,
            frozenset(zone.countries),
            tuple(zone.postal_prefixes),
            tuple(way(method) for method in zone.on_offer),
        )
        for zone in found
    )


ZONES = Snapshot("shipping", read_zones)


def way(method: ShippingMethod) -> Way:
    """A method with its price lists."""
    names = (("en", method.name), ("de", method.name_de), ("fr", method.name_fr))
    rates = tuple(_rate(rate) for rate in method.rates.all())
    return Way(method.code, names, (method.days_min, method.days_max), rates)


def _rate(rate: ShippingRate) -> Rate:
    return Rate(rate.currency, rate.since, rate.from_grams, rate.to_grams, rate.from_subtotal, rate.price)
