"""The runtime of a server: uvloop where it is importable, and a garbage collector that keeps out of the way."""

import asyncio
import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_TURN_S = 0.0005
_MOST_COMPUTING = 4


def tune_collector() -> None:
    """Spare the garbage collector what lives as long as the server, and let it run less often.

    Requests leave no cycles behind; with the default threshold a tenth of the time goes into looking for them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def tune_threads() -> None:
    """Let the event loop have the interpreter soon, however many threads compute. To be called on the loop.

    Each thread that computes makes the loop wait for one more turn. Four turns of half a millisecond are not noticed;
    as many threads as the standard library takes, with its turns of five, are a tenth of a second.
    """
    sys.setswitchinterval(_TURN_S)
    threads = ThreadPoolExecutor(max_workers=_MOST_COMPUTING, thread_name_prefix="computing")
    asyncio.get_running_loop().set_default_executor(threads)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
