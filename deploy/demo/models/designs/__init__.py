"""Every design of the shop's own range, by name."""

from __future__ import annotations

from deploy.demo.models.design import Design
from deploy.demo.models.designs import decor, furniture, lighting, studio, tableware

DESIGNS: dict[str, Design] = {
    design.name: design
    for design in (
        *lighting.DESIGNS,
        *furniture.DESIGNS,
        *tableware.DESIGNS,
        *decor.DESIGNS,
        *studio.DESIGNS,
    )
}
