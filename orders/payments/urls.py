from django.urls import path

from orders.payments import views, webhooks

urlpatterns = [
    path("payments/webhooks/<slug:gateway_name>/", webhooks.webhook, name="payment-webhook"),
    path("payments/return/<str:number>/<slug:signature>/", views.payment_return, name="payment-return"),
    path("sandbox-pay/<str:charge_id>/", views.sandbox_pay, name="sandbox-pay"),
]
