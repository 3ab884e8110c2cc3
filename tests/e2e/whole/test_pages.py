"""Every page of every role fits a phone; ``make screenshots`` judges both sizes and photographs."""

from __future__ import annotations

from tests.e2e import screenshots

PHONE = ((390, 844),)
LED_SOMETIMES = {
    "/permits/batches/<uuid:batch_id>": "the demo has no applications handed in together",
    "/permits/applications/<application_id>/paper": "of decided ones; the walk opens another",
}
"""Pages that only some things lead to, not the one of each kind that is opened."""


def test_every_page_of_every_role_fits_a_phone_and_is_led_to(people, product):
    day = screenshots.demo_day(people, product)
    first = {
        "dispatcher": (f"/plans/{product.plan}?route=A1", "/execution/"),
        "shipper": (screenshots.begin_an_import(people, product, day),),
        **screenshots.on_the_street(people, product),
    }
    faults, led = [], {}
    for role in dict.fromkeys(account.role for account in product.accounts):
        visit = screenshots.Visit(role, first.get(role, ()), day, PHONE)
        told, opened = screenshots.tour(people, product, visit, None)
        faults += told
        for rule, was in opened.items():
            led[rule] = was or led.get(rule, False)
    assert not faults, "\n".join(faults)
    assert {rule for rule, was in led.items() if not was} <= LED_SOMETIMES.keys()
