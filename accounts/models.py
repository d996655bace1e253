"""People and their addresses."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.erasures import ErasureRequest as ErasureRequest
from accounts.exports import DataExport as DataExport
from accounts.notifications.models import MutedNotification as MutedNotification
from accounts.notifications.models import Notification as Notification
from shopcloud.lib import residency


class UserManager(DjangoUserManager["User"]):
    """Accounts without user names: the email address is the login."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":  # type: ignore[override]
        if residency.has_several():
            extra.setdefault("home_region", residency.region())
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":  # type: ignore[override]
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **extra})


class User(AbstractUser):
    """`home_region` says where a person's data lives: `us` or `eu`. Where each has a database, so does their number."""

    class Region(models.TextChoices):
        US = "us", _("United States")
        EU = "eu", _("Europe")

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("email address"), unique=True)
    home_region = models.CharField(max_length=2, choices=Region, default=Region.US)
    language = models.CharField(max_length=10, default="en")
    # Where the person chose to shop, by the market's code; empty until they do.
    market = models.CharField(max_length=8, default="", db_default="", blank=True)
    # How often the person signed out everywhere; a session holds for the count it began with.
    sign_outs = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # What stands for the person among reviews and votes, whatever their address. Nobody can guess it.
    reviewer = models.UUIDField(null=True, default=uuid4, db_default=RandomUUID(), editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        fits: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.sign_outs:
            return fits
        return salted_hmac("accounts.sign_outs", f"{fits}{self.sign_outs}", secret, algorithm="sha256").hexdigest()


class Address(models.Model):
    """A delivery address. `region` is the state or province where the country has one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(_("full name"), max_length=120)
    line1 = models.CharField(_("address"), max_length=120)
    line2 = models.CharField(_("apartment, floor"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    region = models.CharField(_("state or province"), max_length=40, blank=True)
    country = CountryField(_("country"))
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["-is_default", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(is_default=True), name="address_one_default")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class Consent(models.Model):
    """What a person allowed us to do, or took back: the newest row of a purpose counts, older ones are the proof."""

    class Purpose(models.TextChoices):
        CART_REMINDERS = "cart_reminders", _("Mails about what waits in the cart")
        # Named as the kinds of notifications that they are about.
        BACK_IN_STOCK = "back_in_stock", _("Mails about what is back in stock")
        PRICE_DROP = "price_drop", _("Mails about lower prices")

    class Source(models.TextChoices):
        PROFILE = "profile", _("profile page")
        API = "api", _("app")
        UNSUBSCRIBE = "unsubscribe", _("link in a mail")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=40, choices=Purpose)
    granted = models.BooleanField(_("granted"))
    source = models.CharField(_("source"), max_length=20, choices=Source)
    at = models.DateTimeField(_("at"))

    class Meta:
        indexes = [models.Index(fields=["user", "purpose", "-at", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'granted' if self.granted else 'taken back'}"
