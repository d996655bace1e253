"""A coupon for one use, and a gift card's last money."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.domain import Kind
from orders.models import Coupon, GiftCard, GiftCardEntry, Order, Promotion, PromotionUse
from orders.proofs import goods, shop
from orders.proofs.race import Control, Count
from orders.services import cart_codes
from orders.services.issue_gift_card import issue_gift_card
from shopcloud.lib import clock
from shopcloud.lib.money import Money

VALUE, BASKET = 5000, 2000


@dataclass(frozen=True, slots=True)
class CouponOnce:
    coupons: int
    at_once: int

    name = "coupon"
    over_http = True
    control = Control(guards=("promotions.use",), constraints=("coupon_within_limit",))

    @property
    def claim(self) -> str:
        return f"{self.coupons} coupons for one use are in {self.at_once} carts each that order at once: used once each"

    def prepare(self) -> Sequence[str]:
        product = goods.on_sale(kind=Kind.DIGITAL)
        half = Promotion.objects.create(name="Half", percent=50, automatic=False)
        codes = [f"ONCE-{n:03}" for n in range(self.coupons)]
        Coupon.objects.bulk_create(Coupon(code=code, promotion=half, limit=1) for code in codes)
        return [_cart_with(code, product) for code in codes for _ in range(self.at_once)]

    def attempt(self, job: str, shop_address: str) -> str:
        return _order(job, shop_address)

    def count(self, answers: Counter[str]) -> Count:
        uses, discounted = PromotionUse.objects.count(), Order.objects.filter(discount__gt=0).count()
        refused = sum(n for answer, n in answers.items() if answer.startswith("409"))
        breaches = []
        if (uses, discounted, Order.objects.count()) != (self.coupons,) * 3:
            breaches.append(f"{uses} uses and {discounted} orders at half the price for {self.coupons} coupons")
        if (answers["201"], refused) != (self.coupons, self.coupons * (self.at_once - 1)):
            breaches.append(f"answered {dict(answers)}")
        return Count(uses, refused, breaches)


@dataclass(frozen=True, slots=True)
class GiftCardSpent:
    cards: int
    at_once: int

    name = "gift-card"
    over_http = True
    control = Control(guards=("gift_cards.spend",), constraints=("gift_card_balance_within_value",))

    @property
    def claim(self) -> str:
        return (
            f"{self.cards} gift cards of {VALUE / 100:.2f} are spent by {self.at_once} baskets of {BASKET / 100:.2f} "
            f"at once: never more than {VALUE / 100:.2f} each"
        )

    def prepare(self) -> Sequence[str]:
        product = goods.on_sale(kind=Kind.DIGITAL, price=BASKET)
        carts = []
        for _ in range(self.cards):
            issued = issue_gift_card(value=Money(VALUE, goods.MARKET.currency), now=clock.now())
            carts += [_cart_with(issued.code, product) for _ in range(self.at_once)]
        return carts

    def attempt(self, job: str, shop_address: str) -> str:
        return _order(job, shop_address)

    def count(self, answers: Counter[str]) -> Count:
        refused = sum(n for answer, n in answers.items() if answer.startswith("409"))
        spent = -sum(GiftCardEntry.objects.filter(reason="spent").values_list("amount", flat=True))
        overspent = GiftCard.objects.filter(balance__lt=0).count()
        breaches = []
        if overspent or spent > self.cards * VALUE:
            breaches.append(f"{overspent} cards are overspent: {spent / 100:.2f} of {self.cards * VALUE / 100:.2f}")
        # Two whole baskets fit onto a card for certain; who pays with the rest is luck.
        if answers["201"] < 2 * self.cards or answers["201"] + refused != self.cards * self.at_once:
            breaches.append(f"answered {dict(answers)}")
        return Count(answers["201"], refused, breaches)


def _cart_with(code: str, product: goods.Product) -> str:
    cart_id = goods.cart_of(product)
    cart_codes.add_code(cart_id=cart_id, code=code, market=goods.MARKET, customer=None, now=clock.now())
    return cart_id


def _order(cart_id: str, shop_address: str) -> str:
    status, answer = shop.post(shop_address, "/api/v1/orders/", goods.order_request(cart_id, token=None))
    return f"{status} {answer['code']}" if status >= 400 else f"{status}"
