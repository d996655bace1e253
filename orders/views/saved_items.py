"""What a shopper puts aside for later, and takes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from orders.carts.cart import CartNotFound
from orders.carts.store import CartFull
from orders.services import carts
from orders.views.cart import changed_cart
from orders.views.own_cart import caller_of, current_cart
from shopcloud.lib import clock


@require_POST
@never_cache
def saved_item(request: HttpRequest, sku: str) -> HttpResponse:
    """Save a line for later; the button named `back` puts it into the cart again, `remove` drops it."""
    found = current_cart(request)
    change = (
        carts.back_to_cart
        if "back" in request.POST
        else carts.forget_saved
        if "remove" in request.POST
        else carts.save_for_later
    )
    try:
        if found is None:
            raise CartNotFound
        found = change(cart_id=found.cart_id, sku=sku, now=clock.now(), caller=caller_of(request))
    except CartNotFound:
        messages.info(request, _("Your cart has expired."))
    except CartFull as refusal:
        messages.error(request, str(refusal))
    return changed_cart(request, found)
