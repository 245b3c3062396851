//go:build k8s

package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What helm installed, and what the controllers made of it, goes when the release does.
func TestUninstall(t *testing.T) {
	withEachHelm(t, func(t *testing.T, helm string) {
		for _, kind := range []string{"CronJob", "Deployment", "Job"} {
			t.Run(kind, func(t *testing.T) {
				h := newHouse(t)
				before := h.furnished()
				h.install(helm, h.values("kind: "+kind+"\n"), "--wait", "--timeout=2m", "--set", "audit.enabled=true,networkPolicy.enabled=true,podDisruptionBudget.enabled="+strconv.FormatBool(kind == "Deployment"))
				if kind == "CronJob" {
					h.must("kubectl", "create", "job", "now", "--from=cronjob/"+release)
					h.awaitJob("now")
				}
				if slices.Equal(before, h.everything()) {
					t.Fatal("helm installed nothing")
				}
				h.must(helm, "uninstall", release)
				h.until("that nothing is left", func() error {
					if diff := cmp.Diff(before, h.everything()); diff != "" {
						return fmt.Errorf("helm uninstall leaves (-before +after):\n%s", diff)
					}
					return nil
				})
			})
		}
	})
}

// furnished waits for what controllers put into every namespace some time after it is made, and returns everything in it.
func (h *house) furnished() (all []string) {
	h.t.Helper()
	h.until("what every namespace has", func() error {
		all = h.everything()
		for _, want := range []string{"v1 configmaps kube-root-ca.crt", "v1 serviceaccounts default"} {
			if !slices.Contains(all, want) {
				return fmt.Errorf("no %s in %v", want, all)
			}
		}
		return nil
	})
	return all
}

// everything is the kind and name of each object in the namespace, whatever it is, but for those that tell what happened.
func (h *house) everything() []string {
	h.t.Helper()
	var all []string
	for _, resource := range h.resources() {
		for _, o := range h.list(resource.version, resource.name) {
			if resource.name != "events" {
				all = append(all, resource.version+" "+resource.name+" "+o.name())
			}
		}
	}
	slices.Sort(all)
	return all
}

// resource is a kind of objects that can be listed, as it is named in paths.
type resource struct{ version, name string }

// resources asks the API server what there is in namespaces.
func (h *house) resources() []resource {
	h.t.Helper()
	var groups struct {
		Groups []struct {
			PreferredVersion struct {
				GroupVersion string `json:"groupVersion"`
			} `json:"preferredVersion"`
		} `json:"groups"`
	}
	h.decode("/apis", &groups)
	versions := []string{"v1"}
	for _, group := range groups.Groups {
		versions = append(versions, group.PreferredVersion.GroupVersion)
	}
	var all []resource
	for _, version := range versions {
		var listed struct {
			Resources []struct {
				Name       string   `json:"name"`
				Namespaced bool     `json:"namespaced"`
				Verbs      []string `json:"verbs"`
			} `json:"resources"`
		}
		root := "/apis/"
		if version == "v1" {
			root = "/api/"
		}
		h.decode(root+version, &listed)
		for _, r := range listed.Resources {
			if r.Namespaced && slices.Contains(r.Verbs, "list") {
				all = append(all, resource{version, r.Name})
			}
		}
	}
	return all
}

func (h *house) decode(path string, into any) {
	h.t.Helper()
	text, err := cluster.admin.text(h.t.Context(), path)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		h.t.Fatal(err)
	}
}
