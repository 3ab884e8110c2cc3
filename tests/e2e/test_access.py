"""axe-core finds nothing serious on any page; no page speaks two languages."""

from __future__ import annotations

import pytest

from tests.e2e import access
from tests.e2e.browser import chromium
from tests.street import PHONE
from tests.webapp.public import public_links


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


def opened(page, server, public) -> None:
    """The driver's day, once plate and phone were told."""
    page.goto(f"{server}/d/{public.tokens['driver'][0]}")
    page.fill("#plate", public.driven.street.plate)
    page.fill("#digits", PHONE[-4:])
    page.locator("form button[type=submit]").click()
    page.wait_for_selector("body[data-usable]")


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_every_page_that_is_open_to_all(browser, server, web, language, locale):
    """Whoever has not logged in: by the front door, by a wrong door, or with a link in hand."""
    public = public_links(web)
    data = access.data_of(web)
    links = [token for kind in public.tokens.values() for token in kind]
    context = browser.new_context(
        locale=locale, viewport=dict(zip(("width", "height"), access.SIZES["en"], strict=True))
    )
    context.add_init_script(f"if (self === top) {{ {access.AXE.read_text(encoding='utf-8')} }}")
    page = context.new_page()
    first = ["/login", "/no-such-page", "/d/x" + links[0][1:]]
    first += [f"/d/{public.tokens['driver'][0]}"]
    first += [f"/t/{token}" for token in public.tokens["tracking"]]
    first += [f"/invitations/{token}" for token in public.tokens["invitation"]]
    wrong: list[str] = []
    for address in (*first, None):
        if address is None:
            opened(page, server, public)
        else:
            page.goto(server + address)
        spoken = access.foreign(access.said(page), language, data)
        at = f"{language} {address or 'the driver, let in'}"
        wrong += [f"{at}: {one}" for one in (*spoken, *access.faults(page))]
    context.close()
    assert not wrong, "\n".join(wrong)
