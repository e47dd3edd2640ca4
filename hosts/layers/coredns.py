"""Layer: the cluster's own resolver asks the lab's resolvers for the lab's names."""

from hosts.cluster.coredns import Coredns, render_coredns
from hosts.cluster.manifest_layer import manifest_layer

LAYER = manifest_layer("coredns", settings=Coredns, render=render_coredns, needs=("k3s",))
