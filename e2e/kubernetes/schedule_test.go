//go:build k8s

package kubernetes_test

import (
	"net/http"
	"sync"
	"testing"
)

// The schedule itself starts a run at the turn of the minute, and no second one beside it at the next.
func TestSchedule(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	signature := h.promoted("team/app")
	letGo := h.hold()
	h.install("helm", h.values("schedule: \"* * * * *\"\n"), "--set", "config.servers.main.timeout=10m")
	job := h.await(h.path("batch/v1", "jobs"), "a Job of the schedule", func(object) bool { return true })
	if got := job.text("metadata.ownerReferences.0.kind"); got != "CronJob" {
		t.Errorf("the Job belongs to a %q, want a CronJob", got)
	}
	h.await(h.path("v1", "events"), "a turn of the minute that starts nothing", func(event object) bool { return event.text("reason") == "JobAlreadyActive" })
	if jobs := h.list("batch/v1", "jobs"); len(jobs) != 1 {
		t.Errorf("%d Jobs while one runs, want 1", len(jobs))
	}
	h.must("kubectl", "patch", "cronjob", release, "--patch", `{"spec": {"suspend": true}}`)
	letGo()
	if ended := h.awaitJob(job.name()); ended.condition("Complete") != "True" {
		t.Errorf("the Job failed: %v\n%s", ended, h.story())
	}
	if !h.holds(signature) {
		t.Error("the signature is not at the target after the run")
	}
}

// hold keeps the server from answering until it is told to.
func (h *house) hold() (letGo func()) {
	let := make(chan struct{})
	letGo = sync.OnceFunc(func() { close(let) })
	h.t.Cleanup(letGo)
	h.emulator.SetIntercept(func(*http.Request, string) http.Handler {
		<-let
		return nil
	})
	return letGo
}
