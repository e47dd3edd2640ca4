"""Layer: what runs the jobs of Gitea's workflows."""

from pyinfra.operations import server
from pyinfra.operations.util import any_changed

from hosts.layer import Given, Layer, Value
from hosts.layers.runner_files import (
    AUTHORITY,
    CONFIGURATION,
    JOB_FOLDER,
    PROJECT,
    REGISTRATION,
    ROOT_FILE,
    Runner,
    declare_request,
    job_tag,
    register_request,
    render_compose,
    render_configuration,
    render_job_recipe,
)
from hosts.operations.built_image import built_image
from hosts.operations.compose_project import compose_project
from hosts.operations.files_digest import files_digest
from hosts.operations.mounted_folder import mounted_folder
from hosts.operations.placed_file import placed_file
from hosts.operations.runner_registration import runner_registration
from hosts.operations.runner_registration_program import PROGRAM, PROGRAM_TEXT

PATIENCE_SECONDS = 60
RESTART = (
    f"docker restart {PROJECT} >/dev/null || exit 1; for try in $(seq {2 * PATIENCE_SECONDS}); do "
    f"[ \"$(docker inspect --format '{{{{.State.Health.Status}}}}' {PROJECT})\" != healthy ] || exit 0; sleep .5; "
    "done; exit 1"
)
"""Makes it read its registration again."""


def deploy_runner(runner: Runner, given: Given) -> None:
    """Make the image of the jobs, register the runner once, and run it."""
    root = given["root_certificate"]
    recipe = render_job_recipe(runner)
    job = job_tag(recipe, root)
    configuration = render_configuration(runner, job=job)
    program = placed_file(name="Place what registers the runner", text=PROGRAM_TEXT, dest=PROGRAM, mode="755")
    placed_file(name="Place the recipe of the jobs' image", text=recipe, dest=f"{JOB_FOLDER}/Dockerfile")
    placed_file(name="Place the root that jobs trust", text=root, dest=f"{JOB_FOLDER}/{ROOT_FILE}")
    built_image(name="Make the image in which jobs run", tag=job, folder=JOB_FOLDER)
    placed_file(name="Configure the runner", text=configuration, dest=f"{CONFIGURATION}/config.yaml")
    placed_file(name="Place the root that the runner trusts", text=root, dest=f"{AUTHORITY}/{ROOT_FILE}")
    folder = mounted_folder(name="Make the folder of the runner", path=runner.folder, mount=runner.mount, owner=0)
    registered = runner_registration(
        name="Register the runner with Gitea",
        file=f"{runner.folder}/{REGISTRATION}",
        instance=runner.instance,
        runner=runner.name,
        told=declare_request(runner),
        request=register_request(runner, token=given["registration_token"]),
        after=[program, folder],
    )
    running = compose_project(
        name="Run the runner",
        project=PROJECT,
        compose=render_compose(runner, files_label=files_digest(configuration, root)),
        patience=PATIENCE_SECONDS,
    )
    server.shell(
        name="Let the runner read its new registration",
        commands=[RESTART],
        _if=[any_changed(registered), lambda: not running.did_change()],
    )


LAYER = Layer(
    name="runner",
    settings=Runner,
    deploy=deploy_runner,
    needs=("disks", "docker", "gitea"),
    given={
        "registration_token": Value(meaning="what Gitea registers a runner for", secret=True),
        "root_certificate": Value(meaning="root of the lab, which jobs trust", secret=False),
    },
    pins=("act_runner", "job"),
)
