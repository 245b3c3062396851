//go:build k8s

package kubernetes_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// A Deployment becomes ready by the kubelet's own probes, copies, and answers behind its Service; another configuration makes
// another Pod.
func TestDeployment(t *testing.T) {
	withEachHelm(t, func(t *testing.T, helm string) {
		h := newHouse(t)
		signature := h.promoted("team/app")
		values := h.values("kind: Deployment\n")
		h.install(helm, values, "--wait", "--timeout=2m")
		first := h.replicaSet()
		h.awaitReport("team/app")
		if !h.holds(signature) {
			t.Errorf("the signature is not at the target after the run at the start\n%s", h.story())
		}
		pods := h.list("v1", "pods")
		checkUnprivileged(t, pods)
		checkConfined(t, pods[0])

		h.must(helm, "upgrade", release, chart, "--values", values, "--set", "config.concurrency.copy=8", "--wait", "--timeout=2m")
		if second := h.replicaSet(); second == first {
			t.Errorf("another configuration left ReplicaSet %s in place", first)
		}
		third := h.promoted("team/other")
		h.must("kubectl", "rollout", "restart", "deployment/"+release)
		h.must("kubectl", "rollout", "status", "deployment/"+release, "--timeout=2m")
		h.awaitReport("team/other")
		if !h.holds(third) {
			t.Errorf("the second signature is not at the target\n%s", h.story())
		}
	})
}

// replicaSet is the name of the one that has Pods.
func (h *house) replicaSet() string {
	h.t.Helper()
	return h.await(h.path("apps/v1", "replicasets"), "a ReplicaSet with a Pod that is ready", func(set object) bool {
		return set.number("spec.replicas") == 1 && set.number("status.readyReplicas") == 1
	}).name()
}

// awaitReport waits until a run of the Deployment is over, and wants its report, asked for through the Service, to name an image.
func (h *house) awaitReport(image string) {
	h.t.Helper()
	// The API server asks an address of the Service's slices, as kube-proxy would have it done.
	path := h.path("v1", "services/http:"+release+":8080/proxy/api/v1/report")
	h.until("the report of a run", func() error {
		text, err := cluster.admin.text(h.t.Context(), path)
		if err != nil {
			return err
		}
		var report object
		if err := json.Unmarshal(text, &report); err != nil {
			return err
		}
		if !strings.Contains(report.String(), image) {
			h.t.Errorf("the report does not name %s: %v", image, report)
		}
		return nil
	})
}
