"""Django's entry for the sites."""

from __future__ import annotations

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """What people set up for capture."""

    name = "headwater.web.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
