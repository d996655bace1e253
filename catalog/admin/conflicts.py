"""Two people saved the same product: who, what each changed, and whose stands, place by place.

What the second person typed travels in the page itself, signed, so nothing is lost however often others save meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from catalog import history, schedules, services
from catalog.admin.pages import gone_places, product_of, row_of
from catalog.admin.shown import Shown, name_of, shown
from catalog.admin.sku_owners import refuse_taken
from catalog.differences import Difference, Path, differences, joined
from catalog.domain import InvalidProduct, Product
from catalog.records import product_from, product_record
from catalog.repository import VersionConflict
from shopcloud.lib import clock

_SALT = "catalog.conflict"
PLANNED = ("publish_at", "archive_at")
Times = Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wanted to save. `yours.version` is the version they had opened, 0 if nobody knows it any more."""

    yours: Product
    plan: Times
    go_on: bool

    def sealed(self) -> str:
        plan = {name: time.isoformat() if time else None for name, time in self.plan.items()}
        return signing.dumps([product_record(self.yours), plan, self.go_on], salt=_SALT, compress=True)


def unsealed(text: str, product_id: str) -> Typed:
    """Raises BadRequest for what this shop did not seal for this product."""
    try:
        record, plan, go_on = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise BadRequest("This page of a conflict is not one of ours.") from None
    if record["product_id"] != product_id:
        raise BadRequest("This page of a conflict is of another product.")
    times = {name: datetime.fromisoformat(time) if time else None for name, time in plan.items()}
    return Typed(product_from(record), times, go_on)


class Conflict:
    """What was typed beside the product as it is now."""

    def __init__(self, typed: Typed, theirs: Product) -> None:
        self.typed, self.theirs = typed, theirs
        self.was = history.version_of(theirs.product_id, typed.yours.version)
        self.rows = shown(self._found(), theirs, typed.yours, self.was)

    def choose(self, given: Mapping[str, str]) -> None:
        """Take the choices of a form; what it does not say keeps its suggestion."""
        self.rows = [replace(row, chosen=given.get(row.name, row.chosen)) for row in self.rows]

    @property
    def open(self) -> list[Shown]:
        return [row for row in self.rows if row.chosen not in {"theirs", "yours"}]

    @property
    def of_yours(self) -> list[Shown]:
        return [row for row in self.rows if row.chosen == "yours"]

    def product(self) -> Product:
        """Raises InvalidProduct where what was chosen does not fit together."""
        paths = [row.path for row in self.of_yours if row.path[0] != "plan"]
        return joined(theirs=self.theirs, yours=self.typed.yours, of_yours=paths)

    def plan(self) -> dict[str, datetime | None]:
        mine = {row.path[1] for row in self.of_yours if row.path[0] == "plan"}
        now = self._planned()
        return {name: self.typed.plan[name] if name in mine else now[name] for name in PLANNED}

    def writers(self) -> list[history.ProductVersion]:
        """Who saved since the product was opened, the newest first; only what the history knows."""
        return history.versions_of(self.theirs.product_id, after=self.typed.yours.version)

    def _planned(self) -> dict[str, datetime | None]:
        plan = schedules.plans([self.theirs.product_id]).get(self.theirs.product_id, schedules.Plan())
        return {"publish_at": plan.publish_at, "archive_at": plan.archive_at}

    def _found(self) -> list[Difference]:
        """Plans have no history: where they differ, somebody has to choose."""
        now, yours = self._planned(), self.typed.plan
        plans = [
            Difference(("plan", name), None, _time(now[name]), _time(yours[name]), known=False)
            for name in PLANNED
            if now[name] != yours[name]
        ]
        return [*differences(theirs=self.theirs, yours=self.typed.yours, was=self.was), *plans]


class ConflictPages:
    def __init__(self, admin: Any) -> None:
        self.admin = admin

    def open(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        """The page of a save that came second."""
        return self._page(request, Conflict(typed, product_of(typed.yours.product_id)))

    def save(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Save what was chosen on top of the version the page showed; whoever was faster shows the page again."""
        self.admin.demand(self.admin.has_change_permission(request))
        typed, seen = unsealed(request.POST.get("typed", ""), object_id), request.POST.get("seen", "")
        conflict = Conflict(typed, product_of(object_id))
        if seen != str(conflict.theirs.version):
            conflict.choose(_still_true(conflict, seen, request.POST))
            return self._page(request, conflict)
        conflict.choose(request.POST)
        if conflict.open:
            return self._page(request, conflict, [f"Choose for “{row.label}” whose stands." for row in conflict.open])
        try:
            return self._saved(request, conflict)
        except InvalidProduct as error:
            return self._page(request, conflict, [f"{name}: {reason}" for name, reason in error.errors.items()])
        except VersionConflict:
            again = Conflict(typed, product_of(object_id))
            again.choose(_still_true(again, seen, request.POST))
            return self._page(request, again)

    def _saved(self, request: HttpRequest, conflict: Conflict) -> HttpResponse:
        product, now = conflict.product(), clock.now()
        refuse_taken(product, conflict.theirs)
        if gone := gone_places([(product, conflict.theirs)]):
            raise InvalidProduct({"category": gone[product.product_id]})
        saved = services.save_product(
            product=product, expected_version=conflict.theirs.version, now=now, author=request.user.pk
        )
        schedules.plan(product_id=saved.product_id, **conflict.plan(), author=request.user)
        self.admin.log_change(
            request, row_of(saved), [{"changed": {"fields": [row.label for row in conflict.of_yours]}}]
        )
        messages.success(request, f"“{saved.title}” was saved with what both of you changed.")
        return redirect(*self.admin.after_save(saved, conflict.typed.go_on))

    def _page(self, request: HttpRequest, conflict: Conflict, errors: list[str] | None = None) -> HttpResponse:
        theirs = conflict.theirs
        if not conflict.rows:
            # Of a save that nobody heard of the answer was lost, or telling of it failed: so it is sent once more.
            if services.tell_of_save(product=theirs, author=request.user.pk):
                messages.success(request, f"“{theirs.title}” was saved.")
            else:
                messages.info(request, f"“{theirs.title}” is as you wanted it already: somebody else saved the same.")
            return redirect(*self.admin.after_save(theirs, conflict.typed.go_on))
        context = {
            **self.admin.context(request, theirs.title),
            "conflict": conflict,
            "product": theirs,
            "writers": conflict.writers(),
            "typed": conflict.typed.sealed(),
            "errors": errors or [],
        }
        return TemplateResponse(request, "admin/catalog/product_conflict.html", context, status=409)


def _still_true(conflict: Conflict, seen: str, given: Mapping[str, str]) -> dict[str, str]:
    """The choices about places that nobody has touched since the page was shown."""
    before = history.version_of(conflict.theirs.product_id, int(seen)) if seen.isdecimal() and len(seen) < 10 else None
    if before is None:
        return {}
    touched: set[Path] = {d.path for d in differences(theirs=before, yours=conflict.theirs)}
    # Plans have no versions: whether one was touched is not known.
    paths = [row.path for row in conflict.rows if row.path[0] != "plan"]
    kept = [path for path in paths if not any(_overlap(path, other) for other in touched)]
    return {name_of(path): given[name_of(path)] for path in kept if name_of(path) in given}


def _overlap(one: Path, other: Path) -> bool:
    return one[: len(other)] == other[: len(one)]


def _time(time: datetime | None) -> str | None:
    return timezone.localtime(time).strftime("%Y-%m-%d %H:%M %Z") if time else None
