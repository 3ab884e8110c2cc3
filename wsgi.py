"""The application as gunicorn and ``flask --app wsgi`` find it."""

import sys

from webapp import create_app
from workers.settings import Settings, SettingsError

try:
    app = create_app(Settings.from_env())
except SettingsError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
