"""What a search leaves out, held to git itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from spine_lsp.cli.files import Search
from spine_lsp.disk.ignores import Glob, Rules
from tests.cli.runner import run
from tests.examples import examples

GROUP = "kind: PipelineGroup\nname: {}\nsteps:\n  - {{name: a, pipeline: p}}\n"
GIT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def git(cwd: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=cwd, env=GIT, check=True, capture_output=True).stdout


def written(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def found(root: Path) -> set[str]:
    return {Path(source.document.uri).relative_to(root).as_posix() for source in Search([str(root)])}


def kept_by_git(root: Path) -> set[str]:
    listed = git(root, "ls-files", "-z", "--others", "--exclude-standard").decode().split("\0")
    return {name for name in listed if name.endswith(".yaml")}


TREE = [
    f"{folder}{name}.yaml"
    for folder in ("", "a/", "b/", "a/b/", "a/c/", "ab/", "a/b/c/")
    for name in ("a", "b", "ab", "x y", "é")
]
_piece = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "ab",
        "*",
        "**",
        "?",
        "/",
        "/",
        ".yaml",
        "*.yaml",
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-c]",
        "[[:alpha:]]",
        "[]a]",
        "\\",
        "\\*",
        " ",
        "\\ ",
        "é",
        "x y",
        "[",
        "]",
        "!",
        "#",
        "{a,b}",
        "[[:nope:]]",
        "[b-a]",
        "\\a",
        "[\\]a]",
        "-",
    ]
)
_line = st.builds(
    lambda bang, slash, pieces, end: bang + slash + "".join(pieces) + end,
    st.sampled_from(["", "", "", "!", "\\!", "#", "\\#"]),
    st.sampled_from(["", "", "/", "**/"]),
    st.lists(_piece, max_size=5),
    st.sampled_from(["", "", "/", "/**", " ", "\r", "/ ", "\t"]),
)
_file = st.lists(_line, max_size=5).map(lambda lines: "\n".join(lines).encode())


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with files of many names, for every pattern the same."""
    here = tmp_path_factory.mktemp("repository")
    written(here, {name: GROUP.format("g").encode() for name in TREE})
    git(here, "init", "-q")
    return here


@settings(max_examples=examples(60))
@given(root=_file, inner=_file, exclude=_file)
@example(root=b"*.yaml\n!a/\n!/a/b**\n", inner=b"", exclude=b"")
@example(root=b"a/b/\n", inner=b"!c/", exclude=b"ab")
@example(root=b"/a*/\n!a/\n*\n!*/\n!a.yaml", inner=b"*\n!b.yaml", exclude=b"!x\\ y.yaml\n\xef\xbb\xbf")
@example(root=b"\xef\xbb\xbfa.yaml\n/**/b.yaml\na/**/c/**\n", inner=b"**\n!**/\n", exclude=b"")
@example(root=b"/a**/b.yaml\n!a**/\n/a/b*/c", inner=b"a[[:alpha:].yaml", exclude=b"[b-]b.yaml")
def test_what_is_searched_is_what_git_does_not_ignore(
    repository: Path, root: bytes, inner: bytes, exclude: bytes
) -> None:
    """For patterns of every form, at the root, in a sub-folder and in `.git/info/exclude`."""
    written(repository, {".gitignore": root, "a/.gitignore": inner, ".git/info/exclude": exclude})
    searched = {Path(path).relative_to(repository).as_posix() for path in Search(()).files_below(str(repository))}
    assert searched == kept_by_git(repository)


@given(
    st.lists(_piece, max_size=6).map("".join),
    st.lists(st.sampled_from("ab/é.xy[-\\ "), max_size=6).map("".join),
)
@settings(max_examples=examples(200))
def test_a_pattern_of_a_whole_line_matches_itself_or_nothing(pattern: str, name: str) -> None:
    """No pattern raises, whatever its brackets and backslashes; and a quoted name matches that name alone."""
    Rules(pattern.encode(), 0).verdict((b"a", name.encode()), folder=False)
    quoted = "".join("\\" + char for char in name).encode()
    assert Glob(quoted, pathname=True).matches(name.encode())
    assert not Glob(quoted, pathname=True).matches(name.encode() + b"!")


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 300 + "b",
        "**/a/" * 300 + "b",
        "*?" * 2000,
        "a" * 100_000,
        "[" * 100_000,
        "**/" * 100_000,
        "*" * 100_000,
    ],
    ids=lambda pattern: f"{pattern[:6]} {len(pattern)}",
)
def test_no_pattern_takes_long(pattern: str, tmp_path: Path) -> None:
    """Patterns of many stars, brackets or folders are matched like any other; the longest are left out."""
    name = "a" * 250 + ".yaml"
    written(tmp_path, {".gitignore": pattern.encode(), name: GROUP.format("g").encode()})
    assert run("check", str(tmp_path)).code == 0


def test_the_files_of_a_repository_hold_wherever_one_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those above up to the root, those below, the exclude file; from inside, from above, by a link."""
    group = GROUP.format("g").encode()
    names = [
        "a.yaml",
        "a.gen.yaml",
        "sub/b.gen.yaml",
        "sub/keep.gen.yaml",
        "sub/deep/c.yaml",
        "sub/deep/no.yaml",
    ]
    written(tmp_path / "repo", dict.fromkeys(names, group))
    git(tmp_path / "repo", "init", "-q")
    written(
        tmp_path / "repo",
        {
            ".gitignore": b"*.gen.yaml\n",
            "sub/.gitignore": b"!keep.gen.yaml\n",
            "sub/deep/.ignore": b"no.yaml\n",
            ".git/info/exclude": b"c.yaml\n",
        },
    )
    written(tmp_path, {".gitignore": b"*\n", "linked/x.txt": b""})
    (tmp_path / "linked" / "sub").symlink_to("../repo/sub")

    def checked(*paths: str) -> list[str]:
        return [source.document.uri for source in Search(paths)]

    monkeypatch.chdir(tmp_path / "repo")
    assert checked(".") == ["a.yaml", "sub/keep.gen.yaml"]
    assert checked("sub") == ["sub/keep.gen.yaml"]
    assert checked("sub/deep") == []
    assert checked("sub/deep/no.yaml", "a.gen.yaml") == ["sub/deep/no.yaml", "a.gen.yaml"]
    monkeypatch.chdir(tmp_path / "repo" / "sub")
    assert checked(".") == ["keep.gen.yaml"]
    assert checked("..") == ["../a.yaml", "../sub/keep.gen.yaml"]
    monkeypatch.chdir(tmp_path)
    assert checked("linked/sub") == ["linked/sub/keep.gen.yaml"]
    assert checked("repo") == ["repo/a.yaml", "repo/sub/keep.gen.yaml"]
    assert checked(".") == []


def test_an_ignored_folder_that_is_named_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names it means it; what its own files leave out stays out."""
    written(tmp_path, {"build/a.yaml": GROUP.format("g").encode(), "build/b.tmp.yaml": GROUP.format("g").encode()})
    git(tmp_path, "init", "-q")
    written(tmp_path, {".gitignore": b"build/\n*.tmp.yaml\n"})
    monkeypatch.chdir(tmp_path)
    assert [source.document.uri for source in Search(["build"])] == ["build/a.yaml"]
    assert list(Search(["."])) == []


def test_repositories_inside_and_work_trees(tmp_path: Path) -> None:
    """A repository inside another has its own rules alone; a work tree those of its repository."""
    group = GROUP.format("g").encode()
    main, tree = tmp_path / "main", tmp_path / "tree"
    written(main, {"x.yaml": group, "inner/x.yaml": group})
    git(main, "init", "-q")
    git(main / "inner", "init", "-q")
    git(main, "-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "m")
    git(main, "worktree", "add", "-q", str(tree))
    written(main, {".git/info/exclude": b"x.yaml\n"})
    written(tree, {"x.yaml": group, "y.yaml": group})
    assert found(main) == {"inner/x.yaml"}
    assert found(tree) == {"y.yaml"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00\xff\xfe" * 1000 + b"\n*.tmp.yaml\n", ""),
        (
            b"a\n" * 600_000,
            "passed over {}: too large: 1,200,000 bytes, and 1,048,576 are read; nothing is left out because of it\n",
        ),
    ],
)
def test_an_ignore_file_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    """A binary one is read as lines, a huge one is not read, and that is said."""
    written(tmp_path, {".gitignore": content, "a.yaml": GROUP.format("g").encode(), "b.tmp.yaml": b"name: x\n"})
    code, _, err = run("check", str(tmp_path))
    assert (code, err) == (0, said.format(tmp_path / ".gitignore"))


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        Path.mkdir,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path.name),
    ],
)
@pytest.mark.parametrize("name", [".gitignore", ".ignore", ".git"])
def test_something_else_of_that_name(tmp_path: Path, name: str, make: object) -> None:
    """A pipe, a folder, a device or a loop in the place of an ignore file hangs nothing and hides nothing."""
    make(tmp_path / name)  # type: ignore[operator]  # each takes a path
    written(tmp_path, {"a.yaml": GROUP.format("g").encode()})
    assert run("check", str(tmp_path)).code == 0
    assert found(tmp_path) == {"a.yaml"}


def test_python_environments_are_not_searched(tmp_path: Path) -> None:
    """Whatever they are called: what is installed is none of the workspace."""
    written(tmp_path, {"tools/pyvenv.cfg": b"", "tools/lib/a.yaml": GROUP.format("a").encode()})
    written(tmp_path, {"b.yaml": GROUP.format("b").encode()})
    search = Search((str(tmp_path),))
    assert [Path(path).name for path in search.files_below(str(tmp_path))] == ["b.yaml"]
    assert search.left_out == {str(tmp_path / "tools"): "a Python environment"}
