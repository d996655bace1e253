"""Products chosen one by one, in an order: as `product-pictures.js` and `collection.js` send them, or a page without
scripts."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from catalog.admin.finding import UnknownProduct, product_ids_of
from catalog.admin.forms import AREA
from catalog.domain import PRODUCT_ID
from shopcloud.lib.resilience import TierUnavailable

MAX_ADDED = 50
AWAY = "The catalog does not answer at the moment. Nothing was saved; please try again."
# Behind every place that is typed.
_LAST = 100_000


class ArrangedForm(forms.Form):
    """`product` names each product, `<id>-position` its place, `<id>-remove` says that it goes; `added` are more."""

    too_many: ClassVar[str]

    added = forms.CharField(
        required=False,
        max_length=4_000,
        label="Add by SKU or product id",
        help_text=f"One a line, up to {MAX_ADDED}. They come after the others.",
        widget=AREA(attrs={"rows": 3}),
    )

    @abstractmethod
    def held(self) -> Sequence[str]:
        """The products as they are kept."""

    @abstractmethod
    def limit(self) -> int:
        """How many products may be kept."""

    @property
    def arranged(self) -> list[str]:
        """As it was sent, or as it is kept."""
        if not isinstance(self.data, QueryDict) or not self.is_bound:
            return list(self.held())
        kept = [product_id for product_id in self._sent() if not self.data.get(f"{product_id}-remove")]
        kept.sort(key=self._place)
        return list(dict.fromkeys([*kept, *getattr(self, "found", ())]))

    @property
    def removed(self) -> list[str]:
        return [product_id for product_id in self._sent() if self.data.get(f"{product_id}-remove")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self.arranged) > self.limit():
            self.add_error("added", self.too_many.format(limit=self.limit()))
        return cleaned

    def clean_added(self) -> str:
        text = str(self.cleaned_data["added"])
        names = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(names) > MAX_ADDED:
            raise forms.ValidationError(f"Add {MAX_ADDED} at once at most.")
        try:
            self.found = product_ids_of(names)
        except UnknownProduct as error:
            raise forms.ValidationError(str(error)) from None
        except TierUnavailable:
            raise forms.ValidationError(AWAY) from None
        return text

    def _sent(self) -> list[str]:
        data: Any = self.data
        return list(dict.fromkeys(name for name in data.getlist("product") if PRODUCT_ID.fullmatch(name)))

    def _place(self, product_id: str) -> int:
        text = self.data.get(f"{product_id}-position", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else _LAST
