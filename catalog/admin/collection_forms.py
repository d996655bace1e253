"""The forms of collections and featured products: what makes no sense is refused beside its field."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from unfold import widgets

from catalog import curating, product_types, queries
from catalog.admin.arranged_forms import AWAY, ArrangedForm
from catalog.admin.finding import UnknownProduct, product_ids_of
from catalog.admin.forms import AREA, SELECT, STORE_AWAY, TEXT
from catalog.curated import MAX_FEATURED, MAX_PRODUCTS, attributes_in, not_over, rule_of
from catalog.domain import MAX_PRICE
from catalog.models import Collection, FeaturedProduct
from catalog.product_types import Kind
from catalog.search.attribute_facets import MAX_CHOSEN
from catalog.search.facts import key_of
from catalog.search.index import SearchRequest
from media import services as media
from shopcloud.lib.money import Money, decimals
from shopcloud.lib.resilience import TierUnavailable

MAX_LINES = 20
MEANWHILE = (
    "{who} saved this collection since you opened it, so nothing was saved. What you typed is still here: open the "
    "collection once more in another tab, and make your change there."
)
RULE: tuple[str, ...] = ("category", "brand", "text", "attributes", "currency", "in_stock", "sort")
ENGINES = tuple(f"seo_{name}{language}" for name in ("title", "description") for language in ("", "_de", "_fr"))


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


class CollectionForm(ArrangedForm, RuleForm):
    """A collection with its products: `arranged` are their ids in the order that was sent."""

    too_many = "A collection holds {limit} products at most. Use a rule for more."

    new_picture = forms.FileField(
        required=False,
        label="Picture",
        help_text="JPEG, PNG, WebP or AVIF. A new one replaces the one there is.",
        widget=widgets.UnfoldAdminFileFieldWidget,
    )
    without_picture = forms.BooleanField(
        required=False, label="Take the picture away", widget=widgets.UnfoldBooleanSwitchWidget
    )

    # What the page was made from: a save on top of somebody else's is refused.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(RuleForm.Meta):
        fields = (
            "slug", "title", "title_de", "title_fr", "intro", "intro_de", "intro_fr", "kind", *RULE, "active_from",
            "active_until", "show_on_home", "position", *ENGINES,
        )  # fmt: skip
        widgets = RuleForm.Meta.widgets | {name: AREA(attrs={"rows": 4}) for name in ("intro", "intro_de", "intro_fr")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = curating.fingerprint_of(self.instance.pk)

    def held(self) -> Sequence[str]:
        return list(self.instance.items.values_list("product_id", flat=True)) if self.instance.pk else []

    def limit(self) -> int:
        return MAX_PRODUCTS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self._take_picture(cleaned)
        # Last: the page saves within one transaction, which holds the lock from here to its end.
        if not self.errors and self.instance.pk:
            self._check_seen(cleaned["seen"])
        return cleaned

    def _check_seen(self, seen: str) -> None:
        if seen == curating.fingerprint_of(self.instance.pk, lock=True):
            return
        entries = LogEntry.objects.filter(
            content_type__app_label="catalog", content_type__model="collection", object_id=self.instance.pk
        )
        last = entries.select_related("user").order_by("-action_time").first()
        self.add_error(None, MEANWHILE.format(who=last.user if last else "Somebody else"))

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
                self.add_error("new_picture", STORE_AWAY)
            else:
                row.picture, row.picture_width, row.picture_height = stored.key, stored.width, stored.height


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
            raise forms.ValidationError(AWAY) from None
        if FeaturedProduct.objects.filter(product_id=product_id).exists():
            raise forms.ValidationError("This product is among them already.")
        if FeaturedProduct.objects.filter(not_over()).count() >= MAX_FEATURED:
            raise forms.ValidationError(
                f"The home page begins with {MAX_FEATURED} products at most. Take one away first."
            )
        self.instance.product_id = product_id
        return product_id


class FeaturedOrderForm(ArrangedForm):
    """The products that the home page begins with, all together; what is over stays in the list alone."""

    too_many = "The home page begins with {limit} products at most."

    def held(self) -> Sequence[str]:
        rows = FeaturedProduct.objects.filter(not_over()).order_by("position", "pk")
        return list(rows.values_list("product_id", flat=True))

    def limit(self) -> int:
        return MAX_FEATURED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        over = FeaturedProduct.objects.filter(product_id__in=self.arranged).exclude(not_over())
        if ended := ", ".join(over.values_list("product_id", flat=True)):
            self.add_error("added", f"The time of {ended} is over. Remove it here, or give it other dates in the list.")
        return cleaned
