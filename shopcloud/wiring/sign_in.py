"""What signing in and out means to cart and wishlist. Accounts stand below orders and know neither: it is told here."""

from typing import Any

import structlog
from allauth.account.views import LogoutView
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from accounts.adapter import AccountAdapter
from orders.carts.cookie import forget_cart
from orders.views.own_cart import current_cart, keep_cart
from orders.views.wish_holder import join_wishes
from orders.wishes.cookie import forget_guest
from shopcloud.lib import redis

log = structlog.get_logger()


class ShopAdapter(AccountAdapter):
    """allauth calls `post_login` at the end of every way in: password, sign-up, second step, passkey, provider."""

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **told)
        try:
            return join_wishes(request, keep_cart(request, response, current_cart(request)))
        except (DatabaseError, *redis.Unavailable) as error:
            # What did not come together does so when the cart, or the wishlist, is looked at next.
            log.warning("sign_in.not_joined", error=type(error).__name__)
            return response


def sign_out(request: HttpRequest) -> HttpResponse:
    """Leaves no cart and no wishes behind for whoever uses the browser next; the person's own waits for them."""
    response: HttpResponse = LogoutView.as_view()(request)
    if not request.user.is_authenticated:
        forget_cart(response)
        forget_guest(response)
    return response
