"""Makes the settings and the apps ready before any module that holds models is imported."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wengu.settings")
django.setup()
