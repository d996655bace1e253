"""The buttons on an order's page that move some of its units: send them in a parcel, or call them off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from orders.admin.unit_forms import SendForm, UnitsForm
from orders.models import Order
from orders.services.cancel_items import cancel_items
from orders.services.fulfil_order import send_items
from shopcloud.lib import clock


class ParcelActions:
    """Mixed into the order's admin, beside OrderActions."""

    @action(
        description=gettext_lazy("Send items"),
        permissions=["fulfil"],
        icon="package_2",
        dialog={
            "title": gettext_lazy("Send which items?"),
            "description": gettext_lazy("One parcel with a tracking number of its own. The buyer is told by email."),
            "form_class": SendForm,
            "form_submit_text": gettext_lazy("Send"),
        },
    )
    def send(self, request: HttpRequest, form: SendForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            chosen = {name: form.cleaned_data[name] for name in ("carrier", "tracking")}
            send_items(order=order, quantities=form.units, author=request.user, now=clock.now(), **chosen)
            return _("Sent: %(units)s.") % {"units": _listed(form.units)}

        return self._act(request, object_id, act)  # type: ignore[attr-defined,no-any-return]

    @action(
        description=gettext_lazy("Cancel items"),
        permissions=["fulfil"],
        icon="remove_shopping_cart",
        dialog={
            "title": gettext_lazy("Cancel which items?"),
            "description": gettext_lazy("They go back into stock and what was paid for them is given back."),
            "form_class": UnitsForm,
            "form_submit_text": gettext_lazy("Cancel items"),
        },
    )
    def calloff(self, request: HttpRequest, form: UnitsForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            cancel_items(order=order, quantities=form.units, author=request.user, now=clock.now())
            return _("Cancelled: %(units)s.") % {"units": _listed(form.units)}

        return self._act(request, object_id, act)  # type: ignore[attr-defined,no-any-return]


def _listed(units: dict[str, int]) -> str:
    return ", ".join(f"{n} × {sku}" for sku, n in units.items())
