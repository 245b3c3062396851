//go:build k8s

package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A backfill is one Job, begun by the install.
func TestJob(t *testing.T) {
	withEachHelm(t, func(t *testing.T, helm string) {
		h := newHouse(t)
		signature := h.promoted("team/app")
		h.install(helm, h.values("kind: Job\n"))
		job := h.awaitJob(h.onlyJob())
		if job.condition("Complete") != "True" {
			t.Fatalf("the Job failed: %v\n%s", job, h.story())
		}
		if !h.holds(signature) {
			t.Errorf("the signature is not at the target after the run\n%s", h.story())
		}
		checkUnprivileged(t, h.pods(job.name()))
	})
}

// Many pods share the work: each does its part, and their reports in the volume, merged, tell of the whole.
func TestShards(t *testing.T) {
	t.Parallel()
	const shards, images = 3, 12
	h := newHouse(t)
	var signatures []string
	for i := range images {
		signatures = append(signatures, h.promoted(fmt.Sprintf("team/app-%d", i)))
	}
	volume := h.volume()
	h.install("helm", h.values("kind: Job\njob: {shards: 3}\nreport: {enabled: true, claim: {storageClassName: \"\"}}\n"))
	job := h.awaitJob(h.onlyJob())
	if job.condition("Complete") != "True" {
		t.Fatalf("the Job failed: %v\n%s", job, h.story())
	}
	if got := job.text("spec.completionMode"); got != "Indexed" || len(h.pods(job.name())) != shards {
		t.Errorf("the Job is %q with %d Pods, want Indexed with %d", got, len(h.pods(job.name())), shards)
	}
	for _, signature := range signatures {
		if !h.holds(signature) {
			t.Errorf("%s is not at the target", signature)
		}
	}
	reports, err := filepath.Glob(filepath.Join(volume, "*.json"))
	if err != nil || len(reports) != shards {
		t.Fatalf("the volume holds the reports %v, %v, want %d", reports, err, shards)
	}
	copied := 0
	for _, report := range reports {
		part := copies(t, readFile(t, report))
		if part == images {
			t.Errorf("%s tells of all %d copies", filepath.Base(report), part)
		}
		copied += part
	}
	merged, complaint, err := h.run(filepath.Join(cluster.dir, "sigsync"), append([]string{"report", "merge", "--output", "json"}, reports...)...)
	if err != nil {
		t.Fatalf("sigsync report merge: %v\n%s", err, complaint)
	}
	if whole := copies(t, []byte(merged)); copied != images || whole != images {
		t.Errorf("the shards' reports tell of %d copies, merged of %d, want %d", copied, whole, images)
	}
}

// copies is the number of attachments that a report says were copied.
func copies(t *testing.T, report []byte) int {
	t.Helper()
	var o object
	if err := json.Unmarshal(report, &o); err != nil {
		t.Fatal(err)
	}
	return o.number("totals.outcomes.copied")
}

// onlyJob is the name of the namespace's Job.
func (h *house) onlyJob() string {
	h.t.Helper()
	return h.await(h.path("batch/v1", "jobs"), "a Job", func(object) bool { return true }).name()
}

// volume makes a volume of the node's, for the next claim of a gibibyte without a class, and returns its folder.
func (h *house) volume() string {
	h.t.Helper()
	folder := filepath.Join(cluster.dir, "volumes", h.namespace)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		h.t.Fatal(err)
	}
	here := map[string]any{"key": "kubernetes.io/hostname", "operator": "In", "values": []any{nodeName}}
	h.create("/api/v1/persistentvolumes", object{
		"metadata": map[string]any{"name": h.namespace},
		"spec": map[string]any{
			"capacity": map[string]any{"storage": "1Gi"}, "accessModes": []any{"ReadWriteOnce"},
			"claimRef":     map[string]any{"namespace": h.namespace, "name": release + "-reports"},
			"local":        map[string]any{"path": folder},
			"nodeAffinity": map[string]any{"required": map[string]any{"nodeSelectorTerms": []any{map[string]any{"matchExpressions": []any{here}}}}},
		},
	})
	return folder
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A wrong configuration is wrong for every shard; what one shard leaves undone does not stop the others.
func TestShardsFail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.promoted("team/app")
	h.install("helm", h.values("kind: Job\nmode: audit\njob: {shards: 2}\n"))
	job := h.awaitJob(h.onlyJob())
	if job.condition("Failed") != "True" || job.text("status.completedIndexes") == "" || job.text("status.failedIndexes") == "" {
		t.Errorf("the Job ended with %v, want one index failed and one completed\n%s", job.at("status"), h.story())
	}
	for _, pod := range h.pods(job.name()) {
		if args := fmt.Sprint(pod.at("spec.containers.0.args")); !strings.Contains(args, "--shard") {
			t.Errorf("pod %s runs %s, want --shard", pod.name(), args)
		}
	}
}
