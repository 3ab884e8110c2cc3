"""``python -m routing edit``: what it prints, writes, and refuses."""

import msgspec

from routing.cli import main
from routing.formats.ours import read_plan, write_plan, write_problem
from tests.routing.edits.days import on_vehicle, planned


def test_an_edit_is_answered_and_the_plan_written(tmp_path, capsys):
    problem, plan = planned(1)
    order = on_vehicle(plan, plan.routes[0].vehicle)[0]
    files = [tmp_path / name for name in ("problem.json", "plan.json", "edits.json", "new.json")]
    files[0].write_bytes(write_problem(problem))
    files[1].write_bytes(write_plan(plan))
    files[2].write_text(f'[{{"type": "remove", "orders": ["{order}"]}}]')
    code = main(["edit", *map(str, files[:3]), "--output", str(files[3])])
    answer = msgspec.json.decode(capsys.readouterr().out)
    assert code == (answer["verdict"] == "violated")
    assert answer["touched"] == [plan.routes[0].vehicle]
    after = read_plan(files[3].read_bytes())
    assert order in {out.order for out in after.unassigned}
    assert after.objective.total == answer["cost_after"]


def test_an_unknown_edit_is_refused_in_a_line(tmp_path, capsys):
    problem, plan = planned(1)
    files = [tmp_path / name for name in ("problem.json", "plan.json", "edits.json")]
    files[0].write_bytes(write_problem(problem))
    files[1].write_bytes(write_plan(plan))
    for text in ('[{"type": "paint"}]', '[{"type": "remove", "orders": ["nothing"]}]', "{"):
        files[2].write_text(text)
        assert main(["edit", *map(str, files)]) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert "edits.json" in told
