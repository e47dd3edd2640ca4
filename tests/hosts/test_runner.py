"""A runner on a host, as far as values tell."""

import json

import pytest
import yaml
from pydantic import ValidationError

from hosts.layers.runner_files import (
    Runner,
    declare_request,
    job_tag,
    register_request,
    render_compose,
    render_configuration,
    render_job_recipe,
)

PLAIN = {
    "image": "runner:1",
    "version": "1",
    "job_image": "job:1",
    "mount": "/mnt/data",
    "folder": "/mnt/data/gitea-runner-pi1",
    "name": "pi1",
    "instance": "https://gitea.lab.test",
}
SETTINGS = Runner.model_validate(PLAIN)


def test_jobs_run_in_the_image_with_the_root() -> None:
    """Each label leads to the image that was made here, which is never looked for in a registry."""
    configuration = yaml.safe_load(render_configuration(SETTINGS, job="factory/job:1"))

    assert configuration["runner"]["labels"] == ["ubuntu-latest:docker://factory/job:1"]
    assert configuration["container"]["force_pull"] is False


def test_image_of_jobs_is_named_by_its_content() -> None:
    """Another root or another base gives another name, the same gives the same."""
    recipe = render_job_recipe(SETTINGS)
    other = render_job_recipe(Runner.model_validate({**PLAIN, "job_image": "job:2"}))

    assert recipe.startswith("FROM job:1\n")
    assert job_tag(recipe, "root") == job_tag(recipe, "root")
    assert len({job_tag(recipe, "root"), job_tag(recipe, "another"), job_tag(other, "root")}) == 3


def test_token_is_only_in_the_request() -> None:
    """The registration token stands in what Gitea is asked with, and in nothing that lies on the host."""
    assert "a word" in register_request(SETTINGS, token="a word")  # noqa: S106 - of this test
    for text in (declare_request(SETTINGS), render_compose(SETTINGS, files_label="x")):
        assert "token" not in text.lower()


def test_runner_told_is_the_runner_declared() -> None:
    """Registration and declaration name the same version and labels."""
    asked, told = json.loads(register_request(SETTINGS, token="x")), json.loads(declare_request(SETTINGS))  # noqa: S106 - no secret

    assert told == {"version": "1", "labels": ["ubuntu-latest"]}
    assert asked == {**told, "name": "pi1", "token": "x"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", "-x"), ("instance", "http://gitea.lab.test"), ("folder", "data"), ("labels", ()), ("x", "y")],
)
def test_bad_setting_is_refused(key: str, value: object) -> None:
    """What could be taken for an option, or cannot be meant, is refused before any host is asked."""
    with pytest.raises(ValidationError, match=key):
        Runner.model_validate({**PLAIN, key: value})
