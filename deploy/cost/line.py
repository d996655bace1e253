"""One line of a bill."""

from dataclasses import dataclass

from deploy.cost.prices import prices


@dataclass(frozen=True, slots=True)
class Line:
    """`quantity` units a month of the price `price`, for the Terraform module `module` in `region`."""

    module: str
    service: str
    what: str
    region: str
    quantity: float
    price: str
    share: float = 1.0

    @property
    def usd(self) -> float:
        return self.quantity * prices()[self.price].usd * self.share
