"""``python -m treaty_cli`` is the same as ``treaty``."""

from __future__ import annotations

import sys

from treaty_cli.app import main

if __name__ == "__main__":
    sys.exit(main())
