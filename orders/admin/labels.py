"""The colours of states."""

from orders.models import Order, Payment, PaymentOperation, Refund, ReturnRequest

ORDER = {
    Order.Status.DRAFT.label: "info",
    Order.Status.AWAITING_PAYMENT.label: "warning",
    Order.Status.PAID.label: "info",
    Order.Status.FULFILLED.label: "success",
    Order.Status.CANCELLED.label: "danger",
}
PAYMENT = {
    Payment.Status.CREATED.label: "warning",
    Payment.Status.PENDING.label: "warning",
    Payment.Status.REQUIRES_ACTION.label: "warning",
    Payment.Status.AUTHORISED.label: "info",
    Payment.Status.CAPTURED.label: "success",
    Payment.Status.FAILED.label: "danger",
    Payment.Status.REFUND_DUE.label: "warning",
    Payment.Status.REFUNDED.label: "info",
    Payment.Status.VOIDED.label: "info",
}
MONEY = {
    Order.PaymentStatus.UNPAID.label: "warning",
    Order.PaymentStatus.AUTHORISED.label: "info",
    Order.PaymentStatus.PAID.label: "success",
    Order.PaymentStatus.PARTIALLY_REFUNDED.label: "info",
    Order.PaymentStatus.REFUNDED.label: "info",
}
REFUND = {
    Refund.Status.CREATED.label: "warning",
    Refund.Status.SUCCEEDED.label: "success",
    Refund.Status.FAILED.label: "danger",
}
OPERATION = {
    PaymentOperation.Status.CREATED.label: "warning",
    PaymentOperation.Status.SUCCEEDED.label: "success",
    PaymentOperation.Status.FAILED.label: "danger",
}
FULFILMENT = {
    Order.FulfilmentStatus.UNFULFILLED.label: "warning",
    Order.FulfilmentStatus.PARTIALLY_FULFILLED.label: "info",
    Order.FulfilmentStatus.FULFILLED.label: "success",
    Order.FulfilmentStatus.PARTIALLY_RETURNED.label: "info",
    Order.FulfilmentStatus.RETURNED.label: "danger",
}
RETURN = {
    ReturnRequest.Status.REQUESTED.label: "warning",
    ReturnRequest.Status.APPROVED.label: "info",
    ReturnRequest.Status.DECLINED.label: "danger",
    ReturnRequest.Status.RECEIVED.label: "warning",
    ReturnRequest.Status.REFUNDED.label: "success",
}
