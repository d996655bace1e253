"""Invoices and credit notes over REST: a list of what there is, and each as a PDF."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders import queries
from orders.api.expansions import DocumentSerializer
from orders.api.orders import ORDER_KEY, order_of
from orders.api.refusals import refusing
from orders.services.issue_invoice import NothingToInvoice, issue_invoice
from orders.views.invoice import pdf_response
from shopcloud.lib import clock
from shopcloud.lib.paging import page, page_schema
from shopcloud.lib.problems import Problem

CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="opaque; take it from `next`")
PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class PdfRenderer(BaseRenderer):
    """Lets clients ask for `application/pdf`; a problem document is still JSON."""

    media_type, format, charset, render_style = "application/pdf", "pdf", None, "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return json.dumps(data).encode()


class DocumentsView(APIView):
    partner_scopes = {"GET": "orders:read"}

    @extend_schema(
        operation_id="order_documents", parameters=[ORDER_KEY, CURSOR], responses=page_schema(DocumentSerializer)
    )
    def get(self, request: Request, number: str) -> Response:
        """The order's invoice and credit notes, oldest first."""
        order = order_of(request, number)
        with refusing():
            found, more = queries.document_page(order, cursor=request.query_params.get("cursor"))
        shown: Any = found
        told = DocumentSerializer(shown, many=True, context={"request": request}).data
        return Response(page(request, told, next=more))


class DocumentView(APIView):
    partner_scopes = {"GET": "orders:read"}
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(operation_id="order_document", parameters=[ORDER_KEY], responses=PDF)
    def get(self, request: Request, number: str, document_number: str) -> HttpResponse:
        """One of them as a PDF."""
        try:
            return pdf_response(queries.document_of(order_of(request, number), document_number))
        except queries.DocumentNotFound as error:
            raise Http404(str(error)) from None


class InvoiceView(APIView):
    partner_scopes = {"GET": "orders:read"}
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(operation_id="order_invoice", parameters=[ORDER_KEY], responses=PDF)
    def get(self, request: Request, number: str) -> HttpResponse:
        """The invoice of a paid order as a PDF; 409 `not_invoiced` before it is paid."""
        order = order_of(request, number)
        try:
            return pdf_response(issue_invoice(order_number=order.number, now=clock.now()))
        except NothingToInvoice as refusal:
            raise Problem(409, "not_invoiced", str(refusal)) from None
