"""The range in words: what each design is called, who makes it, what it costs, what people say."""

from __future__ import annotations

from deploy.demo.goods import decor, furniture, lighting, studio, tableware
from deploy.demo.goods.entry import Goods

GOODS: tuple[Goods, ...] = (*lighting.GOODS, *furniture.GOODS, *tableware.GOODS, *decor.GOODS, *studio.GOODS)
