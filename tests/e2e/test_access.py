"""axe-core finds nothing serious on any page; no page speaks two languages."""

from __future__ import annotations

import pytest

from tests.e2e import access, gallery


@pytest.mark.parametrize("role", access.ROLES)
def test_every_page_of_a_role(browser, server, web, role):
    data = access.data_of(web)
    wrong: list[str] = []
    for language in ("zh", "en"):
        visitor = access.visit(browser, web, server, role, language)
        first = [f"/plans/{web.plans['plan']}"] if role == "dispatcher" else []
        for address in access.pages(visitor, web, first):
            at = f"{role} {language} {address}"
            spoken = access.foreign(access.said(visitor.page), language, data)
            wrong += [f"{at}: {one}" for one in spoken]
            if language == "zh":  # what axe judges does not depend on the words
                for width, height in reversed(access.SIZES):
                    visitor.page.set_viewport_size({"width": width, "height": height})
                    gallery.settle(visitor.page)
                    wrong += [f"{at} {width}: {one}" for one in access.faults(visitor.page)]
                visitor.page.set_viewport_size(
                    dict(zip(("width", "height"), access.SIZES[0], strict=True))
                )
        visitor.context.close()
    assert not wrong, "\n".join(wrong)
