from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "shopcloud.wiring"

    def ready(self) -> None:
        from shopcloud.wiring import checks as checks
        from shopcloud.wiring import privacy, product_imports, telling

        privacy.register()
        product_imports.register()
        telling.install()
