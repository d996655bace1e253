"""A download's link that works once, in the hands of many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.domain import Kind
from orders import downloads
from orders.downloads import DownloadGone
from orders.models import DownloadGrant
from orders.proofs import goods
from orders.proofs.race import Control, Count
from shopcloud.lib import clock


@dataclass(frozen=True, slots=True)
class Downloads:
    links: int
    at_once: int

    name = "downloads"
    over_http = False
    control = Control(guards=("downloads.redeem",))

    @property
    def claim(self) -> str:
        return f"{self.links} links are opened {self.at_once} times at once: each serves its file once"

    def prepare(self) -> Sequence[str]:
        product = goods.on_sale(kind=Kind.DIGITAL)
        for _ in range(self.links):
            goods.paid(product)
        tokens = DownloadGrant.objects.values_list("token", flat=True)
        return [token for token in tokens for _ in range(self.at_once)]

    def attempt(self, job: str, shop_address: str) -> str:
        try:
            downloads.redeem(token=job, now=clock.now())
        except DownloadGone:
            return "refused"
        return "served"

    def count(self, answers: Counter[str]) -> Count:
        redeemed = DownloadGrant.objects.filter(redeemed_at__isnull=False).count()
        breaches = []
        if (redeemed, answers["served"]) != (self.links, self.links):
            breaches.append(f"{answers['served']} files were served for {redeemed} of {self.links} links")
        if answers["refused"] != self.links * (self.at_once - 1):
            breaches.append(f"answered {dict(answers)}")
        return Count(answers["served"], answers["refused"], breaches)
