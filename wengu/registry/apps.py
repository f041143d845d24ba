from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """台账"""

    name = "wengu.registry"
    verbose_name = "台账"
