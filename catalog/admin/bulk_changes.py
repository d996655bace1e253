"""What can be changed in many products at once, and what it makes of one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from django import forms
from unfold import widgets

from catalog import queries, services
from catalog.admin.forms import CURRENCIES, SELECT
from catalog.admin.shown import Shown, shown
from catalog.differences import differences
from catalog.domain import InvalidProduct, Product, Status
from shopcloud.lib.money import Money, decimals, round_half_up

PERCENT, AMOUNT = "percent", "amount"
NINETY_NINE, WHOLE = "99", "00"


class Refused(Exception):
    """The change makes no sense for a product; the message says why."""


class Change(Protocol):
    def applied(self, product: Product) -> Product:
        """Raises Refused and InvalidProduct."""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """By `value` percent, or by `value` whole units of each currency; `currency` "" means all. What is free stays."""

    by: str
    value: Decimal
    currency: str = ""
    rounding: str = ""

    def applied(self, product: Product) -> Product:
        variants = tuple(replace(v, prices=self._prices(v.sku, v.prices)) for v in product.variants)
        if not any(self._means(currency) for v in product.variants for currency in v.prices):
            raise Refused(f"it has no price in {self.currency}" if self.currency else "it has no price")
        return replace(product, variants=variants)

    def _means(self, currency: str) -> bool:
        return self.currency in {"", currency}

    def _prices(self, sku: str, prices: Mapping[str, int]) -> dict[str, int]:
        return {c: self._price(sku, Money(a, c)).amount if self._means(c) and a else a for c, a in prices.items()}

    def _price(self, sku: str, price: Money) -> Money:
        places = decimals(price.currency)
        if self.by == PERCENT:
            amount = round_half_up(price.amount * (100 + self.value) / 100)
        else:
            amount = price.amount + round_half_up(self.value.scaleb(places))
        new = Money(_rounded(amount, places, self.rounding), price.currency)
        if amount <= 0 or new.amount <= 0:
            raise Refused(f"{sku} would cost nothing or less in {price.currency}")
        return new


@dataclass(frozen=True, slots=True)
class Move:
    category: str

    def applied(self, product: Product) -> Product:
        return replace(product, category=self.category)


@dataclass(frozen=True, slots=True)
class StatusChange:
    status: Status

    def applied(self, product: Product) -> Product:
        return replace(product, status=self.status)


@dataclass(frozen=True, slots=True)
class Row:
    """A product beside what the change makes of it; `after` is None where it is refused, for `reason`."""

    product: Product
    after: Product | None
    changes: list[Shown]
    reason: str = ""


def planned(change: Change, products: Iterable[Product]) -> list[Row]:
    return [_row(change, product) for product in products]


def _row(change: Change, product: Product) -> Row:
    try:
        after = change.applied(product)
        services.check_sellable(after)
    except Refused as error:
        return Row(product, None, [], str(error))
    except InvalidProduct as error:
        return Row(product, None, [], "; ".join(error.errors.values()))
    changes = shown(differences(theirs=product, yours=after, was=product), product)
    return Row(product, after, changes) if changes else Row(product, None, [], "nothing would change")


def _rounded(amount: int, places: int, rounding: str) -> int:
    """The nearest price that ends as wanted; currencies without a smaller unit have nothing to round."""
    if not rounding or not places:
        return amount
    unit = 10**places
    if rounding == WHOLE:
        return round_half_up(Decimal(amount) / unit) * unit
    return max(round_half_up(Decimal(amount + 1) / unit), 1) * unit - 1


class PriceForm(forms.Form):
    by = forms.ChoiceField(
        label="Change by", choices=[(PERCENT, "Percent"), (AMOUNT, "A fixed amount")], widget=SELECT, initial=PERCENT
    )
    value = forms.DecimalField(
        label="How much",
        min_value=-1_000_000,
        max_value=1_000_000,
        decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
        help_text="Such as 10, or -5 to lower the prices.",
    )
    currency = forms.ChoiceField(
        choices=[("", "All currencies"), *((c, c) for c in CURRENCIES)], required=False, widget=SELECT
    )
    rounding = forms.ChoiceField(
        choices=[("", "As calculated"), (NINETY_NINE, "To .99"), (WHOLE, "To .00")], required=False, widget=SELECT
    )

    def clean(self) -> None:
        value = self.cleaned_data.get("value")
        if value is not None and self.cleaned_data.get("by") == PERCENT and not -100 < value <= 1000:
            self.add_error("value", "Choose more than -100 and 1000 percent at most.")

    def change(self) -> Change:
        return PriceChange(**self.cleaned_data)


class MoveForm(forms.Form):
    to_category = forms.ChoiceField(label="Move to", widget=SELECT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tree = queries.tree()
        parents = {category.parent for category in tree}
        choices = [(c.path, c.path.replace("/", " / ")) for c in tree if c.path not in parents]
        self.fields["to_category"].choices = choices  # type: ignore[attr-defined]

    def change(self) -> Change:
        return Move(self.cleaned_data["to_category"])


class StatusForm(forms.Form):
    to_status = forms.ChoiceField(
        label="New status",
        choices=[(Status.ACTIVE.value, "Publish"), (Status.ARCHIVED.value, "Archive"), (Status.DRAFT.value, "Draft")],
        widget=SELECT,
    )

    def change(self) -> Change:
        return StatusChange(Status(self.cleaned_data["to_status"]))


FORMS = {"price": PriceForm, "category": MoveForm, "status": StatusForm}
