"""What holds for all tests.

No property fails because of the time that it takes, and in continuous integration no test that needs a real server
may be skipped. A shell that runs the tests in the background lets them ignore SIGINT; the processes that they start
would inherit that. There are hundreds of them, so bytecode is kept whatever the environment says of it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# Continuous integration judges a change, so two runs of it draw the same examples; elsewhere they are new.
settings.register_profile(
    "treaty",
    deadline=None,
    derandomize="TREATY_CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("treaty")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test marked ``needs_server`` into a failure where ``TREATY_CI`` is set."""
    report = yield
    if report.skipped and item.get_closest_marker("needs_server") and os.environ.get("TREATY_CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs a server, and in continuous integration it may not be skipped: {reason}"
    return report
