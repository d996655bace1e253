"""Exports of products with the shop around them: workers are nudged to make them."""

from catalog.events import ExportAsked


def nudge(event: ExportAsked) -> None:
    """Give an export to a worker. Should the task be lost, the schedule finds the export."""
    from shopcloud.wiring.tasks import export_products

    export_products.delay(export_id=event.export_id)
