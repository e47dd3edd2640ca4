"""The Pulumi program: the stack's name leads to the function that declares it."""

import pulumi

from stacks.await_outputs import await_outputs
from stacks.start import start_stack

start_stack(pulumi.get_stack())
pulumi.run(await_outputs)
