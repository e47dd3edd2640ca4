"""Runs the Pulumi program in this process, unchanged, against the engine's own monitor."""

import asyncio
import concurrent.futures
import gc
import logging
import os
import runpy
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi
from pulumi.runtime import Settings, configure, run_in_stack, set_all_config

from engine.monitor import EngineLog, Monitor
from engine.project import Project
from engine.run import Run

_BETWEEN_COLLECTIONS = (100_000, 50, 100)
"""A declared resource stays until the end, so looking for garbage as often as Python does by itself finds none."""


def run_program(  # noqa: PLR0913  # what the official engine passes on its command line
    project: Project,
    *,
    stack: str,
    run: Run,
    monitor: Monitor,
    log: EngineLog,
    config: Mapping[str, str],
    secret_keys: Sequence[str],
) -> bool:
    """Run the program to its end; true when it declared everything it wanted to.

    What it raises is reported to *run*, with the lines of the program's own files.
    """
    configure(
        Settings(
            project=project.name,
            stack=stack,
            monitor=monitor,
            engine=log,
            parallel=run.options.parallel,
            dry_run=run.options.preview,
            organization="organization",
            root_directory=str(project.root),
        )
    )
    set_all_config(dict(config), list(secret_keys))
    program = project.program
    gc.set_threshold(*_BETWEEN_COLLECTIONS)
    folder = program if program.is_dir() else program.parent
    before = Path.cwd()
    os.chdir(folder)
    # A registration blocks its thread until it is done, so there must be more threads than slots.
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=max(run.options.parallel, 1) * 4)
    loop = asyncio.new_event_loop()
    loop.set_default_executor(executor)
    asyncio.set_event_loop(loop)
    # A run that stops leaves futures that nobody waits for; asyncio would print each of them.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)

    def start() -> None:
        sys.argv = [str(program)]
        runpy.run_path(str(program), run_name="__main__")

    try:
        loop.run_until_complete(run_in_stack(start))
    except pulumi.RunError as error:
        if not run.failed:
            run.say("error", str(error))
        return False
    except SystemExit as error:
        if error.code:
            run.say(
                "error",
                f"the program ended with exit status {error.code}" if not isinstance(error.code, str) else error.code,
            )
        return not error.code
    except Exception:  # noqa: BLE001  # whatever a program raises is its error, to be shown
        if not run.canceled():
            run.say("error", f"Program failed with an unhandled exception:\n{_own_lines(folder)}")
        return False
    finally:
        executor.shutdown(wait=True)
        loop.close()
        os.chdir(before)
    return monitor.finished


def _own_lines(folder: Path) -> str:
    """Return the current exception's traceback from the program's first own line on."""
    kind, error, trace = sys.exc_info()
    frames = traceback.extract_tb(trace)
    own = [index for index, frame in enumerate(frames) if frame.filename.startswith(str(folder))]
    shown = frames[own[0] :] if own else frames
    lines = traceback.format_list(shown) + traceback.format_exception_only(kind, error)
    return "".join(lines).rstrip()
