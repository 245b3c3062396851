//go:build k8s

package kubernetes_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// valueFiles are the ways to install the chart that are tried on paper.
func valueFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(chart + "/ci/*-values.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob(%s/ci/*-values.yaml) = %v, %v, want files", chart, files, err)
	}
	return files
}

// What the chart renders is what the API server knows, field by field: by its own description and by its own word.
func TestEveryObjectIsKnown(t *testing.T) {
	schemas := writeSchemas(t)
	withEachHelm(t, func(t *testing.T, helm string) {
		h := newHouse(t)
		for _, values := range valueFiles(t) {
			t.Run(filepath.Base(values), func(t *testing.T) {
				h := &house{t: t, namespace: h.namespace, dir: t.TempDir()}
				file := h.write(h.must(helm, "template", release, chart, "--values", values, "--kube-version=1.36.3", "--skip-tests"))
				if said, err := h.conform(schemas, file); err != nil {
					t.Errorf("kubeconform: %v\n%s", err, said)
				}
				_, complaint, err := h.try("kubectl", "apply", "--dry-run=server", "--validate=strict", "--filename", file)
				if err != nil || complaint != "" {
					t.Errorf("kubectl apply: %v\n%s", err, complaint)
				}
			})
		}
	})
}

// So are the manifests for those who use no Helm.
func TestEveryExampleIsKnown(t *testing.T) {
	schemas := writeSchemas(t)
	h := newHouse(t)
	examples, err := filepath.Glob("../../examples/kubernetes/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no example: %v", err)
	}
	for _, file := range examples {
		if said, err := h.conform(schemas, file); err != nil {
			t.Errorf("kubeconform %s: %v\n%s", file, err, said)
		}
		_, complaint, err := h.try("kubectl", "apply", "--dry-run=server", "--validate=strict", "--filename", file)
		if err != nil || complaint != "" {
			t.Errorf("kubectl apply %s: %v\n%s", file, err, complaint)
		}
	}
}

// A field that nobody knows is refused, by the schemas and by the API server.
func TestUnknownFieldIsRefused(t *testing.T) {
	schemas := writeSchemas(t)
	h := newHouse(t)
	rendered := h.must("helm", "template", release, chart, "--skip-tests")
	if said, err := h.conform(schemas, h.write(rendered)); err != nil {
		t.Fatalf("kubeconform, without a mistake: %v\n%s", err, said)
	}
	for field, typo := range map[string]string{
		"concurrencyPolicy:": "concurencyPolicy:", "readOnlyRootFilesystem:": "readOnlyRootFileSystem:", "apiVersion: batch/v1\n": "apiVersion: batch/v2\n",
		"backoffLimit: 2": "backoffLimit: two",
	} {
		if !strings.Contains(rendered, field) {
			t.Fatalf("the chart does not render %q", field)
		}
		file := h.write(strings.Replace(rendered, field, typo, 1))
		if said, err := h.conform(schemas, file); err == nil {
			t.Errorf("kubeconform took %q: %s", typo, said)
		}
		if _, complaint, err := h.try("kubectl", "apply", "--dry-run=server", "--validate=strict", "--filename", file); err == nil {
			t.Errorf("the API server took %q: %s", typo, complaint)
		}
	}
}

func (h *house) write(text string) string {
	h.t.Helper()
	name := filepath.Join(h.t.TempDir(), "objects.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return name
}

// conform asks kubeconform about a file of objects. What has no schema is not let through.
func (h *house) conform(schemas, file string) (string, error) {
	stdout, stderr, err := h.run(tool("kubeconform"), "-strict", "-summary", "-schema-location", filepath.Join(schemas, schemaName), file)
	if err == nil && !strings.Contains(stdout, "Skipped: 0") {
		err = errors.New("kubeconform left some out")
	}
	return stdout + stderr, err
}
