"""Every race, at its full size and at the size of `--quick`. A new one is a file beside this one and a line here."""

from orders.proofs.race import Race
from orders.proofs.races.stock import Stock

FULL: tuple[Race, ...] = (Stock(buyers=500, units=50),)
QUICK: tuple[Race, ...] = (Stock(buyers=40, units=7),)
