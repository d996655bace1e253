"""Tags of the storefront's templates, usable everywhere without loading."""

from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from django import template
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from catalog.curated import Shown
from catalog.domain import Category, ProductCard, Rating, Variant
from catalog.product_types import plain_name
from media.delivery import image_url, srcset
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money
from shopcloud.lib.templatetags.shop import icon, money

register = template.Library()

_STAR = "M8 1.6l1.9 4.1 4.5.5-3.3 3 .9 4.4L8 11.4l-4 2.2.9-4.4-3.3-3 4.5-.5z"
_ICONS = {
    "lighting": "lamp",
    "lamps": "lamp",
    "furniture": "chair",
    "chairs": "chair",
    "audio": "speaker",
    "kitchen": "cup",
    "tableware": "cup",
    "dining": "cup",
    "clocks": "clock",
    "decor": "vase",
    "home-decor": "vase",
    "vases": "vase",
    "digital": "file",
    "digital-goods": "file",
}


@register.simple_tag
def category_name(category: Category) -> str:
    """A category's name in the page's language."""
    return category.name_in(get_language() or "en")


@register.simple_tag(takes_context=True)
def category_url(context: template.Context, path: str) -> str:
    """`{% category_url category.path %}`: a category's page in the page's market."""
    return str(context["market"].path(f"/c/{path}/"))


@register.simple_tag
def collection_title(collection: Shown) -> str:
    """A collection's title in the page's language."""
    return collection.title_in(get_language() or "en")


@register.filter
def department_icon(path: str) -> str:
    """The drawing that stands in for a product without a picture, by the slugs of its category."""
    return next((_ICONS[slug] for slug in reversed(path.split("/")) if slug in _ICONS), "box")


@register.filter
def attribute_name(name: str) -> str:
    """An attribute as a shopper reads it: `seat_height` becomes "Seat height"."""
    return plain_name(name)


@register.simple_tag
@lru_cache(maxsize=4096)
def placeholder(path: str) -> SafeString:
    """What stands in for a missing picture: a drawing by the product's category."""
    return format_html('<span class="placeholder">{}</span>', icon(department_icon(path)))


@register.simple_tag
def price(amount: Money | None, *, starts_at: bool = False) -> SafeString:
    """`{% price card.price starts_at=True %}`: what a product costs, or the least that one of its variants does."""
    words = format_html('<span class="from">{}</span> ', pgettext("price", "from")) if starts_at else ""
    return format_html('<span class="price">{}{}</span>', words, money(amount))


@register.simple_tag(takes_context=True)
def heart(context: template.Context, product_id: str, title: str) -> SafeString:
    """Saves a product to the wishlist. Public pages show it unpressed; hearts.js presses it for those who saved it."""
    return format_html(
        '<form class="heart-form" method="post" action="{url}" hx-post="{url}" hx-target="#toasts">'
        '<button class="heart" type="submit" data-heart="{product_id}" aria-pressed="false" aria-label="{label}">'
        "{drawing}</button></form>",
        url=context["market"].path(f"/wishlist/items/{product_id}/"),
        product_id=product_id,
        label=gettext("%(title)s on the wishlist") % {"title": title},
        drawing=icon("heart"),
    )


@register.simple_tag
def stars(average: float | str) -> SafeString:
    """Five stars, rounded to halves, as one drawing; its words stand beside it."""
    return _stars(round(float(average) * 2))


@lru_cache
def _stars(halves: int) -> SafeString:
    shapes = []
    for index in range(5):
        full = min(max(halves - index * 2, 0), 2)
        x = index * 16.25
        shapes.append(f'<path transform="translate({x} 0)" d="{_STAR}"/>')
        if full:
            # Half a star is the same star seen through a window half as wide.
            width = 16 if full == 2 else 8
            shapes.append(f'<svg x="{x}" width="{width}" height="16"><path class="full" d="{_STAR}"/></svg>')
    body = mark_safe("".join(shapes))  # our own drawing, no outside text
    return format_html('<svg class="stars" viewBox="0 0 81 16" aria-hidden="true">{}</svg>', body)


@register.simple_tag
def rating(rating: Rating, *, large: bool = False) -> SafeString:
    """Stars and how many reviews they come from; nothing without a review."""
    return _rating(rating, large, get_language()) if rating.count else SafeString("")


# Few differ: an average to a tenth, a count.
@lru_cache(maxsize=4096)
def _rating(rating: Rating, large: bool, _language: str | None) -> SafeString:
    return render_to_string("components/rating.html", {"rating": rating, "large": large})


# Rendered cards by all that a card shows: a list of 24 is most of a search page's work, and the same few products
# stand on many pages. Bounded, and emptied whole: the next requests fill it again.
_CARDS_KEPT = 4096
_cards: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag(takes_context=True)
def product_card(context: template.Context, card: ProductCard, loading: str = "lazy") -> SafeString:
    """A product as lists show it, in the page's market and language."""
    market: Market = context["market"]
    title = card.title_in(market.language)
    price = card.price_from(market.currency)
    key = (market.code, loading, title, price, *_shown(card))
    html = _cards.get(key)
    if html is None:
        shown_as = {"card": card, "title": title, "price": price, "market": market, "loading": loading}
        html = render_to_string("components/product_card.html", shown_as)
        if len(_cards) >= _CARDS_KEPT:
            _cards.clear()
        _cards[key] = html
    return html


_shown = attrgetter(*(f.name for f in fields(ProductCard) if f.name not in {"prices", "rank", "status", "titles"}))


@register.simple_tag
def category_picture(category: Category) -> SafeString:
    """A category's square picture; its name stands beside it, so it is a decoration."""
    return format_html(
        '<img src="{}" srcset="{}" sizes="(width >= 64rem) 20rem, 46vw" width="1000" height="1000" alt="" '
        'loading="lazy" decoding="async">',
        image_url(category.image, 640),
        srcset(category.image),
    )


@register.simple_tag(takes_context=True)
def variant_price(context: template.Context, variant: Variant) -> Money | None:
    """A variant's price in the page's market."""
    return variant.price(context["market"].currency)


@register.simple_tag(takes_context=True)
def weight(context: template.Context, grams: int) -> str:
    """A weight as people of the page's market read it: pounds in the United States, kilograms elsewhere."""
    if context["market"].code == "us":
        return f"{_one_decimal(Decimal(grams) / Decimal('453.592'))} lb"
    return f"{grams} g" if grams < 1000 else f"{_one_decimal(Decimal(grams) / 1000)} kg"


def _one_decimal(value: Decimal) -> str:
    return number_format(value, decimal_pos=1)
