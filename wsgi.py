"""The application as gunicorn and ``flask --app wsgi`` find it."""

from webapp import create_app
from workers.settings import Settings

app = create_app(Settings.from_env())
