// Command kubernetes is the control plane of Kubernetes and kubectl in one file, as k3s has them: what they share is
// compiled, linked and kept in memory once. The first argument names the component.
package main

import (
	"fmt"
	"os"
	_ "unsafe" // for the linker's name below

	"github.com/spf13/cobra"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/component-base/version"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// reportedVersion names the variable with the version that a component tells of itself: k3s adds a word of its own to
// that of Kubernetes, and a rehearsed upgrade needs a next patch without a second build.
const reportedVersion = "KUBERNETES_REPORTED_VERSION"

//go:linkname gitVersion k8s.io/component-base/version.gitVersion
var gitVersion string

func main() {
	if told := os.Getenv(reportedVersion); told != "" {
		// It only takes one of the patch that it was built with.
		gitVersion = told
		if err := version.SetDynamicVersion(told); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	components := map[string]func() *cobra.Command{
		"kube-apiserver":          apiserver.NewAPIServerCommand,
		"kube-controller-manager": manager.NewControllerManagerCommand,
		"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	}
	if name == "kubectl" {
		os.Args = os.Args[1:]
		if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
			util.CheckErr(err)
		}
		return
	}
	component, known := components[name]
	if !known {
		fmt.Fprintln(os.Stderr, "expected kube-apiserver, kube-controller-manager, kube-scheduler or kubectl")
		os.Exit(2)
	}
	os.Args = os.Args[1:]
	os.Exit(cli.Run(component()))
}
