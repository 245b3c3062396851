//go:build k8s

package kubernetes_test

import "testing"

// What another try would find again is not tried again; what may pass is, backoffLimit times.
func TestExitCodes(t *testing.T) {
	tests := []struct {
		name, set  string
		code, pods int
		reason     string
	}{
		{"states that are left", "mode=audit", 3, 1, "PodFailurePolicy"},
		{"broken configuration", "config.servers.main.proxy=${UNSET}", 2, 1, "PodFailurePolicy"},
		{"server out of reach", "config.servers.main.url=http://" + nodeAddress + ":9,config.retry.attempts=1,backoffLimit=1", 1, 2, "BackoffLimitExceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			signature := h.promoted("team/app")
			h.install("helm", h.values("suspend: true\n"), "--set", tt.set)
			h.must("kubectl", "create", "job", "now", "--from=cronjob/"+release)
			job := h.awaitJob("now")
			if got := job.text("status.conditions.0.reason"); job.condition("Failed") != "True" || got != tt.reason {
				t.Errorf("the Job ended for %q, want failed for %q: %v", got, tt.reason, job)
			}
			pods := h.pods("now")
			if len(pods) != tt.pods {
				t.Errorf("%d Pods, want %d\n%s", len(pods), tt.pods, h.story())
			}
			for _, pod := range pods {
				if got := pod.number("status.containerStatuses.0.state.terminated.exitCode"); got != tt.code {
					t.Errorf("exit code %d, want %d\n%s", got, tt.code, h.story())
				}
			}
			if h.holds(signature) {
				t.Error("the signature is at the target")
			}
		})
	}
}
