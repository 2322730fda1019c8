"""Tests of the web app. Importing this package makes Django ready, over its own directory."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.test.utils import setup_test_environment

from headwater.web import boot

_KEPT = {name: os.environ.get(name) for name in ("HEADWATER_DATA", "DJANGO_SETTINGS_MODULE")}
_ROOM = tempfile.TemporaryDirectory(prefix="headwater-web-", ignore_cleanup_errors=True)
DIRECTORY = Path(_ROOM.name)

boot.prepare(DIRECTORY)
# Django has read its settings; other tests must find the environment as it was.
for _name, _value in _KEPT.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value
setup_test_environment()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
