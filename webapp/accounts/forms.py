"""Forms of log-in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, NumberRange


class LogInForm(FlaskForm):
    """Name and password."""

    login = StringField(
        _l("登录名"),
        validators=[DataRequired(_l("请填写登录名")), Length(max=200)],
        render_kw={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("密码"),
        validators=[DataRequired(_l("请填写密码")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(FlaskForm):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(
        _l("验证码"),
        validators=[DataRequired(_l("请填写验证码")), Length(max=40)],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
            "autocapitalize": "characters",
        },
    )


def _new_password() -> PasswordField:
    return PasswordField(
        _l("新密码"),
        validators=[
            DataRequired(_l("请填写新密码")),
            Length(min=10, max=500, message=_l("至少 10 个字符")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def _again() -> PasswordField:
    return PasswordField(
        _l("再次输入新密码"),
        validators=[EqualTo("new", _l("两次输入不一致"))],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(FlaskForm):
    """One's own new password."""

    current = PasswordField(
        _l("当前密码"),
        validators=[DataRequired(_l("请填写当前密码")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )
    new = _new_password()
    again = _again()


class ConfirmForm(FlaskForm):
    """The password once more, before the second factor is changed."""

    password = PasswordField(
        _l("当前密码"),
        validators=[DataRequired(_l("请填写当前密码")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class JoinForm(FlaskForm):
    """What an invited person chooses."""

    login = StringField(
        _l("登录名"),
        validators=[DataRequired(_l("请填写登录名")), Length(max=60)],
        render_kw={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"},
    )
    new = _new_password()
    again = _again()


class NewPasswordForm(FlaskForm):
    """A new password by a link."""

    new = _new_password()
    again = _again()


class TokenForm(FlaskForm):
    """A new token of one's own account."""

    name = StringField(_l("用途"), validators=[DataRequired(_l("请填写用途")), Length(max=80)])
    days = IntegerField(
        _l("有效天数"),
        default=90,
        validators=[InputRequired(), NumberRange(1, 365, _l("须在 1 到 365 天之间"))],
    )
    scopes = SelectMultipleField(_l("权限范围"), validators=[InputRequired(_l("至少选一项"))])
