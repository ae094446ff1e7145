"""The recorder's process: settings come as the first line of standard input, events go to standard output.

Each further line begins a run.

It ends in order on SIGINT, SIGTERM, and when standard input ends: then its parent has asked for it, or is gone.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import traceback
from importlib.util import find_spec, module_from_spec

from treaty.errors import TreatyError
from treaty.record.events import Event, Failed, encode_event
from treaty.record.settings import RecorderSettings, decode_run, decode_settings


def main() -> int:
    """Record as the settings on standard input say; the exit status is 0, or that of the error."""
    settings = decode_settings(sys.stdin.readline())
    try:
        asyncio.run(_record(settings))
    except TreatyError as error:
        _emit(Failed(code=error.code, what=error.what, where=error.where, why=error.why, hint=error.hint))
        return error.exit_status
    except Exception as fault:  # noqa: BLE001 - the parent is told, without what the error may quote
        if os.environ.get("TREATY_TRACEBACK") == "1":
            traceback.print_exc()
        frame = traceback.extract_tb(fault.__traceback__)[-1]
        _emit(
            Failed(
                code="recorder-failed",
                what="the recorder failed",
                where=f"{frame.filename} line {frame.lineno}",
                why=type(fault).__name__,
            )
        )
        return 1
    return 0


async def _record(settings: RecorderSettings) -> None:
    _leave_out_addons()
    from treaty.adapters.mitmproxy_master import Recording  # noqa: PLC0415 - after the line above

    recording = Recording(settings, _emit)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, recording.request_stop)

    def watch_parent() -> None:
        # Not sys.stdin: a thread that waits in it holds its lock when the interpreter ends.
        pending = b""
        while data := os.read(0, 4096):
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                recording.begin_run(decode_run(line.decode()))
        recording.request_stop()

    threading.Thread(target=watch_parent, name="parent", daemon=True).start()
    await recording.run()


def _leave_out_addons() -> None:
    """Let the package of mitmproxy's addons be imported without all of them: web pages and LDAP take half of its start.

    Single addons are imported as ever.
    """
    spec = find_spec("mitmproxy.addons")
    if spec is not None and spec.name not in sys.modules:
        sys.modules[spec.name] = module_from_spec(spec)


def _emit(event: Event) -> None:
    data = encode_event(event).encode() + b"\n"
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        # Nobody listens any more; the session on the disk is what counts.
        return


if __name__ == "__main__":
    # All is written and told; taking apart what was imported would take as long as stopping did.
    os._exit(main())
