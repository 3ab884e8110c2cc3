"""Setting targets: what a document asks of an indicator, by the bureau's own target keeper."""

from __future__ import annotations

import uuid
from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from models.errors import Invalid
from models.indicators import operations
from models.indicators.definitions import BY_CODE, Definition
from models.indicators.queries import own_district
from models.indicators.tables import IndicatorTarget
from webapp.database import database, reading
from webapp.indicators.pages import STATUSES, blueprint, target_words
from webapp.security.guard import actor
from webapp.security.permissions import needs
from webapp.things.words import choices

COMPARISONS = {"at_least": _l("不低于"), "at_most": _l("不高于"), "exists": _l("有即可")}
UNITS = {"share": _l("目标值（%）"), "ratio": _l("目标值（: 1）")}


class TargetForm(FlaskForm):
    """A target of one document."""

    source = StringField(
        _l("目标出自哪份文件"),
        validators=[DataRequired(_l("请填写目标出自哪份文件")), Length(max=operations.LONGEST)],
    )
    basis = StringField(_l("文件中的位置"), validators=[Length(max=operations.LONGEST)])
    status = SelectField(_l("文件状态"), choices=choices(STATUSES))
    comparison = SelectField(_l("比较方式"), choices=choices(COMPARISONS))
    value = StringField(_l("目标值"), validators=[Length(max=20)])
    valid_from = DateField(_l("有效期起"), validators=[Optional()])
    valid_to = DateField(_l("有效期止"), validators=[Optional()])

    def fill(self, target: IndicatorTarget, definition: Definition) -> None:
        """Show a target that is set already."""
        for name in ("source", "basis", "status", "comparison", "valid_from", "valid_to"):
            self[name].process_data(getattr(target, name))
        if target.value is not None:
            value = Decimal(target.value) * (100 if definition.unit == "share" else 1)
            self.value.process_data(f"{value.normalize():f}")


@blueprint.route("/<code>/target", methods=["GET", "POST"])
@needs("indicators:write")
def target(code: str) -> ResponseReturnValue:
    """What documents ask of an indicator, and the form for the own level's."""
    form = TargetForm()
    with reading(actor()) as session:
        rows = operations.targets_of(session, actor(), code)
        level = own_district(session, actor())
    definition = BY_CODE[code]
    form.value.label.text = UNITS.get(definition.unit, form.value.label.text)
    mine = [row for row in rows if row.district == level]
    if mine and not form.is_submitted():
        form.fill(mine[-1], definition)
    if form.validate_on_submit():
        given = operations.TargetInput(
            source=form.source.data or "",
            basis=form.basis.data or "",
            status=form.status.data,
            comparison=form.comparison.data,
            value=form.value.data or "",
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
        )
        try:
            with database().write(actor()) as session:
                operations.set_target(session, actor(), code, given)
        except Invalid as error:
            for fault in error.fields:
                form[fault.field].errors = [*form[fault.field].errors, fault.message]
        else:
            flash(_("已保存目标。"), "good")
            return redirect(url_for("indicators.target", code=code))
    page = render_template(
        "indicators/target.html",
        form=form,
        definition=definition,
        rows=rows,
        level=level,
        shown=lambda row: target_words(row, definition.unit),
        statuses=STATUSES,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/targets/<uuid:target_id>/drop")
@needs("indicators:write")
def drop_target(target_id: uuid.UUID) -> ResponseReturnValue:
    """Take a target away that was set by mistake."""
    with database().write(actor()) as session:
        code = operations.drop_target(session, actor(), target_id)
    flash(_("已删除目标。"), "good")
    return redirect(url_for("indicators.target", code=code))
