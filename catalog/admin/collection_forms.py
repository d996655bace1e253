"""The forms of collections and featured products: what makes no sense is refused beside its field."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from unfold import widgets

from catalog import product_types, queries
from catalog.admin.finding import UnknownProduct, product_ids_of
from catalog.admin.forms import AREA, SELECT, TEXT
from catalog.curated import MAX_PRODUCTS, attributes_in, rule_of
from catalog.domain import MAX_PRICE, PRODUCT_ID
from catalog.models import Collection, FeaturedProduct
from catalog.product_types import Kind
from catalog.search.attribute_facets import MAX_CHOSEN
from catalog.search.facts import key_of
from catalog.search.index import SearchRequest
from media import services as media
from shopcloud.lib.money import Money, decimals
from shopcloud.lib.resilience import TierUnavailable

MAX_ADDED = 50
MAX_LINES = 20
RULE: tuple[str, ...] = ("category", "brand", "text", "attributes", "currency", "in_stock", "sort")
_AWAY = "The catalog does not answer at the moment. Nothing was saved; please try again."


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a rule says. Prices are typed in major units."""

    category = forms.ChoiceField(required=False, widget=SELECT)
    least = forms.DecimalField(
        required=False, min_value=0, label="Lowest price", widget=widgets.UnfoldAdminDecimalFieldWidget
    )
    most = forms.DecimalField(
        required=False, min_value=0, label="Highest price", widget=widgets.UnfoldAdminDecimalFieldWidget
    )

    class Meta:
        model = Collection
        fields: tuple[str, ...] = RULE
        widgets = {"attributes": AREA(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            current = self.instance.category
            paths = [category.path for category in queries.tree()]
            paths += [current] if current and current not in paths else []
            named = [(path, path.replace("/", " / ")) for path in sorted(paths)]
            self.fields["category"].choices = [("", "All categories"), *named]  # type: ignore[attr-defined]
        for name, amount in (("least", self.instance.min_price), ("most", self.instance.max_price)):
            if amount is not None:
                self.initial.setdefault(name, Money(amount, self.instance.currency).major)

    def clean_attributes(self) -> str:
        """As they are searched for: a value that is chosen from a list is written as the list has it."""
        found = attributes_in(self.cleaned_data["attributes"])
        if len(found) > MAX_CHOSEN or sum(map(bool, self.cleaned_data["attributes"].split("\n"))) > MAX_LINES:
            raise forms.ValidationError(f"{MAX_CHOSEN} attributes and {MAX_LINES} lines are the most.")
        return "\n".join(_written(name, value) for name, values in found for value in values)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        currency = cleaned.get("currency") or self.instance.currency
        for name, kept in (("least", "min_price"), ("most", "max_price")):
            if name in self.fields:
                setattr(self.instance, kept, self._minor(name, cleaned.get(name), currency))
        least, most = self.instance.min_price, self.instance.max_price
        if least is not None and most is not None and most < least:
            self.add_error("most", "The highest price is below the lowest.")
        return cleaned

    def _minor(self, name: str, amount: Decimal | None, currency: str) -> int | None:
        if amount is None:
            return None
        minor = amount.scaleb(decimals(currency))
        if minor != int(minor) or minor > MAX_PRICE:
            self.add_error(name, f"Write an amount of {currency}, such as 19.90.")
            return None
        return int(minor)

    def request(self) -> SearchRequest:
        """What a valid form asks the search."""
        return rule_of(self.instance)


def _written(name: str, value: str) -> str:
    """Raises ValidationError for what no shopper can choose."""
    known = product_types.filterable()
    sharing = known.get(key_of(name), [])
    if not sharing:
        offered = ", ".join(attributes[0].name for attributes in known.values()) or "none yet"
        raise forms.ValidationError(f"Shoppers do not choose by “{name}”. They choose by: {offered}.")
    choices = {choice.casefold(): choice for attribute in sharing for choice in attribute.choices}
    if value.casefold() in choices:
        return f"{sharing[0].name}: {choices[value.casefold()]}"
    if all(attribute.kind == Kind.CHOICE for attribute in sharing):
        raise forms.ValidationError(f"“{value}” is none of the values of {name}: {', '.join(choices.values())}.")
    return f"{sharing[0].name}: {value}"


class CollectionForm(RuleForm):
    """A collection with its products: `arranged` are their ids in the order that was sent."""

    new_picture = forms.FileField(
        required=False,
        label="Picture",
        help_text="JPEG, PNG, WebP or AVIF. A new one replaces the one there is.",
        widget=widgets.UnfoldAdminFileFieldWidget,
    )
    without_picture = forms.BooleanField(
        required=False, label="Take the picture away", widget=widgets.UnfoldBooleanSwitchWidget
    )
    added = forms.CharField(
        required=False,
        max_length=4_000,
        label="Add by SKU or product id",
        help_text=f"One a line, up to {MAX_ADDED}. They come after the others.",
        widget=AREA(attrs={"rows": 3}),
    )

    class Meta(RuleForm.Meta):
        fields = (
            "slug", "title", "title_de", "title_fr", "intro", "intro_de", "intro_fr", "kind", *RULE, "active_from",
            "active_until", "show_on_home", "position",
        )  # fmt: skip
        widgets = RuleForm.Meta.widgets | {name: AREA(attrs={"rows": 4}) for name in ("intro", "intro_de", "intro_fr")}

    @property
    def arranged(self) -> list[str]:
        """As it was sent, or as it is kept: `product` names each product, `<id>-position` its place."""
        if not isinstance(self.data, QueryDict) or not self.is_bound:
            held = self.instance.items.values_list("product_id", flat=True) if self.instance.pk else ()
            return list(held)
        sent = dict.fromkeys(name for name in self.data.getlist("product") if PRODUCT_ID.fullmatch(name))
        kept = [product_id for product_id in sent if not self.data.get(f"{product_id}-remove")]
        kept.sort(key=self._place)
        return list(dict.fromkeys([*kept, *getattr(self, "found", ())]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if len(self.arranged) > MAX_PRODUCTS:
            self.add_error("added", f"A collection holds {MAX_PRODUCTS} products at most. Use a rule for more.")
        if not self.errors:
            self._take_picture(cleaned)
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
            raise forms.ValidationError(_AWAY) from None
        return text

    def _take_picture(self, cleaned: dict[str, Any]) -> None:
        row = self.instance
        if cleaned.get("without_picture"):
            row.picture, row.picture_width, row.picture_height = "", 0, 0
        if upload := cleaned.get("new_picture"):
            try:
                stored = media.store_image(upload.read())
            except media.RefusedUpload as error:
                self.add_error("new_picture", str(error))
            except media.MediaUnavailable:
                self.add_error("new_picture", "The store of pictures does not answer. Nothing was saved; try again.")
            else:
                row.picture, row.picture_width, row.picture_height = stored.key, stored.width, stored.height

    def _place(self, product_id: str) -> int:
        text = self.data.get(f"{product_id}-position", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else MAX_PRODUCTS


class FeaturedForm(forms.ModelForm):  # type: ignore[type-arg]
    product = forms.CharField(max_length=64, widget=TEXT, help_text="Its id, or one of its SKUs.")

    class Meta:
        model = FeaturedProduct
        fields = ("position", "active_from", "active_until")

    def clean_product(self) -> str:
        try:
            (product_id,) = product_ids_of([self.cleaned_data["product"].strip()])
        except UnknownProduct as error:
            raise forms.ValidationError(str(error)) from None
        except TierUnavailable:
            raise forms.ValidationError(_AWAY) from None
        if FeaturedProduct.objects.filter(product_id=product_id).exists():
            raise forms.ValidationError("This product is among them already.")
        self.instance.product_id = product_id
        return product_id
