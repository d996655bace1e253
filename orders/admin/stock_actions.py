"""The buttons on a SKU's page: goods come in, and go from one place to another."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from orders.models import StockItem, StockLocation
from orders.stock import MAX_ON_HAND, BadStock, UnknownStock, receive, transfer
from shopcloud.lib import clock


def _place(label: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(
        label=label, queryset=StockLocation.objects.all(), widget=UnfoldAdminSelectWidget, empty_label=None
    )


class _MoveForm(BaseDialogForm):  # type: ignore[misc]
    quantity = forms.IntegerField(
        label=gettext_lazy("Units"), min_value=1, max_value=MAX_ON_HAND, widget=UnfoldAdminIntegerFieldWidget
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )


class ReceiveForm(_MoveForm):
    location = _place(gettext_lazy("Place"))
    field_order = ("location", "quantity", "note")


class TransferForm(_MoveForm):
    source = _place(gettext_lazy("From"))
    target = _place(gettext_lazy("To"))
    field_order = ("source", "target", "quantity", "note")


class StockActions:
    """Mixed into the admin of SKUs."""

    actions_detail = ("receive_goods", "transfer_goods")

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.change_stocklevel"))

    @action(
        description=gettext_lazy("Receive goods"),
        permissions=["move"],
        icon="add_box",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("What came in?"),
            "description": gettext_lazy("The units are added to what lies there. To correct a count, open its place."),
            "form_class": ReceiveForm,
            "form_submit_text": gettext_lazy("Receive"),
        },
    )
    def receive_goods(self, request: HttpRequest, form: ReceiveForm, object_id: Any) -> HttpResponse:
        def act(item: StockItem) -> str:
            receive(sku=item.sku, **_asked(form), author=cast(Any, request.user), now=clock.now())
            return _("Received.")

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Transfer"),
        permissions=["move"],
        icon="move_down",
        dialog={
            "title": gettext_lazy("Carry units to another place?"),
            "description": gettext_lazy("Only units that no buyer was promised can go."),
            "form_class": TransferForm,
            "form_submit_text": gettext_lazy("Transfer"),
        },
    )
    def transfer_goods(self, request: HttpRequest, form: TransferForm, object_id: Any) -> HttpResponse:
        def act(item: StockItem) -> str:
            transfer(sku=item.sku, **_asked(form), author=cast(Any, request.user), now=clock.now())
            return _("Transferred.")

        return self._act(request, object_id, act)

    def _act(self, request: HttpRequest, object_id: Any, act: Callable[[StockItem], str]) -> HttpResponse:
        item = StockItem.objects.filter(pk=object_id).first()
        if item is None:
            raise Http404
        try:
            messages.success(request, act(item))
        except (BadStock, UnknownStock) as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:orders_stockitem_change", item.pk)


def _asked(form: _MoveForm) -> dict[str, Any]:
    """The form's own fields: a dialog has one more that says it was sent."""
    return {name: form.cleaned_data[name] for name in form.field_order}
