"""Reviews in the admin: what waits for staff, the longest first, and what was published of a product."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from catalog import queries, services
from catalog.domain import PRODUCT_ID
from catalog.models import CatalogReview
from catalog.repository import BadCursor
from catalog.review_desk import MAX_REASON
from catalog.reviews import MAX_REPLY, InvalidReview, Review, ReviewMoved, ReviewStatus, SpokenReview
from shopcloud.lib import audit

LIST, CHANGE = "admin:catalog_catalogreview_changelist", "admin:catalog_catalogreview_change"
MOST_CHOSEN = 50
_LOG = {"publish": "Published.", "reject": "Refused: {reason}", "reply": "Answered."}


class AnswerForm(forms.Form):
    """What staff say of one review. `version` is the one they read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reply = forms.CharField(
        label=gettext_lazy("Public answer of the shop"),
        max_length=MAX_REPLY,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, if you refuse it or take it off the page"),
        max_length=MAX_REASON,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


@admin.register(CatalogReview)
class ReviewAdmin(ModelAdmin):  # type: ignore[misc]
    """Buyers' words are published or refused, never edited; what was refused by mistake is published after all."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.list_page), name="catalog_catalogreview_changelist"),
            path("answers/", wrap(require_POST(self.publish_chosen)), name="catalog_catalogreview_answers"),
            path("<str:object_id>/change/", wrap(self.change_page), name="catalog_catalogreview_change"),
            path("<str:object_id>/history/", wrap(self.history_view), name="catalog_catalogreview_history"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> CatalogReview | None:
        """For the history page: the words under which the log shows the review."""
        return _row(_said(object_id).review)

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """What waits; with `?product=<id>` what shoppers read of that product, with `?refused=1` what staff refused."""
        self._demand(self.has_view_permission(request))
        product_id, cursor = request.GET.get("product", "").strip(), request.GET.get("cursor") or None
        if not PRODUCT_ID.fullmatch(product_id):
            product_id = ""
        refused = bool(request.GET.get("refused")) and not product_id
        try:
            if product_id:
                published = queries.reviews_of(product_id, cursor=cursor)
                rows, following = [_shown(review) for review in published.reviews], published.next
            else:
                waiting = (queries.rejected_reviews if refused else queries.waiting_reviews)(cursor=cursor)
                rows, following = [_shown(one.review, one) for one in waiting.reviews], waiting.next
        except BadCursor:
            return redirect(LIST)
        products = queries.products_by_id(dict.fromkeys(row["review"].product_id for row in rows))
        for row in rows:
            row["product"] = products.get(row["review"].product_id)
        context = {
            **self._context(request, _("Reviews")),
            "rows": rows,
            "next": following,
            "product_id": product_id,
            "refused": refused,
            "which": urlencode({"product": product_id} if product_id else {"refused": 1} if refused else {}),
            "may_choose": self.has_change_permission(request) and not (product_id or refused),
        }
        return TemplateResponse(request, "admin/catalog/review_list.html", context)

    def publish_chosen(self, request: HttpRequest) -> HttpResponse:
        """Publish the chosen reviews in the version that was on the page; each is its own conditional write."""
        self._demand(self.has_change_permission(request))
        published = moved = 0
        chosen = request.POST.getlist("review")[:MOST_CHOSEN]
        for name in chosen:
            key, _dot, version = name.rpartition(".")
            product_id, review_id = _ids(key)
            try:
                said = services.answer_review(
                    product_id=product_id, review_id=review_id, version=_number(version), publish=True
                )
            except ReviewMoved:
                moved += 1
                continue
            published += 1
            _note({"status": ReviewStatus.PENDING, "reply": "", "reason": ""}, said)
            self.log_change(request, _row(said.review), _LOG["publish"])
        if not chosen:
            messages.warning(request, _("Choose reviews first."))
        if published:
            messages.success(
                request, ngettext("%d review was published.", "%d reviews were published.", published) % published
            )
        if moved:
            messages.error(request, _("%d of them were changed or answered meanwhile. Look at them once more.") % moved)
        return redirect(LIST)

    def change_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self._demand(self.has_view_permission(request))
        said = _said(object_id)
        if request.method != "POST":
            form = AnswerForm(initial={"version": said.version, "reply": said.review.reply})
            return self._answer_page(request, said, form)
        self._demand(self.has_change_permission(request))
        form = AnswerForm(request.POST)
        if form.is_valid() and self._answer(request, said, form):
            messages.success(request, _("Your answer to “%(title)s” was saved.") % {"title": _row(said.review)})
            return redirect(LIST)
        return self._answer_page(request, said, form)

    def _answer(self, request: HttpRequest, said: SpokenReview, form: AnswerForm) -> bool:
        do, given = request.POST.get("do", ""), form.cleaned_data
        of_review: dict[str, Any] = {
            "product_id": said.review.product_id,
            "review_id": said.review.review_id,
            "version": given["version"],
        }
        try:
            if do == "reply":
                answered = services.reply_to_review(**of_review, reply=given["reply"])
            elif do in {"publish", "reject"}:
                answered = services.answer_review(
                    **of_review, publish=do == "publish", reason=given["reason"], reply=given["reply"]
                )
            else:
                form.add_error(None, _("Choose what to do with the review."))
        except InvalidReview as error:
            for field, reason in error.errors.items():
                form.add_error(field if field in form.fields else None, reason)
        except ReviewMoved as error:
            form.add_error(None, str(error))
        if form.errors:
            return False
        _note(_standing(said), answered)
        self.log_change(request, _row(said.review), _LOG[do].format(reason=given["reason"]))
        return True

    def _answer_page(self, request: HttpRequest, said: SpokenReview, form: AnswerForm) -> HttpResponse:
        product = queries.products_by_id([said.review.product_id]).get(said.review.product_id)
        context = {
            **self._context(request, str(_row(said.review))),
            "said": said,
            "review": said.review,
            "product": product,
            "key": key_of(said.review),
            "form": form,
            "is_public": said.status is ReviewStatus.PUBLISHED,
            "is_refused": said.status is ReviewStatus.REJECTED,
            "may_answer": self.has_change_permission(request) and said.status is not ReviewStatus.WITHDRAWN,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/catalog/review_form.html", context, status=status)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "subtitle": None}

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied


def _note(before: dict[str, str], after: SpokenReview) -> None:
    """Reviews are no rows: how staff answered one is said here, without what its buyer wrote."""
    key = key_of(after.review)
    audit.note(model="catalog.catalogreview", object_id=key, name=key, before=before, after=_standing(after))


def _standing(said: SpokenReview) -> dict[str, str]:
    return {"status": said.status, "reply": said.review.reply, "reason": said.reason}


def key_of(review: Review) -> str:
    """What names a review in the admin's addresses and log."""
    return f"{review.product_id}.{review.review_id}"


def _ids(key: str) -> tuple[str, str]:
    product_id, _dot, review_id = key.partition(".")
    return product_id or "-", review_id[:64]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _said(key: str) -> SpokenReview:
    said = queries.said_review(*_ids(key))
    if said is None:
        raise Http404(key)
    return said


def _shown(review: Review, said: SpokenReview | None = None) -> dict[str, Any]:
    return {"review": review, "key": key_of(review), "version": said.version if said else 0}


def _row(review: Review) -> CatalogReview:
    return CatalogReview(key=key_of(review), title=f"{review.rating}★ {review.title or review.body[:60]}"[:200])
