"""Cart, checkout, orders, their payments and downloads: one buyer's pages."""

from django.urls import path, re_path

from orders import download_views
from orders.views import (
    cart,
    checkout,
    codes,
    invoice,
    lookup,
    order,
    returns,
    review,
    saved_items,
    stock_alert,
    together,
    wishlist,
)

urlpatterns = [
    path("cart/", cart.cart, name="cart"),
    path("cart/badge/", cart.cart_badge, name="cart-badge"),
    path("cart/codes/", codes.codes, name="cart-codes"),
    path("cart/bundle/", together.cart_bundle, name="cart-bundle"),
    path("cart/lines/", cart.cart_lines, name="cart-lines"),
    path("cart/saved/<path:sku>/", saved_items.saved_item, name="cart-saved-item"),
    path("cart/lines/<path:sku>/", cart.cart_line, name="cart-line"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/summary/", checkout.checkout_summary, name="checkout-summary"),
    path("orders/lookup/", lookup.lookup, name="order-lookup"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/payment/", order.order_payment, name="order-payment"),
    path("orders/<str:number>/cancellation/", order.order_cancellation, name="order-cancellation"),
    path("orders/<str:number>/returns/", returns.order_returns, name="order-returns"),
    path(
        "orders/<str:number>/returns/<int:return_id>/withdrawal/",
        returns.order_return_withdrawal,
        name="order-return-withdrawal",
    ),
    path("orders/<str:number>/reviews/<slug:product_id>/", review.order_review, name="order-review"),
    path(
        "orders/<str:number>/reviews/<slug:product_id>/withdrawal/",
        review.order_review_withdrawal,
        name="order-review-withdrawal",
    ),
    path("orders/<str:number>/invoice/", invoice.invoice, name="order-invoice"),
    path("orders/<str:number>/documents/<slug:document_number>/", invoice.document, name="order-document"),
    path("stock-alerts/", stock_alert.stock_alerts, name="stock-alerts"),
    path("stock-alerts/<str:key>/", stock_alert.stock_alert, name="stock-alert"),
    path("wishlist/", wishlist.wishes, name="wishlist"),
    path("wishlist/items/<slug:product_id>/", wishlist.wish, name="wish"),
    path("wishlist/items/<slug:product_id>/cart/", wishlist.wish_to_cart, name="wish-to-cart"),
    path("wishlist/removed/", wishlist.removed_wish, name="wish-removed"),
    path("wishlist/lines/<path:sku>/", wishlist.cart_line_to_wishes, name="wish-cart-line"),
    path("wishlist/link/", wishlist.wishlist_link, name="wishlist-link"),
    path("wishlist/shared/<str:token>/", wishlist.shared_wishlist, name="wishlist-shared"),
    re_path(
        r"^p/(?P<slug>[-a-z0-9]+)-(?P<product_id>[a-z0-9]{1,40})/together/$", together.together, name="product-together"
    ),
    path("account/orders/", order.order_history, name="order-history"),
    path("downloads/<str:token>/", download_views.download, name="download"),
]
