"""Waivers turn violations that somebody answers for into ``waived``."""

from __future__ import annotations

from routing.checker.verdict import Verdict, Violation
from routing.problem import Waiver


def judge(waivers: list[Waiver], findings: list[Violation]) -> Verdict:
    """Sorts findings by whether a waiver names their rule and subject, up to its limit."""
    limits: dict[tuple[str, str], int] = {}
    for item in waivers:
        key = (item.rule, item.subject)
        limits[key] = max(limits.get(key, item.limit), item.limit)
    violated: list[Violation] = []
    waived: list[Violation] = []
    for finding in findings:
        covered = any(
            finding.amount <= limits.get((finding.rule, subject), -1)
            for subject in finding.subjects
        )
        (waived if covered else violated).append(finding)
    if violated:
        return Verdict(verdict="violated", violations=violated, waived=waived)
    return Verdict(verdict="waived" if waived else "clean", waived=waived)
