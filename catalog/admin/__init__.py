"""Products in the Django admin: its look, permissions and history, over the repository. Nothing counts or scans."""

from catalog.admin.categories import CategoryAdmin, CategoryRedirectAdmin
from catalog.admin.product_types import ProductTypeAdmin
from catalog.admin.products import ProductAdmin

__all__ = ["CategoryAdmin", "CategoryRedirectAdmin", "ProductAdmin", "ProductTypeAdmin"]
