"""What PostgreSQL holds of the catalog: products live in DynamoDB; here are their names, permissions, earlier versions,
the imports and exports of files, what is planned for them, and their types.

Versions are rows because they are written in one transaction with the outbox, name their author by a key that is let go
with the person, and are only read by staff; DynamoDB's tables stay sized for the shop's own reads.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.curated_models import Collection as Collection
from catalog.curated_models import CollectionItem as CollectionItem
from catalog.curated_models import FeaturedProduct as FeaturedProduct
from catalog.curated_models import FormerSlug as FormerSlug
from catalog.look_models import ImportLook as ImportLook
from catalog.picture_models import KnownPicture as KnownPicture
from catalog.reindexing_models import Reindexing as Reindexing
from catalog.type_models import ProductType as ProductType
from catalog.type_models import TypeAttribute as TypeAttribute

MOST_ATTEMPTS = 5


class CatalogProduct(models.Model):
    """A product as the admin's permissions and history know it."""

    product_id = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=200)

    class Meta:
        managed = False
        verbose_name = _("product")
        verbose_name_plural = _("products")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.title


class CatalogReview(models.Model):
    """A buyer's review as the admin's permissions and history know it."""

    key = models.CharField(max_length=80, primary_key=True)
    title = models.CharField(max_length=200)

    class Meta:
        managed = False
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.title


class CatalogCategory(models.Model):
    """A category as the admin's permissions and history know it."""

    path = models.CharField(max_length=200, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        managed = False
        verbose_name = "category"
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class CategoryMove(models.Model):
    """A branch of the tree on its way from `old` to `new`, into what stands there already where `merge` says so.

    The row says what is due: a running move without a lease, or with one that ran out, is anybody's to go on with.
    One runs at a time, so that no move cuts across another. `plan` maps the products of the chunk being written to the
    versions they had. From `switched_at` on the old categories are gone, and late products are looked for once more.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"

    old = models.CharField(max_length=200)
    new = models.CharField(max_length=200)
    merge = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    switched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    products = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    plan = models.JSONField(null=True, blank=True)
    lease = models.CharField(max_length=36, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        default_permissions = ()
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state="running"), name="category_move_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"

    @property
    def percent(self) -> int:
        return min(100 * self.done // self.products, 100) if self.products else 0


class CategoryRedirect(models.Model):
    """Where a category that moved stands now. It speaks for all below `old`, unless the tree has a category there."""

    old = models.CharField(max_length=200, unique=True, verbose_name="old path")
    new = models.CharField(max_length=200, db_index=True, verbose_name="leads to")
    created_at = models.DateTimeField(verbose_name="since")

    class Meta:
        verbose_name = "category redirect"
        default_permissions = ("view", "delete")
        ordering = ("old",)

    def __str__(self) -> str:
        return f"/c/{self.old}/"


class ProductImport(models.Model):
    """A file of products on its way into the catalog. `products_done` of its products, in the file's order, are saved.

    The row says what is due: a confirmed import without a lease, or with one that ran out, is anybody's to go on with.
    `plan` is what the chunk at the checkpoint was found to do, so that doing it again counts the same.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Waiting for a look"
        CONFIRMED = "confirmed", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    name = models.CharField(max_length=200)
    file = models.CharField(max_length=200)
    mapping = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    products = models.PositiveIntegerField(default=0)
    products_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    plan = models.JSONField(null=True, blank=True)
    lease = models.CharField(max_length=36, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "product import"
        default_permissions = ("view", "add")
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("leased_until",), condition=models.Q(state="confirmed"), name="import_due"),
            models.Index(fields=("-created_at",), name="import_newest"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        return 100 * self.products_done // self.products if self.products else 0

    @property
    def is_stuck(self) -> bool:
        """Its workers died again and again: it waits until staff try again."""
        return self.state == self.State.CONFIRMED and self.attempts >= MOST_ATTEMPTS


class ImportProblem(models.Model):
    """A row of the file that was not imported, and why. Line 0 speaks of a product as a whole."""

    product_import = models.ForeignKey(ProductImport, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)

    class Meta:
        default_permissions = ()
        ordering = ("line", "pk")
        constraints = (models.UniqueConstraint(fields=("product_import", "line", "field"), name="import_problem_once"),)

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.reason}"


class ProductExport(models.Model):
    """A file of products on its way out of the catalog: all of them, or those that a list of staff's shows.

    `file` is where it is written to, to be read once the export is finished, and "" when it is no longer kept. The row
    says what is due: one that runs without a lease, or with one that ran out, is anybody's to make from the start.
    `unpacked`: what a workbook of `size` bytes unpacks to.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        JSONL = "jsonl", "JSON Lines"

    format = models.CharField(max_length=5, choices=Format.choices)
    text = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=10, blank=True, default="")
    category = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    unpacked = models.PositiveBigIntegerField(default=0, db_default=0)
    products = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=36, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "product export"
        default_permissions = ("view", "add")
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("leased_until",), condition=models.Q(state="running"), name="export_due"),
            models.Index(fields=("-created_at",), name="export_newest"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"products-{self.created_at:%Y-%m-%d-%H%M}.{self.format}"

    @property
    def what(self) -> str:
        """Which products, in words."""
        parts = [self.status, f"in {self.category}" if self.category else "", f"“{self.text}”" if self.text else ""]
        return " ".join(part for part in parts if part) or "all products"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.FINISHED and bool(self.file)

    @property
    def is_stuck(self) -> bool:
        """Its workers died again and again."""
        return self.state == self.State.RUNNING and self.attempts >= MOST_ATTEMPTS


class ProductSchedule(models.Model):
    """What is to happen to a product at `due_at` by itself. `refused` is why it could not: then staff decide."""

    class Action(models.TextChoices):
        PUBLISH = "publish", "On sale"
        ARCHIVE = "archive", "Off sale"

    product_id = models.CharField(max_length=40)
    action = models.CharField(max_length=10, choices=Action.choices)
    due_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    refused = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("product_id", "action"), name="product_schedule_once"),)
        indexes = (
            models.Index(fields=("due_at",), condition=models.Q(refused=""), name="product_schedule_due"),
            models.Index(fields=("due_at",), condition=~models.Q(refused=""), name="product_schedule_refused"),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: {self.action} at {self.due_at}"


class ProductVersion(models.Model):
    """A product as one write left it. `author` is empty for imports, and for people who are gone.

    `edit` names the bulk edit that wrote it, where one did: what undoes the edit is the version before.
    """

    product_id = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    record = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField()
    edit = models.UUIDField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("product_id", "version"), name="product_version_once"),)
        indexes = (models.Index(fields=("edit",), condition=models.Q(edit__isnull=False), name="product_version_edit"),)

    def __str__(self) -> str:
        return f"{self.product_id} version {self.version}"
