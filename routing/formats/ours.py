"""Our own problem and plan as JSON: strict, so that a mistyped key is an error and not a default.

Errors are ``routing.problem.validate.InputErrors`` with path, cause and remedy.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
import rfc8785

from routing.plan import Plan
from routing.problem.errors import InputError, InputErrors
from routing.problem.hashing import canonical_bytes
from routing.problem.problem import Problem
from routing.problem.validate import validate

_T = TypeVar("_T", Problem, Plan)
_AT = re.compile(r"^(?P<cause>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_KINDS = (
    ("unknown field", "E1003", "remove the key, or correct its spelling"),
    ("missing required field", "E1004", "add the key"),
    ("Invalid enum value", "E1005", "use one of the values that the schema lists"),
    ("Expected", "E1006", "give a value of the type and range that the schema asks for"),
)


def read_problem(data: bytes) -> Problem:
    """Reads and validates a problem.

    Raises:
        InputErrors: not JSON, not our format, or the contents contradict themselves.
    """
    problem = _decode(data, Problem, "greenfreight-problem")
    errors = validate(problem)
    if errors:
        raise InputErrors(errors)
    return problem


def write_problem(problem: Problem) -> bytes:
    """The problem's canonical JSON, so that its SHA-256 is the problem's name."""
    return _encode(problem)


def read_plan(data: bytes) -> Plan:
    """Reads a plan; whether it holds is the checker's question.

    Raises:
        InputErrors: not JSON or not our format.
    """
    return _decode(data, Plan, "greenfreight-plan")


def write_plan(plan: Plan) -> bytes:
    """The plan's canonical JSON, ``run`` included."""
    return _encode(plan)


def _encode(record: Problem | Plan) -> bytes:
    try:
        return canonical_bytes(record)
    except rfc8785.CanonicalizationError as error:
        raise InputErrors([_too_large(error)]) from error


def _too_large(error: Exception) -> InputError:
    return InputError(
        code="E1007",
        path="$",
        cause=f"a number that JSON cannot carry exactly: {error}",
        remedy="keep whole numbers below 2**53 and other numbers finite",
    )


def _decode(data: bytes, kind: type[_T], form: str) -> _T:
    try:
        head = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputErrors(
            [
                InputError(
                    code="E1001",
                    path="$",
                    cause=f"not JSON: {error}",
                    remedy="send one JSON object in UTF-8",
                )
            ]
        ) from error
    given = (head.get("format"), head.get("version")) if isinstance(head, dict) else (None, None)
    if given != (form, 1):
        raise InputErrors(
            [
                InputError(
                    code="E1002",
                    path="$.format",
                    cause=f"format {given[0]!r} version {given[1]!r}, not {form!r} version 1",
                    remedy=f'begin with "format": "{form}", "version": 1',
                )
            ]
        )
    try:
        record = msgspec.convert(head, kind)
        canonical_bytes(record)
    except msgspec.ValidationError as error:
        raise InputErrors([_schema_error(str(error))]) from error
    except rfc8785.CanonicalizationError as error:
        raise InputErrors([_too_large(error)]) from error
    return record


def _schema_error(text: str) -> InputError:
    match = _AT.match(text)
    cause, path = (match["cause"], match["path"] or "$") if match else (text, "$")
    for word, code, remedy in _KINDS:
        if word in cause:
            return InputError(code=code, path=path, cause=cause, remedy=remedy)
    return InputError(
        code="E1006", path=path, cause=cause, remedy="give a value that the schema allows"
    )
