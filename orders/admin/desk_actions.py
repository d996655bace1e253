"""An order's buttons for talking with its customer: notes on the timeline, and mails sent again."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from orders.models import Order
from orders.services.resend_mail import mails_of, resend_mail
from orders.services.write_note import LONGEST, write_note
from orders.timeline import timeline
from shopcloud.lib import clock
from shopcloud.lib.staff import named_by


class NoteForm(BaseDialogForm):  # type: ignore[misc]
    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=LONGEST, widget=UnfoldAdminTextareaWidget({"rows": 4})
    )
    for_customer = forms.BooleanField(
        label=gettext_lazy("Show it to the customer on the order's page"), required=False, widget=UnfoldBooleanWidget
    )
    mailed = forms.BooleanField(
        label=gettext_lazy("Mail it to the customer too"), required=False, widget=UnfoldBooleanWidget
    )


class ResendForm(BaseDialogForm):  # type: ignore[misc]
    mailing = forms.TypedChoiceField(label=gettext_lazy("Mail"), coerce=int, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = named_by(self.object_id, Order.objects.all())
        mails = mails_of(order) if order else []
        self.fields["mailing"].choices = [(m.pk, _named(m)) for m in mails]


def _named(mailing: Any) -> str:
    sent = f"{mailing.sent_at:%Y-%m-%d %H:%M}" if mailing.sent_at else _("not sent yet")
    about = f" #{mailing.about}" if mailing.about else ""
    return f"{mailing.kind.replace('_', ' ')}{about}, {sent}"


class DeskActions:
    """Mixed into the order's admin, beside OrderActions."""

    @display(description=gettext_lazy("what happened"))
    def happened(self, order: Order) -> str:
        # The page reads a field several times over; the timeline is a statement for each of its sources.
        shown = vars(order)
        if "happened" not in shown:
            shown["happened"] = render_to_string("admin/orders/timeline.html", {"entries": timeline(order)})
        return str(shown["happened"])

    @action(
        description=gettext_lazy("Add note"),
        permissions=["note"],
        icon="edit_note",
        dialog={
            "title": gettext_lazy("Write on the order's timeline"),
            "description": gettext_lazy("Staff always see it."),
            "form_class": NoteForm,
            "form_submit_text": gettext_lazy("Add note"),
        },
    )
    def note(self, request: HttpRequest, form: NoteForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            write_note(order=order, author=request.user, now=clock.now(), **_written(form))
            return _("The note was added.")

        return self._act(request, object_id, act)  # type: ignore[attr-defined,no-any-return]

    @action(
        description=gettext_lazy("Resend mail"),
        permissions=["note"],
        icon="forward_to_inbox",
        dialog={
            "title": gettext_lazy("Send a mail once more?"),
            "description": gettext_lazy("It goes to the order's email address, as the order stands now."),
            "form_class": ResendForm,
            "form_submit_text": gettext_lazy("Send"),
        },
    )
    def resend(self, request: HttpRequest, form: ResendForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            resend_mail(order=order, mailing_id=form.cleaned_data["mailing"], author=request.user, now=clock.now())
            return _("The mail is on its way.")

        return self._act(request, object_id, act)  # type: ignore[attr-defined,no-any-return]


def _written(form: NoteForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("text", "for_customer", "mailed")}
