//go:build k8s

package kubernetes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkUnprivileged wants one Pod that, as the API server holds it, has no token of the Kubernetes API and none of the rights that
// admission does not look at.
func checkUnprivileged(t *testing.T, pods []object) {
	t.Helper()
	if len(pods) != 1 {
		t.Fatalf("%d Pods, want 1", len(pods))
	}
	pod := pods[0]
	for path, want := range map[string]any{
		"spec.automountServiceAccountToken":                        false,
		"spec.serviceAccountName":                                  release,
		"spec.containers.0.securityContext.readOnlyRootFilesystem": true,
		"spec.containers.0.image":                                  sigsyncImage,
	} {
		if got := pod.at(path); got != want {
			t.Errorf("pod: %s = %v, want %v", path, got, want)
		}
	}
	for _, name := range names(pod.at("spec.volumes")) {
		if strings.HasPrefix(name, "kube-api-access") {
			t.Errorf("pod has the volume %s, want no token of the Kubernetes API", name)
		}
	}
}

// names are those of a list of things with names.
func names(list any) []string {
	things, _ := list.([]any)
	var found []string
	for _, thing := range things {
		named, _ := thing.(map[string]any)
		name, _ := named["name"].(string)
		found = append(found, name)
	}
	return found
}

// checkConfined asks the kernel about the process of a Pod that runs: who it is, what it may, and where it can write.
func checkConfined(t *testing.T, pod object) {
	t.Helper()
	process := processOf(t, pod)
	status := string(readFile(t, process+"/status"))
	for _, want := range []string{
		"Uid:\t65532\t65532\t65532\t65532\n", "Gid:\t65532\t65532\t65532\t65532\n", "CapEff:\t0000000000000000\n", "CapBnd:\t0000000000000000\n",
		"NoNewPrivs:\t1\n", "Seccomp:\t2\n",
	} {
		if !strings.Contains(status, want) {
			t.Errorf("the container's process lacks %q: %s", want, status)
		}
	}
	for line := range strings.Lines(string(readFile(t, process+"/mountinfo"))) {
		// The mount's point is the fifth field, its options the sixth.
		fields := strings.Fields(line)
		point, options := fields[4], ","+fields[5]+","
		if strings.Contains(options, ",rw,") && !slices.ContainsFunc(runtimes(), func(r string) bool { return point == r || strings.HasPrefix(point, r+"/") }) {
			t.Errorf("the container may write to %s: %s", point, line)
		}
	}
}

// runtimes are what containerd mounts into every container, root's to write to.
func runtimes() []string {
	return []string{"/dev", "/proc", "/sys/fs/cgroup", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}
}

// processOf is the folder in /proc of the Pod's only process besides the one that holds its network.
func processOf(t *testing.T, pod object) string {
	t.Helper()
	groups, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range groups {
		group, err := os.ReadFile(file)
		if err != nil {
			continue // it ended
		}
		folder := filepath.Dir(file)
		name, _ := os.ReadFile(folder + "/comm")
		if strings.Contains(string(group), "pod"+pod.text("metadata.uid")) && string(name) == "sigsync\n" {
			found = append(found, folder)
		}
	}
	if len(found) != 1 {
		t.Fatalf("pod %s has the processes %v, want one", pod.name(), found)
	}
	return found[0]
}
