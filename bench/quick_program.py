"""A program of many resources in the shape of the lab's applications: a component and seven resources each."""

import os

import pulumi

from stacks.await_outputs import await_outputs

PER_APPLICATION = 8
"""Resources of one application, its component included."""


class Application(pulumi.ComponentResource):
    """One application."""

    def __init__(self, name: str) -> None:
        """Declare seven resources, each of which uses one before it."""
        super().__init__("bench:index:Application", name)
        child = pulumi.ResourceOptions(parent=self)
        before: pulumi.Input[str] = name
        for number in range(PER_APPLICATION - 1):
            inputs = {"value": before, "number": number, "names": [name, f"{name}_role"], "on": True}
            resource = pulumi.CustomResource("quick:index:Thing", f"{name}-{number}", inputs, child)
            before = resource.id
        self.register_outputs({"last": before})


def main() -> None:
    """Declare as many applications as the environment says."""
    for number in range(int(os.environ["BENCH_APPLICATIONS"])):
        Application(f"app{number:04}")
    pulumi.run(await_outputs)
