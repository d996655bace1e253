"""The forms of promotions, coupons and gift cards: what makes no sense is refused beside its field."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold import widgets
from unfold.forms import BaseDialogForm

from orders import gift_cards
from orders.admin.shipping_forms import MARKETS, WordsField
from orders.models import Coupon, GiftCard, Promotion
from orders.services.cart_codes import COUPON
from orders.services.issue_gift_card import MOST
from orders.services.save_promotion import MOST_CODES, LimitTooLow
from shopcloud.lib.money import BadMoney, Money

Kind = Promotion.Kind


class AmountsField(forms.CharField):
    """`USD 10, EUR 9.50` as {"USD": 1000, "EUR": 950}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, widget=widgets.UnfoldAdminTextInputWidget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return ", ".join(f"{currency} {Money(amount, currency).major}" for currency, amount in sorted(value.items()))

    def to_python(self, value: Any) -> dict[str, int]:  # type: ignore[override]
        found: dict[str, int] = {}
        for part in re.split(r"[,;\n]+", str(value or "")):
            words = part.split()
            if not words:
                continue
            try:
                currency, amount = words
                money = Money.parse(amount, currency.upper())
            except (BadMoney, ValueError):
                raise forms.ValidationError(_("Write amounts as USD 10, EUR 9.50.")) from None
            if not 0 < money.amount <= 10**9:
                raise forms.ValidationError(_("An amount is more than nothing, and less than ten million."))
            found[money.currency] = money.amount
        return found

    def run_validators(self, value: Any) -> None:
        """The text's length says nothing about what it means."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")


class TargetsField(WordsField):
    """Category paths or product ids, which are written small."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [word.lower().strip("/") for word in super().to_python(value)]


class LimitedForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_limit(self) -> int | None:
        limit: int | None = self.cleaned_data["limit"]
        if self.instance.pk and limit is not None:
            used = self.instance.used.filter(released_at__isnull=True).count()
            if used > limit:
                raise forms.ValidationError(str(LimitTooLow(used)))
        return limit


class PromotionForm(LimitedForm):
    amounts = AmountsField(label=_("Amounts"), help_text=_("For each currency: USD 10, EUR 9, GBP 8"))
    minimums = AmountsField(
        label=_("Minimum basket"), help_text=_("For each currency: USD 50, EUR 45. Empty: any basket")
    )
    targets = TargetsField(
        label=_("Targets"), required=False, help_text=_("Category paths (tableware/mugs) or product ids")
    )
    markets = forms.MultipleChoiceField(
        label=_("Markets"),
        choices=MARKETS,
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None: all of them"),
    )

    class Meta:
        model = Promotion
        fields = (
            "name", "active", "kind", "percent", "amounts", "buy", "get", "scope", "targets", "starts_at", "ends_at",
            "minimums", "markets", "priority", "stacking", "automatic", "limit", "per_customer", "first_order_only",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, problem in self._problems(cleaned):
            if name not in self.errors:
                self.add_error(name, problem)
        if cleaned.get("scope") == Promotion.Scope.ALL:
            cleaned["targets"] = []
        if cleaned.get("first_order_only"):
            # Two first orders at once are told apart by the customer's own limit.
            cleaned["per_customer"] = 1
        return cleaned

    def _problems(self, cleaned: dict[str, Any]) -> list[tuple[str, Any]]:
        kind, starts, ends = cleaned.get("kind"), cleaned.get("starts_at"), cleaned.get("ends_at")
        takes_share, is_grouped = kind in {Kind.PERCENT, Kind.BUY_X_GET_Y}, kind == Kind.BUY_X_GET_Y
        has_codes = self.instance.pk is not None and self.instance.coupons.exists()
        checks = [
            (
                "percent",
                takes_share and not 0 < (cleaned.get("percent") or 0) <= 100,
                _("Enter more than 0, up to 100."),
            ),
            ("amounts", kind == Kind.FIXED and not cleaned.get("amounts"), _("Enter what is taken off.")),
            ("buy", is_grouped and not cleaned.get("buy"), _("Enter how many are paid in full.")),
            ("get", is_grouped and not cleaned.get("get"), _("Enter how many are reduced.")),
            ("ends_at", bool(starts and ends and ends <= starts), _("It ends before it starts.")),
            ("per_customer", cleaned.get("per_customer") == 0, _("Leave it empty for no limit.")),
            (
                "automatic",
                bool(cleaned.get("automatic")) and has_codes,
                _("It has codes, so it does not come by itself."),
            ),
            (
                "targets",
                cleaned.get("scope") != Promotion.Scope.ALL and not cleaned.get("targets"),
                _("Enter what it applies to."),
            ),
        ]
        return [(name, problem) for name, is_wrong, problem in checks if is_wrong]


class CouponForm(LimitedForm):
    class Meta:
        model = Coupon
        fields = ("code", "promotion", "limit")

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split()).upper()
        if not COUPON.fullmatch(code) or gift_cards.canonical(code):
            raise forms.ValidationError(_("Use 2 to 40 letters, digits and hyphens, as in WELCOME10."))
        return code

    def clean_promotion(self) -> Promotion:
        promotion: Promotion = self.cleaned_data["promotion"]
        if promotion.automatic:
            raise forms.ValidationError(_("This promotion comes by itself and needs no code."))
        return promotion


class CodesForm(BaseDialogForm):  # type: ignore[misc]
    number = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=MOST_CODES, widget=widgets.UnfoldAdminIntegerFieldWidget
    )
    limit = forms.IntegerField(
        label=_("Uses of each"),
        min_value=1,
        max_value=10**6,
        initial=1,
        required=False,
        widget=widgets.UnfoldAdminIntegerFieldWidget,
        help_text=_("Empty: as often as one likes."),
    )
    prefix = forms.RegexField(
        r"^[A-Za-z0-9]{0,12}$",
        label=_("Beginning"),
        required=False,
        widget=widgets.UnfoldAdminTextInputWidget,
        help_text=_("Up to 12 letters and digits, as in SPRING."),
    )


class IssueForm(forms.ModelForm):  # type: ignore[type-arg]
    value = forms.CharField(
        label=_("Value"), max_length=20, widget=widgets.UnfoldAdminTextInputWidget, help_text=_("As in 50.00")
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in ("USD", "EUR", "GBP")],
        widget=widgets.UnfoldAdminSelectWidget,
    )

    class Meta:
        model = GiftCard
        fields = ("currency", "expires_at", "note")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            money = Money.parse(str(cleaned.get("value", "")).strip(), cleaned.get("currency", "USD"))
        except BadMoney as error:
            self.add_error("value", str(error))
            return cleaned
        if not 0 < money.amount <= MOST:
            most = Money(MOST, money.currency)
            self.add_error("value", _("Enter more than nothing, up to %(most)s.") % {"most": most})
        return cleaned | {"money": money}
