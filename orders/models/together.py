from django.db import models


class TogetherRun(models.Model):
    """One count of what is bought together, over the days up to `last_day`; it goes on at `next_day`."""

    last_day = models.DateField(unique=True)
    next_day = models.DateField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.last_day}"


class BasketPair(models.Model):
    """While a run counts: somebody bought both products; both the same, the one. `buyer` is a hash of an address.

    A buyer counts once, however often they order. Emptied at the end of a run.
    """

    product_id = models.CharField(max_length=40)
    other_id = models.CharField(max_length=40)
    buyer = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product_id", "other_id", "buyer"], name="basket_pair_once_per_buyer")
        ]

    def __str__(self) -> str:
        return f"{self.product_id} + {self.other_id}"


class BoughtTogether(models.Model):
    """`buyers` people bought both; `lift` is how many times more often than if one said nothing of the other.

    `rank` 1 is shown first. Both directions of a pair are rows of their own.
    """

    product_id = models.CharField(max_length=40)
    other_id = models.CharField(max_length=40)
    buyers = models.PositiveIntegerField()
    lift = models.FloatField()
    rank = models.PositiveSmallIntegerField()
    counted_to = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product_id", "other_id"], name="bought_together_once_per_pair")]

    def __str__(self) -> str:
        return f"{self.product_id} + {self.other_id}"
