"""What each test token makes the built-in provider do: `docs/sandbox-payments.md` is the list for people."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from orders.models.sandbox import SandboxCharge

Status = SandboxCharge.Status
DECLINED = gettext_noop("The card was declined.")
NO_FUNDS = gettext_noop("The card has insufficient funds.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How a charge goes: its `status` at once, and which answers and events go astray.

    `silent` names the calls whose answer never comes, the first time they act (`start-before` never acts at all);
    `refused` those the provider will not serve. `events` are what is told: the state (None: as it is then) and the
    seconds it is late. `bounces`: a refund is accepted and comes back from the bank later.
    """

    label: Promise | str
    status: SandboxCharge.Status = Status.SUCCEEDED
    failure: str = ""
    silent: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    events: tuple[tuple[SandboxCharge.Status | None, int], ...] = ((None, 0),)
    bounces: bool = False


TOKENS: Mapping[str, Script] = {
    "tok_ok": Script(label=_("Is accepted")),
    "tok_declined": Script(label=_("Is declined"), status=Status.DECLINED, failure=DECLINED),
    "tok_no_funds": Script(label=_("Has insufficient funds"), status=Status.DECLINED, failure=NO_FUNDS),
    "tok_3ds": Script(label=_("Asks for 3-D Secure"), status=Status.REQUIRES_ACTION),
    "tok_timeout_before": Script(label=_("No answer, and not charged"), silent=frozenset({"start-before"})),
    "tok_timeout": Script(label=_("Charged, but no answer"), silent=frozenset({"start"})),
    "tok_event_twice": Script(label=_("Is accepted and told three times"), events=((None, 0), (None, 0), (None, 1))),
    "tok_event_late": Script(label=_("Is accepted and told a minute late"), events=((None, 60),)),
    "tok_event_lost": Script(label=_("Is accepted and never told"), events=()),
    "tok_events_disordered": Script(
        label=_("Is accepted; an older event comes last"), events=((None, 0), (Status.OPEN, 1))
    ),
    "tok_capture_refused": Script(label=_("Cannot be captured"), refused=frozenset({"capture"})),
    "tok_capture_timeout": Script(label=_("Captured, but no answer"), silent=frozenset({"capture"})),
    "tok_void_timeout": Script(label=_("Voided, but no answer"), silent=frozenset({"void"})),
    "tok_refund_refused": Script(label=_("Cannot be refunded"), refused=frozenset({"refund"})),
    "tok_refund_timeout": Script(label=_("Refunded, but no answer"), silent=frozenset({"refund"})),
    "tok_refund_bounced": Script(label=_("Refunds come back from the bank"), bounces=True),
}
# Those a person can try on the provider's own page: there, an answer to the shop's request cannot be lost any more.
ON_PAGE = {name: script for name, script in TOKENS.items() if not script.silent & {"start", "start-before"}}
