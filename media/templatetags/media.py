"""`{% load media %}{% picture image sizes="..." %}`: a responsive picture that never moves the page while it loads."""

from html import escape
from typing import Protocol

from django import template
from django.utils.safestring import SafeString, mark_safe

from media.delivery import image_url, srcset

register = template.Library()
FALLBACK_WIDTH = 640


class Picture(Protocol):
    """What a tag needs of a picture: its storage key, size in pixels and alternative text."""

    @property
    def key(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def alt(self) -> str: ...


@register.simple_tag
def picture(
    image: Picture | None, *, sizes: str = "100vw", loading: str = "lazy", alt: str | None = None, **attributes: str
) -> str:
    """An `<img>` with every kept width; nothing without an image. Other attributes (`class`) pass through."""
    if not image:
        return SafeString("")
    shown = {
        "src": image_url(image.key, FALLBACK_WIDTH),
        "srcset": srcset(image.key),
        "sizes": sizes,
        "width": image.width,
        "height": image.height,
        "alt": image.alt if alt is None else alt,
        "loading": loading,
        "decoding": "async",
        **{name.replace("_", "-"): value for name, value in attributes.items()},
    }
    # An empty alt marks a decoration and must stay; any other empty attribute says nothing.
    pairs = [(name, value) for name, value in shown.items() if name == "alt" or value not in ("", None)]
    # Escaped by what `format_html` calls at the end of a way four times as long: a list shows fifty pictures.
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in pairs)
    return mark_safe(f"<img{written}>")
