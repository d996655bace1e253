"""Template filters and tags every template may use without loading them."""

from datetime import UTC, datetime
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shopcloud.lib.money import Money

register = template.Library()


@register.filter
def money(value: Money | None) -> str:
    """`{{ line.total|money }}`: an amount as people of the page's language write it; empty for None."""
    return "" if value is None else value.format(get_language() or "en")


@register.filter
def moment(at: datetime) -> SafeString:
    """`{{ note.at|moment }}`: a time in UTC, which `local-times.js` turns into that of the visitor's own clock."""
    told = date_format(at.astimezone(UTC), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" data-moment>{} UTC</time>', at.isoformat(), told)


@register.simple_tag(takes_context=True)
def market_url(context: template.Context, path: str) -> str:
    """`{% market_url product.path %}`: a path in the page's market."""
    return str(context["market"].path(path))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, look: str = "") -> SafeString:
    """`{% icon "bag" "icon-small" %}`: a drawing of `img/icons.svg`; its words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {look}" if look else "",
        static("img/icons.svg"),
        name,
    )
