//go:build k8s

package kubernetes_test

import (
	"context"
	"strings"
	"time"
)

// patience is how long is waited for what has to come: the schedule's turn of a minute is the longest.
const patience = 3 * time.Minute

// await returns the first object of a collection that is as wanted, now or once it has changed.
func (h *house) await(path, what string, wanted func(object) bool) object {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	var found, last object
	err := cluster.admin.watch(ctx, path+separator+"watch=1", func(c change) bool {
		last = c.Object
		if c.Type != "DELETED" && wanted(c.Object) {
			found = c.Object
		}
		return found != nil
	})
	if err != nil {
		h.t.Fatalf("await %s: %v\nthe last seen: %v\n%s", what, err, last, h.story())
	}
	return found
}

// awaitJob waits until a Job has ended, and returns it.
func (h *house) awaitJob(name string) object {
	h.t.Helper()
	return h.await(h.path("batch/v1", "jobs")+"?fieldSelector=metadata.name="+name, "the end of Job "+name, func(job object) bool {
		return job.condition("Complete") == "True" || job.condition("Failed") == "True"
	})
}

// pods are the Pods of a Job.
func (h *house) pods(job string) []object {
	h.t.Helper()
	return h.list("v1", "pods?labelSelector=batch.kubernetes.io/job-name="+job)
}

func (h *house) list(version, resource string) []object {
	h.t.Helper()
	found, err := cluster.admin.list(h.t.Context(), h.path(version, resource))
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

// story is what happened in the namespace, for who looks for why a test failed.
func (h *house) story() string {
	events, _, _ := h.try("kubectl", "get", "events", "--sort-by=.lastTimestamp")
	pods, _, _ := h.try("kubectl", "get", "pods", "--output=wide")
	logs, _, _ := h.try("kubectl", "logs", "--selector=app.kubernetes.io/name=sigsync", "--prefix", "--tail=20")
	return events + pods + logs
}

// until asks again and again for what no watch tells of, such as an answer of a pod.
func (h *house) until(what string, try func() error) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			h.t.Fatalf("await %s: %v\n%s", what, err, h.story())
		case <-tick.C:
		}
	}
}
