"""Products in the Django admin: its look, permissions and history, over the repository. Nothing counts or scans."""

from catalog.admin.categories import CategoryAdmin, CategoryRedirectAdmin
from catalog.admin.collections import CollectionAdmin
from catalog.admin.exports import ExportAdmin
from catalog.admin.featured import FeaturedProductAdmin
from catalog.admin.imports import ImportAdmin
from catalog.admin.product_types import ProductTypeAdmin
from catalog.admin.products import ProductAdmin
from catalog.admin.reviews import ReviewAdmin

__all__ = [
    "CategoryAdmin",
    "CategoryRedirectAdmin",
    "CollectionAdmin",
    "ExportAdmin",
    "FeaturedProductAdmin",
    "ImportAdmin",
    "ProductAdmin",
    "ProductTypeAdmin",
    "ReviewAdmin",
]
