"""A promotion on a category goes on when staff put the category elsewhere."""

import pytest

from catalog.events import CategoryMoveAsked
from orders.models import Promotion
from orders.services.follow_category import follow_category
from shopcloud.subscriptions import HANDLERS

pytestmark = pytest.mark.django_db
Scope = Promotion.Scope


def a_promotion(scope: Promotion.Scope, *targets: str) -> Promotion:
    return Promotion.objects.create(name="Ten", percent=10, scope=scope, targets=list(targets))


def test_a_promotion_reaches_the_branch_at_both_places_while_it_moves():
    lamps = a_promotion(Scope.CATEGORIES, "lighting/lamps", "decor")
    below = a_promotion(Scope.CATEGORIES, "lighting/lamps/desk")
    others = a_promotion(Scope.CATEGORIES, "lighting/lampshades")
    goods = a_promotion(Scope.PRODUCTS, "lighting/lamps")
    for changed in (2, 0):
        assert follow_category(old="lighting/lamps", new="home/lamps") == changed
    for promotion in (lamps, below, others, goods):
        promotion.refresh_from_db()
    assert lamps.targets == ["lighting/lamps", "decor", "home/lamps"]
    assert below.targets == ["lighting/lamps/desk", "home/lamps/desk"]
    assert (others.targets, goods.targets) == (["lighting/lampshades"], ["lighting/lamps"])


def test_it_follows_before_the_first_product_moves():
    asked = CategoryMoveAsked(move_id=0, old="lighting", new="lights")
    promotion = a_promotion(Scope.CATEGORIES, "lighting")
    HANDLERS[CategoryMoveAsked][0](asked)
    promotion.refresh_from_db()
    assert promotion.targets == ["lighting", "lights"]
