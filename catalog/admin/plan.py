"""When a product goes on sale and off it by itself, on its page in the admin."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from catalog import schedules
from catalog.admin.forms import BaseVariantFormSet, ProductForm
from catalog.domain import Product, Status
from shopcloud.lib import clock


class PlannedTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"class": " ".join(widgets.INPUT_CLASSES)}, format="%Y-%m-%dT%H:%M")


class PlanForm(forms.Form):
    """Both times may stay empty. What the product's own form and its variants say decides what can be planned."""

    publish_at = forms.DateTimeField(required=False, label=_("On sale from"), widget=PlannedTime)
    archive_at = forms.DateTimeField(required=False, label=_("Off sale from"), widget=PlannedTime)

    def __init__(self, product: Product | None, data: Any, form: ProductForm, variants: BaseVariantFormSet) -> None:
        known = schedules.plans([product.product_id]) if product else {}
        self.plan = known.get(product.product_id, schedules.Plan()) if product else schedules.Plan()
        given = {"publish_at": self.plan.publish_at, "archive_at": self.plan.archive_at}
        super().__init__(data, prefix="plan", initial=given)
        self._form, self._variants = form, variants
        zone = say("In the shop's time zone, %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
        self.fields["publish_at"].help_text = zone
        self.fields["archive_at"].help_text = zone

    def clean(self) -> None:
        if not (self._form.is_valid() and self._variants.is_valid()):
            return
        self._check_times()
        publish_at, active = self.cleaned_data.get("publish_at"), self._form.cleaned_data["status"] == Status.ACTIVE
        if publish_at and active:
            self.add_error("publish_at", _("It is on sale already. Choose “Draft” to put it on sale later."))
        if publish_at and not any(form.prices() for form in self._variants.kept()):
            self.add_error("publish_at", _("Without a price it cannot go on sale. Set one first."))
        if self.cleaned_data.get("archive_at") and not publish_at and not active:
            self.add_error("archive_at", _("It is not on sale. Choose when it goes on sale, too."))

    def _check_times(self) -> None:
        publish_at, archive_at = self.cleaned_data.get("publish_at"), self.cleaned_data.get("archive_at")
        now = clock.now()
        for name, time in (("publish_at", publish_at), ("archive_at", archive_at)):
            # A time that stood there before may have passed: it is then due at once.
            if time and time <= now and name in self.changed_data:
                self.add_error(name, _("Choose a time to come."))
        if publish_at and archive_at and archive_at <= publish_at:
            self.add_error("archive_at", _("Choose a time after it goes on sale."))

    def keep(self, product: Product, *, author: Any) -> None:
        """Plan what was chosen for a product that has just been saved."""
        schedules.plan(
            product_id=product.product_id,
            publish_at=self.cleaned_data["publish_at"],
            archive_at=self.cleaned_data["archive_at"],
            author=author,
        )
