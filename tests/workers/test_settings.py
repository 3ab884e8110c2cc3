from __future__ import annotations

import pytest

from workers.settings import LONGEST_SOCKET_PATH, Settings, SettingsError, embedded_redis_url


def test_an_embedded_home_makes_its_own_secret_once(tmp_path):
    env = {"GREENFREIGHT_HOME": str(tmp_path / "home")}
    first, second = Settings.from_env(env), Settings.from_env(env)
    assert first.secret == second.secret
    assert len(first.secret) >= 64
    path = tmp_path / "home" / "secrets" / "secret_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_two_homes_have_two_secrets(tmp_path):
    one, two = (Settings.from_env({"GREENFREIGHT_HOME": str(tmp_path / n)}) for n in "ab")
    assert one.secret != two.secret


def test_the_demo_is_for_an_embedded_database_on_a_loopback_address(tmp_path):
    home = {"GREENFREIGHT_HOME": str(tmp_path)}
    assert Settings.from_env(home).demo
    assert not Settings.from_env(home | {"GREENFREIGHT_HOST": "0.0.0.0"}).demo  # noqa: S104
    assert not Settings.from_env(home | {"DATABASE_URL": "postgresql://db/x"}).demo
    assert not Settings.from_env(home | {"GREENFREIGHT_DEMO": "0"}).demo


def test_the_owner_is_the_application_unless_given(tmp_path):
    env = {"GREENFREIGHT_HOME": str(tmp_path), "DATABASE_URL": "postgresql://app@db/x"}
    assert Settings.from_env(env).database_owner_url == "postgresql://app@db/x"
    env["DATABASE_OWNER_URL"] = "postgresql://owner@db/x"
    assert Settings.from_env(env).database_owner_url == "postgresql://owner@db/x"


def test_a_deep_home_still_has_a_socket_that_linux_can_name(tmp_path):
    url = embedded_redis_url(tmp_path / ("d" * 120))
    assert len(url.removeprefix("unix://")) <= LONGEST_SOCKET_PATH


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("GREENFREIGHT_WORKERS", "x"),
        ("GREENFREIGHT_SWEEP_S", "0"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({"GREENFREIGHT_HOME": str(tmp_path), name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://a:secret@b/c"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_OWNER_URL", "postgresql://a:secret@b:port/c"),
    ],
)
def test_a_database_of_another_kind_is_refused_by_name(tmp_path, name, value):
    with pytest.raises(SettingsError, match=f"^{name}: ") as refused:
        Settings.from_env({"GREENFREIGHT_HOME": str(tmp_path), name: value})
    assert "secret" not in str(refused.value)
