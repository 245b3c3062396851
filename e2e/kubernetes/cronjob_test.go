//go:build k8s

package kubernetes_test

import (
	"strings"
	"testing"
)

// The README's way: install, start a run at once, and the signature is at the target.
func TestCronJob(t *testing.T) {
	withEachHelm(t, func(t *testing.T, helm string) {
		h := newHouse(t)
		signature := h.promoted("team/app")
		h.install(helm, h.values("suspend: true\n"))
		if h.holds(signature) {
			t.Fatal("the signature is at the target before the run")
		}
		h.must("kubectl", "create", "job", "now", "--from=cronjob/"+release)
		job := h.awaitJob("now")
		if job.condition("Complete") != "True" {
			t.Fatalf("the Job failed: %v\n%s", job, h.story())
		}
		if !h.holds(signature) {
			t.Errorf("the signature is not at the target after the run\n%s", h.story())
		}
		if report := h.must("kubectl", "logs", "job/now"); !strings.Contains(report, "1 missing (1 copied)") {
			t.Errorf("kubectl logs job/now = %q, want the report", report)
		}
		checkUnprivileged(t, h.pods("now"))
	})
}
