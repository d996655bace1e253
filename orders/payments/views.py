"""Where buyers come back from paying, and the built-in provider's own page."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from orders.form_targets import allow_form_to
from orders.models import Order
from orders.models.sandbox import SandboxCharge
from orders.payments import sandbox_provider
from orders.payments.returning import is_ours
from orders.payments.sandbox_tokens import ON_PAGE
from orders.services.pay_order import poll_order
from shopcloud.lib import clock, replica
from shopcloud.lib.money import Money

# The cards everybody tries, by the names the page gives them; the other tests go by their tokens.
CARDS = {"visa": "tok_ok", "declined": "tok_declined", "challenge": "tok_3ds"}
FURTHER = {name: script.label for name, script in ON_PAGE.items() if name not in CARDS.values()}


@never_cache
@require_GET
def payment_return(request: HttpRequest, number: str, signature: str) -> HttpResponse:
    """The buyer is back: look at the provider once, then show the order, whatever the answer."""
    if not is_ours(number, signature):
        raise Http404(number)
    try:
        order = poll_order(number=number, now=clock.now())
    except Order.DoesNotExist as error:
        raise Http404(number) from error
    if order.user_id:
        replica.remember_write(order.user_id)
    with translation.override(order.language):
        return redirect(order)


@never_cache
@require_http_methods(["GET", "POST"])
def sandbox_pay(request: HttpRequest, charge_id: str) -> HttpResponse:
    """The provider's page: choose how the test payment ends. A choice made twice is the first one."""
    charge = sandbox_provider.charge_by_id(charge_id)
    if charge is None:
        raise Http404(charge_id)
    if request.method == "POST":
        try:
            charge = _choose(charge, request.POST)
        except UnknownChoice:
            return _page(request, charge, problem=True)
        except sandbox_provider.AlreadySettled:
            charge.refresh_from_db()
        if charge.is_final:
            return redirect(charge.return_url)
        return redirect(request.get_full_path())
    return _page(request, charge)


class UnknownChoice(ValueError):
    """The form came without one of the choices the page offers."""


def _choose(charge: SandboxCharge, form: "dict[str, str]") -> SandboxCharge:
    action, card = form.get("action"), form.get("card", "")
    token = CARDS.get(card, card)
    if action == "pay" and token in ON_PAGE:
        return sandbox_provider.pay(charge_id=charge.pk, token=token)
    if action in ("approve", "refuse"):
        return sandbox_provider.answer_challenge(charge_id=charge.pk, approved=action == "approve")
    if action == "cancel":
        return sandbox_provider.cancel(charge_id=charge.pk)
    raise UnknownChoice


def _page(request: HttpRequest, charge: SandboxCharge, *, problem: bool = False) -> HttpResponse:
    context = {
        "charge": charge,
        "amount": Money(charge.amount, charge.currency),
        "problem": problem,
        "further": FURTHER,
    }
    status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
    offered = request.GET.get("language", "")
    language = offered if translation.check_for_language(offered) else "en"
    with translation.override(language):
        response = render(request, "orders/payments/sandbox_pay.html", {**context, "language": language}, status=status)
    return allow_form_to(charge.return_url, request=request, response=response)
