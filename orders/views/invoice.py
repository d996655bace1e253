"""An order's invoice and credit notes as PDF, for whoever may open the order."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from orders import queries
from orders.access import remember_order, token_for
from orders.models import Invoice, Order
from orders.services.issue_invoice import NothingToInvoice, issue_invoice
from shopcloud.lib import clock


@never_cache
@require_GET
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """The invoice of a paid order, made now if nobody asked before. `?key=<token>` opens it from a mail."""
    found = _order(request, number)
    if "key" in request.GET:
        response = redirect(request.path)
        remember_order(request, response, number=found.number, token=found.access_token)
        return response
    try:
        return pdf_response(issue_invoice(order_number=found.number, now=clock.now()))
    except NothingToInvoice as refusal:
        raise Http404(str(refusal)) from None


@never_cache
@require_GET
def document(request: HttpRequest, number: str, document_number: str) -> HttpResponse:
    """One of the order's documents by its own number."""
    try:
        return pdf_response(queries.document_of(_order(request, number), document_number))
    except queries.DocumentNotFound as error:
        raise Http404(str(error)) from None


def pdf_response(found: Invoice) -> HttpResponse:
    """The document for a browser to show, under the name it is kept by."""
    headers = {"Content-Disposition": f'inline; filename="{found.filename}"'}
    # What draws it takes 20 MB of memory: only processes that draw one load it.
    from orders.invoices.document import pdf

    return HttpResponse(pdf(found), content_type="application/pdf", headers=headers)


def _order(request: HttpRequest, number: str) -> Order:
    user = request.user if request.user.is_authenticated else None
    token = request.GET.get("key") or token_for(request, number)
    try:
        return queries.order_for(number=number, user=user, token=token)
    except queries.OrderNotFound:
        raise Http404(number) from None
