from datetime import date

import pytest

from workers.demo import generate

TUESDAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def city():
    return generate(1, TUESDAY)


@pytest.fixture(scope="session")
def tight_city():
    return generate(1, TUESDAY, tight=True)
