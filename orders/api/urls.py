from django.urls import path

from orders.api import carts, documents, lookup, orders, own_cart, returns, reviews, saved_items, stock_alerts, wishlist

urlpatterns = [
    path("carts/", carts.CartsView.as_view(), name="api-carts"),
    path("carts/<str:cart_id>/", carts.CartView.as_view(), name="api-cart"),
    path("carts/<str:cart_id>/shipping-methods/", carts.ShippingMethodsView.as_view(), name="api-shipping-methods"),
    path("me/cart/", own_cart.OwnCartView.as_view(), name="api-own-cart"),
    path("me/wishlist/", wishlist.WishlistView.as_view(), name="api-wishlist"),
    path("me/wishlist/<slug:product_id>/", wishlist.WishView.as_view(), name="api-wish"),
    path("me/wishlist-link/", wishlist.WishlistLinkView.as_view(), name="api-wishlist-link"),
    path("carts/<str:cart_id>/saved/<path:sku>/line/", saved_items.SavedItemLineView.as_view(), name="api-saved-line"),
    path("carts/<str:cart_id>/saved/<path:sku>/", saved_items.SavedItemView.as_view(), name="api-saved-item"),
    path("carts/<str:cart_id>/codes/<str:code>/", carts.CartCodeView.as_view(), name="api-cart-code"),
    path("carts/<str:cart_id>/lines/<path:sku>/", carts.CartLineView.as_view(), name="api-cart-line"),
    path("orders/", orders.OrdersView.as_view(), name="api-orders"),
    path("orders/lookup/", lookup.LookupView.as_view(), name="api-order-lookup"),
    path("orders/<str:number>/", orders.OrderView.as_view(), name="api-order"),
    path("orders/<str:number>/payments/", orders.PaymentsView.as_view(), name="api-order-payments"),
    path("orders/<str:number>/cancellation/", orders.CancellationView.as_view(), name="api-order-cancellation"),
    path("orders/<str:number>/invoice/", documents.InvoiceView.as_view(), name="api-order-invoice"),
    path("orders/<str:number>/documents/", documents.DocumentsView.as_view(), name="api-order-documents"),
    path(
        "orders/<str:number>/documents/<slug:document_number>/",
        documents.DocumentView.as_view(),
        name="api-order-document",
    ),
    path("orders/<str:number>/returns/", returns.ReturnsView.as_view(), name="api-order-returns"),
    path("orders/<str:number>/returns/<int:return_id>/", returns.ReturnView.as_view(), name="api-order-return"),
    path(
        "orders/<str:number>/returns/<int:return_id>/withdrawal/",
        returns.WithdrawalView.as_view(),
        name="api-order-return-withdrawal",
    ),
    path("products/<str:product_id>/reviews/<str:review_id>/", reviews.OwnReviewView.as_view(), name="api-own-review"),
    path("stock-alerts/", stock_alerts.StockAlertsView.as_view(), name="api-stock-alerts"),
    path("stock-alerts/<str:key>/", stock_alerts.StockAlertView.as_view(), name="api-stock-alert"),
]
