"""axe-core finds nothing serious on any page; no page speaks two languages."""

from __future__ import annotations

import pytest

from tests.e2e import access
from tests.e2e.browser import chromium


@pytest.fixture(scope="module")
def browser():
    """Without the hundred files of the fonts: they change neither words nor what axe judges."""
    with chromium("--disable-remote-fonts") as started:
        yield started


@pytest.mark.parametrize("role", access.ROLES)
def test_every_page_of_a_role(browser, server, web, role):
    """In Chinese on a wide screen all that axe judges; in English on a phone what goes by size."""
    data = access.data_of(web)
    visitor = access.visit(browser, web, server, role, judged=True)
    first = [f"/plans/{web.plans['plan']}"] if role == "dispatcher" else []
    wrong: list[str] = []
    for language, rules in (("zh", ()), ("en", access.BY_SIZE)):
        visitor.log_in(language)
        for address in access.pages(visitor, first):
            at = f"{role} {language} {address}"
            spoken = access.foreign(access.said(visitor.page), language, data)
            wrong += [f"{at}: {one}" for one in (*spoken, *access.faults(visitor.page, rules))]
    visitor.context.close()
    assert not wrong, "\n".join(wrong)
