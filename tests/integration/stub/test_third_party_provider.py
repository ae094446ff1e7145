"""A consumer's own tests pass against the stub of a provider that we did not write, from pacts of the real one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.stubs.test_pytest_plugin import run

pytest_plugins = ["pytester"]

KINTO = Path(__file__).parent / "kinto"


@pytest.fixture(name="project")
def _project(pytester: pytest.Pytester) -> pytest.Pytester:
    """The blog with its tests and its pact, as a project of its own."""
    for name in ("blog.py", "blog-kinto.json"):
        shutil.copy(KINTO / name, pytester.path / name)
    tests = (KINTO / "suite.py").read_text("utf-8")
    (pytester.path / "test_blog.py").write_text(tests.replace("tests.integration.stub.kinto.blog", "blog"), "utf-8")
    return pytester


def test_the_tests_of_a_consumer_of_kinto_pass(project: pytest.Pytester) -> None:
    run(project).assert_outcomes(passed=8)


def test_a_consumer_that_asks_for_what_kinto_never_promised_fails(project: pytest.Pytester) -> None:
    """The same tests notice a slip in the consumer: a path, and a member with another name."""
    file = project.path / "blog.py"
    right = file.read_text("utf-8")
    for slip in (right.replace("/records", "/entries"), right.replace('{"title": title}', '{"name": title}')):
        assert slip != right
        file.write_text(slip, encoding="utf-8")
        result = run(project)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines(["treaty_stub: no interaction accepts *"])
