"""Refresh: ask every object how it is, then put what was found in the place of what was recorded."""

import concurrent.futures
from collections.abc import Mapping, Sequence

from engine.ledger import Ledger
from engine.provider import ProviderError
from engine.reading import Refresh
from engine.run import CanceledError, Run
from engine.state import Resource
from engine.steps import StepFailedError, execute
from engine.urn import is_provider


def refresh(run: Run, ledger: Ledger, resources: Sequence[Resource], *, only: bool) -> list[Resource]:
    """Return the state after asking; every object is asked even when some cannot be.

    What could not be asked stays as it was, is reported as an error, and the run has failed then.
    """
    steps: dict[int, Refresh] = {}
    for resource in resources:
        if run.options.targets and resource.urn not in run.options.targets:
            continue
        steps[id(resource)] = Refresh(old=resource, only=only)
    providers = [step for step in steps.values() if is_provider(step.resource.type)]
    others = [step for step in steps.values() if not is_provider(step.resource.type)]
    for step in others:
        try:
            ledger.ensure_provider(step.resource)
        except ProviderError as error:
            run.say("error", str(error), step.resource.urn)
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(run.options.parallel, 1)) as pool:
        wait = [pool.submit(_one, run, step) for step in providers + others]
    for future in wait:
        future.result()
    return rebuilt(resources, {key: step.new for key, step in steps.items()})


def _one(run: Run, step: Refresh) -> None:
    try:
        execute(run, [step])
    except (StepFailedError, CanceledError):
        step.new = step.old


def rebuilt(resources: Sequence[Resource], found: Mapping[int, Resource | None]) -> list[Resource]:
    """Return the state with *found* (by identity) in place and references to what vanished taken out.

    A child whose parent vanished has no parent any more, until the program says where it belongs.
    """
    result: list[Resource] = []
    present: set[str] = set()
    for resource in resources:
        new = found.get(id(resource), resource)
        if new is None:
            continue
        new.dependencies = [urn for urn in new.dependencies if urn in present]
        new.property_dependencies = {
            key: kept
            for key, urns in new.property_dependencies.items()
            if (kept := [urn for urn in urns if urn in present])
        }
        new.replace_with = [urn for urn in new.replace_with if urn in present]
        new.deleted_with = new.deleted_with if new.deleted_with in present else ""
        new.parent = new.parent if new.parent in present else ""
        new.text = None
        result.append(new)
        present.add(new.urn)
    return result
