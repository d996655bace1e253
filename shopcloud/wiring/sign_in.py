"""What signing in and out means to cart, wishlist and viewed products: accounts stand below, and know none of them."""

from typing import Any

import structlog
from allauth.account.views import LogoutView
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from accounts.adapter import AccountAdapter
from analytics.viewer import forget_viewer, join_viewed
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
            response = join_wishes(request, keep_cart(request, response, current_cart(request)))
            return join_viewed(request, response)
        except (DatabaseError, *redis.Unavailable) as error:
            # What did not come together does so when the cart, or the wishlist, is looked at next.
            log.warning("sign_in.not_joined", error=type(error).__name__)
            return response


def sign_out(request: HttpRequest) -> HttpResponse:
    """Leaves nothing of the person's behind for whoever uses the browser next; it waits for them."""
    response: HttpResponse = LogoutView.as_view()(request)
    if not request.user.is_authenticated:
        forget_cart(response)
        forget_guest(response)
        forget_viewer(response)
    return response
