"""Every race, at its full size and at the size of `--quick`. A new one is a file beside this one and a line here."""

from orders.proofs.race import Race
from orders.proofs.races.downloads import Downloads
from orders.proofs.races.promotions import CouponOnce, GiftCardSpent
from orders.proofs.races.provider_cuts import ProviderCuts
from orders.proofs.races.refunds import Refunds
from orders.proofs.races.same_key import SameKey
from orders.proofs.races.stock import Stock
from orders.proofs.races.webhooks import ForgedWebhooks, Webhooks

FULL: tuple[Race, ...] = (
    Stock(buyers=500, units=50),
    SameKey(carts=100, at_once=20),
    Downloads(links=20, at_once=50),
    CouponOnce(coupons=5, at_once=20),
    GiftCardSpent(cards=5, at_once=10),
    Refunds(orders=20, at_once=10),
    Webhooks(payments=200, times=5),
    ForgedWebhooks(forged=10_000),
    ProviderCuts(rounds=20),
)
QUICK: tuple[Race, ...] = (
    Stock(buyers=40, units=7),
    SameKey(carts=4, at_once=8),
    Downloads(links=3, at_once=12),
    CouponOnce(coupons=2, at_once=8),
    GiftCardSpent(cards=2, at_once=8),
    Refunds(orders=3, at_once=8),
    Webhooks(payments=10, times=4),
    ForgedWebhooks(forged=60),
    ProviderCuts(rounds=1),
)
