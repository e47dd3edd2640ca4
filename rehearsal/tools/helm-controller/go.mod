module factory/rehearsal/tools/helm-controller

go 1.25.0

require github.com/k3s-io/helm-controller v0.16.17
