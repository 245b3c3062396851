//go:build k8s

package kubernetes_test

import (
	"strings"
	"testing"
)

// helm test runs doctor in a pod, and says what it found wrong.
func TestDoctor(t *testing.T) {
	withEachHelm(t, func(t *testing.T, helm string) {
		h := newHouse(t)
		values := h.values("suspend: true\n")
		h.install(helm, values)
		h.must(helm, "test", release, "--timeout=2m")
		h.must(helm, "upgrade", release, chart, "--values", values, "--set", "config.pairs[0].source.server=main",
			"--set", "config.pairs[0].source.repository=docker-nowhere-local", "--set", "config.pairs[0].target.server=main",
			"--set", "config.pairs[0].target.repository="+prod)
		if stdout, stderr, err := h.try(helm, "test", release, "--timeout=2m"); err == nil {
			t.Errorf("helm test of a repository that is not there = %s%s, want a failure", stdout, stderr)
		}
		pod := h.list("v1", "pods")
		if len(pod) != 1 || pod[0].number("status.containerStatuses.0.state.terminated.exitCode") == 0 {
			t.Fatalf("pods after a failed helm test = %v, want one that failed", pod)
		}
		if log := h.must("kubectl", "logs", pod[0].name()); !strings.Contains(log, "docker-nowhere-local") {
			t.Errorf("the log of the test = %q, want it to name the repository", log)
		}
	})
}
