"""Makes the settings and the apps ready before any module that holds models is imported."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wengu.settings")
try:
    django.setup()
except ImproperlyConfigured as error:
    sys.stderr.write(f"wengu: {error}\n")
    sys.exit(2)
