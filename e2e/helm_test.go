//go:build e2e

package e2e_test

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const chart = "../charts/sigsync"

// rendered is what helm template wrote: each object under its kind, a second one of a kind under kind and name, such as
// ConfigMap/prod-sigsync-dashboard, and the pod's template under "pod" as well.
type rendered map[string]any

// template is what helm template writes of a chart as the release "prod" in the namespace "trust".
func template(t *testing.T, chart string, args ...string) string {
	t.Helper()
	args = append([]string{"template", "prod", chart, "--namespace", "trust"}, args...)
	stdout, stderr, err := runTool(t, "helm", args...)
	if err != nil || stderr != "" {
		t.Fatalf("helm %q: %v\n%s", args, err, stderr)
	}
	return stdout
}

// render reads what template returns.
func render(t *testing.T, chart string, args ...string) rendered {
	t.Helper()
	r := parse(t, template(t, chart, args...))
	for _, path := range []string{"CronJob.spec.jobTemplate.spec.template", "Job.spec.template", "Deployment.spec.template"} {
		if pod := r.at(path); pod != nil {
			r["pod"] = pod
		}
	}
	return r
}

func parse(t *testing.T, text string) rendered {
	t.Helper()
	r := rendered{}
	documents := yaml.NewDecoder(strings.NewReader(text))
	for {
		var object map[string]any
		switch err := documents.Decode(&object); {
		case errors.Is(err, io.EOF):
			return r
		case err != nil:
			t.Fatalf("decode what helm rendered: %v\n%s", err, text)
		}
		place, named := object["kind"].(string)
		if _, taken := r[place]; taken {
			name, _ := rendered(object).at("metadata.name").(string)
			place += "/" + name
		}
		if _, taken := r[place]; taken || !named {
			t.Fatalf("helm rendered %q twice, or an object without a kind", place)
		}
		r[place] = object
	}
}

// at follows a path of keys and indices, such as CronJob.spec.schedule. It is nil where the path ends early.
func (r rendered) at(path string) any {
	var value any = map[string]any(r)
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
