"""Files and folders that nobody but the server's user may read."""

import os

_NOBODY_ELSE = 0o077


def keep_private() -> None:
    """From now on what this process makes is 0600, and folders 0700; whoever shares more says so by `chmod`."""
    os.umask(_NOBODY_ELSE)
