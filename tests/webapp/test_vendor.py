"""The vendored front end is what its lock says, whole and unmodified."""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "webapp" / "static" / "vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text(encoding="utf-8"))


def test_every_file_is_as_locked_and_none_is_unlocked():
    locked = {name: sha for package in LOCK["packages"] for name, sha in package["files"].items()}
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.lock.json"
    }
    assert there == locked


def test_each_package_names_version_licence_and_source():
    for package in LOCK["packages"]:
        assert package["version"]
        assert package["licence"]
        assert package["source"].startswith("https://registry.npmjs.org/")
