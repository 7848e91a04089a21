"""What holds for a path: the editor, the nearest file, the defaults; and where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spine_lsp.configuration.configuration import EMPTY, Configuration
from spine_lsp.configuration.files import read_config_file
from spine_lsp.configuration.lookup import Lookup
from spine_lsp.configuration.reading import read_values
from spine_lsp.configuration.settings import Rooted
from spine_lsp.disk.config_files import project_path, read_config, system_path


def configuration(files: Mapping[str, str], editor: Mapping[str, object] | None = None) -> Configuration:
    made = EMPTY.with_folders(("w",))
    for path, text in files.items():
        made = made.with_file(read_config_file(path, text))
    values, faults = read_values(editor or {})
    assert faults == []
    return made.with_editor(values)


def test_the_nearest_file_holds_as_a_whole() -> None:
    """What a file further up sets does not count beside it."""
    made = configuration(
        {
            "w/spine-lsp.toml": "dialect = 'pipeline'\ncompletion.limit = 7",
            "w/a/pyproject.toml": "[tool.spine-lsp]\ndialect = 'operation'",
            "w/a/b/pyproject.toml": "[tool.other]\n# spine-lsp",
        }
    )
    assert made.settings_of("w/x.yaml").dialect == "pipeline"
    assert made.settings_of("w/a/b/x.yaml").dialect == "operation"
    assert made.settings_of("w/a/x.yaml").completion_limit == 200
    assert made.settings_of("elsewhere/x.yaml").dialect == "auto"
    assert made.settings_of("").dialect == "auto"


def test_the_editor_wins_where_both_speak() -> None:
    """Option by option; levels rule by rule."""
    made = configuration(
        {"w/spine-lsp.toml": "dialect = 'pipeline'\n[rules]\nblocked-step = 'off'\nlate-definition = 'hint'"},
        {"rules": {"blocked-step": "error"}, "completion": {"limit": 9}},
    )
    settings = made.settings_of("w/x.yaml")
    assert (settings.dialect, settings.completion_limit) == ("pipeline", 9)
    assert settings.rules == {"blocked-step": "error", "late-definition": "hint"}
    origins = made.origins("w/x.yaml")
    assert origins["rules.blocked-step"] == ("error", "editor")
    assert origins["rules.late-definition"] == ("hint", "w/spine-lsp.toml")
    assert origins["completion.limit"] == (9, "editor")
    assert origins["dialect"] == ("pipeline", "w/spine-lsp.toml")
    assert origins["inlayHints.order"] == ("moved", None)


def test_patterns_start_from_where_they_are_written() -> None:
    """Those of a file from its folder, those of an editor from the folder of the workspace."""
    made = configuration({"w/a/spine-lsp.toml": "exclude = ['x']"}, {"pythonRoots": ["src"]})
    settings = made.settings_of("w/a/b/x.yaml")
    assert settings.exclude == (Rooted("w/a", "x"),)
    assert settings.python_roots == (Rooted("w", "src"),)
    assert settings.include == (Rooted("w/a", "*.yaml"), Rooted("w/a", "*.yml"))


def test_of_two_files_in_a_folder_the_own_one_wins() -> None:
    """And the other one says so where its table begins."""
    shared = "[project]\nname = 'x'\n\n[tool.spine-lsp]\ndialect = 'operation'\n"
    made = configuration({"w/spine-lsp.toml": "", "w/pyproject.toml": shared})
    assert made.settings_of("w/x.yaml").dialect == "auto"
    assert [file.path for file in made.overruled()] == ["w/pyproject.toml"]
    (note,) = made.as_open("w/pyproject.toml", shared).findings
    assert shared[note.start : note.end] == "spine-lsp"
    assert made.as_open("w/pyproject.toml", "[tool.other]").findings == ()
    assert made.as_open("w/spine-lsp.toml", "").findings == ()


def test_a_file_that_breaks_keeps_what_it_had_set() -> None:
    """Until it can be read again, or goes."""
    made = configuration({"w/spine-lsp.toml": "dialect = 'pipeline'"})
    broken = made.with_file(read_config_file("w/spine-lsp.toml", "dialect = "))
    assert broken.settings_of("w/x.yaml").dialect == "pipeline"
    assert len(broken.files["w/spine-lsp.toml"].findings) == 1
    mended = broken.with_file(read_config_file("w/spine-lsp.toml", "dialect = 'operation'"))
    assert mended.settings_of("w/x.yaml").dialect == "operation"
    assert broken.without_file("w/spine-lsp.toml").settings_of("w/x.yaml").dialect == "auto"


def test_a_companion_that_validates_leaves_the_checks_by_schema_to_it() -> None:
    """Structural rules are off then, unless somebody gave them a level."""
    made = configuration({"w/spine-lsp.toml": "companion = ['validation']\nrules.unknown-key = 'error'"})
    levels = made.config_of("w/x.yaml").levels
    assert levels["missing-key"] is None
    assert levels["unknown-key"] == 1


def test_each_folder_is_looked_into_once() -> None:
    """And again only when that is asked for."""
    disk = {"a/spine-lsp.toml": b"dialect = 'pipeline'"}
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return disk.get(path)

    lookup = Lookup(read)
    made = lookup.above(EMPTY, ["a/b/x.yaml", "a/c/y.yaml"])
    assert made.settings_of("a/b/x.yaml").dialect == "pipeline"
    assert len(asked) == len(set(asked)) == 8
    assert lookup.above(made, ["a/b/z.yaml"]) is made
    assert lookup.all_again(made) is made
    disk["a/b/pyproject.toml"] = b"[tool.spine-lsp]\ndialect = 'operation'"
    changed = lookup.all_again(made)
    assert changed.settings_of("a/b/x.yaml").dialect == "operation"
    disk.clear()
    assert lookup.all_again(changed) == EMPTY


def test_a_file_is_read_where_there_is_one(tmp_path: Path) -> None:
    """A folder of that name, or nothing, is none."""
    path = project_path(tmp_path / "x" / ".." / "spine-lsp.toml")
    assert system_path(path) == str(tmp_path / "spine-lsp.toml")
    assert read_config(path) is None
    (tmp_path / "spine-lsp.toml").write_text("x")
    assert read_config(path) == b"x"
    (tmp_path / "pyproject.toml").mkdir()
    assert read_config(project_path(tmp_path / "pyproject.toml")) is None
    assert read_config("a\0b") is None
