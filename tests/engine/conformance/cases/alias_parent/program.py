"""Resources moved under a component, then with it to a new name: the children's aliases follow from the parent's."""

from pulumi import ROOT_STACK_RESOURCE, Alias, ResourceOptions

from tests.engine.conformance.things import Group, Thing


def main() -> None:
    """Declare a resource at the top and a component with a child named after it."""
    group = Group("group")
    child = Thing("group-child", {"value": "one"}, ResourceOptions(parent=group))
    group.register_outputs({})
    Thing("moved", {"value": child.echo})


def moved() -> None:
    """Move the resource from the top into the component."""
    group = Group("group")
    child = Thing("group-child", {"value": "one"}, ResourceOptions(parent=group))
    options = ResourceOptions(parent=group, aliases=[Alias(parent=ROOT_STACK_RESOURCE)])
    Thing("moved", {"value": child.echo}, options)
    group.register_outputs({})


def renamed() -> None:
    """Rename the component; the child's own name begins with its parent's and changes with it."""
    group = Group("team", ResourceOptions(aliases=[Alias(name="group")]))
    child = Thing("team-child", {"value": "one"}, ResourceOptions(parent=group))
    options = ResourceOptions(parent=group, aliases=[Alias(parent=ROOT_STACK_RESOURCE)])
    Thing("moved", {"value": child.echo}, options)
    group.register_outputs({})


def not_aliased() -> None:
    """Move it back to the top without an alias: another resource."""
    group = Group("team")
    child = Thing("team-child", {"value": "one"}, ResourceOptions(parent=group))
    group.register_outputs({})
    Thing("moved", {"value": child.echo})
