from __future__ import annotations

import threading

import pytest

from workers.artefacts import ArtefactMissingError, DatabaseStore, DirectoryStore, name_of


@pytest.fixture(params=["folder", "database"])
def store(request, tmp_path, database):
    folder = DirectoryStore(tmp_path / "artefacts")
    return folder if request.param == "folder" else DatabaseStore(database, folder)


def test_what_is_put_is_got_by_its_hash_and_putting_twice_is_putting_once(store):
    name = store.put("云汀".encode())
    assert name == name_of("云汀".encode())
    assert store.put("云汀".encode()) == name
    assert store.get(name) == "云汀".encode()


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "Z" * 64])
def test_what_was_never_put_is_missing(store, name):
    with pytest.raises(ArtefactMissingError):
        store.get(name)


def test_another_machine_finds_what_the_first_stored(database, tmp_path):
    here, there = (DatabaseStore(database, DirectoryStore(tmp_path / n)) for n in "ab")
    assert there.get(here.put(b"plan")) == b"plan"


def test_two_machines_may_store_the_same_at_once(database, tmp_path):
    stores = [DatabaseStore(database, DirectoryStore(tmp_path / str(n))) for n in range(4)]
    threads = [threading.Thread(target=store.put, args=(b"same",)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stores[0].get(name_of(b"same")) == b"same"


def test_a_damaged_file_is_not_handed_out_and_heals(tmp_path):
    store = DirectoryStore(tmp_path)
    name = store.put(b"whole plan")
    path = tmp_path / name[:2] / name
    path.chmod(0o600)
    path.write_bytes(b"half")
    with pytest.raises(ArtefactMissingError):
        store.get(name)
    store.put(b"whole plan")
    assert store.get(name) == b"whole plan"
