//go:build k8s

package kubernetes_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

const chart, release = "../../charts/sigsync", "sigsync"

// helms are the versions of helm that the chart is for.
func helms() []string { return []string{"helm", "helm4"} }

// withEachHelm runs a test once for each version of helm.
func withEachHelm(t *testing.T, test func(t *testing.T, helm string)) {
	t.Helper()
	for _, helm := range helms() {
		t.Run(helm, func(t *testing.T) {
			t.Parallel()
			test(t, helm)
		})
	}
}

// try runs one of the programs as the admin in the namespace. The error says nothing of what the program said.
func (h *house) try(program string, args ...string) (stdout, stderr string, err error) {
	h.t.Helper()
	return h.run(tool(program), append([]string{"--namespace", h.namespace}, args...)...)
}

// run runs any program as the admin.
func (h *house) run(program string, args ...string) (stdout, stderr string, err error) {
	h.t.Helper()
	var out, complaint bytes.Buffer
	command := exec.CommandContext(h.t.Context(), program, args...)
	command.Env = append(os.Environ(), "HOME="+h.dir, "KUBECONFIG="+cluster.kubeconfig("admin"))
	command.Stdout, command.Stderr = &out, &complaint
	err = command.Run()
	return out.String(), complaint.String(), err
}

// must runs a program that has to succeed, and returns what it wrote to stdout.
func (h *house) must(program string, args ...string) string {
	h.t.Helper()
	stdout, stderr, err := h.try(program, args...)
	if err != nil {
		h.t.Fatalf("%s %q: %v\n%s%s", program, args, err, stdout, stderr)
	}
	return stdout
}

// install installs the chart, which is removed when the test ends.
func (h *house) install(helm, values string, args ...string) {
	h.t.Helper()
	h.must(helm, append([]string{"install", release, chart, "--values", values}, args...)...)
}
