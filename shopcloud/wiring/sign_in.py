"""What signing in and out means to the cart. Accounts stand below orders and know no carts, so it is told here."""

from typing import Any

import structlog
from allauth.account.views import LogoutView
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from accounts.adapter import AccountAdapter
from orders.carts.cookie import forget_cart
from orders.views.own_cart import current_cart, keep_cart
from shopcloud.lib import redis

log = structlog.get_logger()


class ShopAdapter(AccountAdapter):
    """allauth calls `post_login` at the end of every way in: password, sign-up, second step, passkey, provider."""

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **told)
        try:
            return keep_cart(request, response, current_cart(request))
        except (DatabaseError, *redis.Unavailable) as error:
            # The carts come together when the cart is looked at next.
            log.warning("carts.not_joined", error=type(error).__name__)
            return response


def sign_out(request: HttpRequest) -> HttpResponse:
    """Leaves no cart behind for whoever uses the browser next; the person's own waits for them."""
    response: HttpResponse = LogoutView.as_view()(request)
    if not request.user.is_authenticated:
        forget_cart(response)
    return response
