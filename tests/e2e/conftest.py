"""The application of ``tests/webapp`` behind a real server, and a real browser."""

from __future__ import annotations

import threading

import pytest
from werkzeug.serving import make_server

from tests.e2e.browser import chromium
from tests.webapp.conftest import web  # noqa: F401 - the fixture


@pytest.fixture
def server(web):  # noqa: F811 - the fixture of that name
    """The web's address while a test runs."""
    made = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join(timeout=10)
    made.server_close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started
