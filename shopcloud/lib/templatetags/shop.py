"""Template filters and tags every template may use without loading them."""

from django import template
from django.utils.translation import get_language

from shopcloud.lib.money import Money

register = template.Library()


@register.filter
def money(value: Money | None) -> str:
    """`{{ line.total|money }}`: an amount as people of the page's language write it; empty for None."""
    return "" if value is None else value.format(get_language() or "en")


@register.simple_tag(takes_context=True)
def market_url(context: template.Context, path: str) -> str:
    """`{% market_url product.path %}`: a path in the page's market."""
    return str(context["market"].path(path))
