"""Products in the Django admin: its look, permissions and history, over the repository. Nothing counts or scans."""

from catalog.admin.exports import ExportAdmin
from catalog.admin.imports import ImportAdmin
from catalog.admin.product_types import ProductTypeAdmin
from catalog.admin.products import ProductAdmin

__all__ = ["ExportAdmin", "ImportAdmin", "ProductAdmin", "ProductTypeAdmin"]
