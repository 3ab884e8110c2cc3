"""Every message has its English; no Chinese is said past the catalogue."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from models.language import N_, Words, everywhere, gettext, kept, retell, speaking
from tests.language.catalogue import ROOT, source_messages, words_of

HAN = re.compile(r"[\u3400-\u9fff]")
VALUE = re.compile(r"%\(\w+\)s|\{\w*\}")
ALLOWED = tomllib.loads((Path(__file__).parent / "allowed.toml").read_text(encoding="utf-8"))
TEMPLATE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SAYS = {"_", "_l", "N_", "kept", "gettext", "lazy_gettext"}


def test_every_message_has_its_english_with_the_same_values():
    messages, words = source_messages(), words_of("en")
    assert set(words) == set(messages), "run `make catalogue` and fill in what is new"
    assert [m for m in messages if not words[m]] == []
    for message in messages:
        assert sorted(VALUE.findall(words[message])) == sorted(VALUE.findall(message)), message
        assert not HAN.search(words[message]), message
        assert words[message].startswith("\n") == message.startswith("\n"), message


def _python():
    for room in ("models", "workers", "webapp"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not any(name.startswith(data) for data in ALLOWED["data"]):
                yield name, path.read_text(encoding="utf-8")


def _said_past(tree: ast.AST) -> list[tuple[int, str]]:
    """Texts with Chinese that no message holds: line and text."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            for one in node.body:  # docstrings of any kind
                if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
                    skipped.add(id(one.value))
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in SAYS:
                skipped.update(id(part) for arg in node.args for part in ast.walk(arg))
            # what the interface says of itself to programmers
            told = [k.value for k in node.keywords if k.arg == "description"]
            skipped.update(id(part) for value in told for part in ast.walk(value))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in skipped
        and node.value not in ALLOWED["texts"]
    ]


def test_no_chinese_is_said_past_the_catalogue():
    found = [
        f"{name}:{line}: {text}"
        for name, source in _python()
        for line, text in _said_past(ast.parse(source))
    ]
    for path in sorted((ROOT / "webapp").rglob("*.html")):
        if "vendor" not in path.parts:
            text = re.sub(
                r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL
            )
            found += [f"{path.relative_to(ROOT)}: {said}" for said in HAN.findall(text)]
    assert found == []


def test_no_script_says_chinese_past_the_catalogue():
    found = []
    for path in sorted((ROOT / "webapp/static/js").rglob("*.js")):
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r'\bGF\.t\(\s*"(?:[^"\\]|\\.)*"', "", text)
        found += [
            f"{path.name}: {line.strip()[:80]}" for line in text.split("\n") if HAN.search(line)
        ]
    assert found == []


def test_no_message_is_put_together_before_it_is_looked_up():
    found = []
    for name, source in _python():
        for node in ast.walk(ast.parse(source)):
            called = getattr(getattr(node, "func", None), "id", "")
            if called in SAYS and node.args and isinstance(node.args[0], ast.JoinedStr):
                found.append(f"{name}:{node.lineno}")
    assert found == []


def test_a_message_is_said_in_the_language_of_the_moment():
    words = Words({"chilled": N_("冷藏")})
    assert (gettext("订单"), words["chilled"]) == ("订单", "冷藏")
    with speaking("en"):
        assert (gettext("订单"), words["chilled"]) == ("Orders", "chilled")
        assert (
            gettext("有 %(count)s 处错误，订单未修改", count=3)
            == "Errors: 3; the order was not changed"
        )
        assert gettext("不在目录里") == "不在目录里"
    with speaking("xx"):
        assert gettext("订单") == "订单"
    assert everywhere("订单") == ("订单", "Orders")


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (kept("由版本 %(version)s 替换", version=7), "Replaced by version 7"),
        (kept("新方案未安排"), "Not in the new plan"),
        ("货主电话说门口修路", "货主电话说门口修路"),
        (
            kept("%(reason)s，已尝试 %(attempt)s 次", reason=kept("处理进程中断"), attempt=3),
            "The process was interrupted, 3 attempts made",
        ),
    ],
)
def test_a_stored_sentence_is_retold_in_the_readers_language(stored, told):
    assert retell(stored) == stored
    with speaking("en"):
        assert retell(stored) == told
