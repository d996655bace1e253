"""A payment provider of the proofs' own: it speaks the documented part of Stripe's API over HTTP and keeps its ledger
in a file, and the line to it can be cut."""

from orders.proofs.provider.ledger import Ledger
from orders.proofs.provider.line import Line
from orders.proofs.provider.peer import SECRET_KEY, Peer

__all__ = ["SECRET_KEY", "Ledger", "Line", "Peer"]
