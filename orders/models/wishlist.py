from django.conf import settings
from django.db import models


class Wishlist(models.Model):
    """What a person would like to have. `items` maps a product's id to {sku, at, price, currency}: when it was added
    (milliseconds) and what it cost then. Who knows `share_token` may look at the list.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishlist")
    items = models.JSONField(default=dict)
    # NULL, not empty: it is unique, and most lists are not shared.
    share_token = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001

    def __str__(self) -> str:
        return f"{len(self.items)}"
