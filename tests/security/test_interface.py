"""schemathesis over the interface's own description: whatever it allows, and much that it does not.

Every operation, with tokens of several roles, in process. Nothing breaks (no 5xx), every answer is
one that the description names, in the form that it says. Small and the same in every run.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.webapp.conftest import Web
from tests.webapp.filling import filled_web

ROLES = ("dispatcher", "shipper", "admin")
EXAMPLES = 4
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def filled(spatialite_databases, tmp_path_factory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("interface")
    with spatialite_databases.fresh() as database, filled_web(database, folder) as web:
        yield web


def _told(fault: FailureGroup) -> str:
    return "; ".join(str(part)[:600] for part in fault.exceptions)


def tried(operation, headers, mode, faults):
    """Call one operation a few times; what is wrong goes into ``faults``."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), key=st.uuids(version=4))
    def call(case, key: uuid.UUID) -> None:
        given_headers = {**headers, "Idempotency-Key": str(key)}
        try:
            case.call_and_validate(headers=given_headers, checks=list(CHECKS))
        except FailureGroup as fault:  # gathered, so that one run tells all
            faults.append(f"{operation.method.upper()} {operation.path}: {_told(fault)}")

    call()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("role", ROLES)
def test_the_interface_is_as_it_says(filled, role, mode):
    filled.app.config["PROPAGATE_EXCEPTIONS"] = False
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", filled.app)
    headers = filled.bearer(role)
    faults: list[str] = []
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        try:
            tried(operation, headers, mode, faults)
        except Unsatisfiable:  # nothing in it that could be negated
            continue
    assert len(operations) > 20
    assert not faults, "\n\n".join(dict.fromkeys(faults))
