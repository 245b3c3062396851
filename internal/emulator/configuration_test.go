package emulator_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
)

func TestRepositoryList(t *testing.T) {
	for _, c := range []struct {
		name, user, query string
		want              []string
	}{
		{"5.4 all", "admin", "", []string{"dev LOCAL Docker", "prod LOCAL Docker", "narrow LOCAL Docker", "files LOCAL Generic", "hub REMOTE Docker", "fed FEDERATED Oci", "docker VIRTUAL Docker", "closed VIRTUAL Docker"}},
		{"5.4 only readable ones", "reader", "", []string{"dev LOCAL Docker", "docker VIRTUAL Docker", "closed VIRTUAL Docker"}},
		{"5.4 by type", "admin", "?type=virtual", []string{"docker VIRTUAL Docker", "closed VIRTUAL Docker"}},
		{"5.4 by package type", "admin", "?packageType=generic", []string{"files LOCAL Generic"}},
		{"5.4 by both", "admin", "?type=federated&packageType=oci", []string{"fed FEDERATED Oci"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rows []struct{ Key, Type, PackageType, URL string }
			w := start(t, nil)
			if err := json.Unmarshal([]byte(w.as(c.user, http.MethodGet, "/api/repositories"+c.query, "").body), &rows); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				got = append(got, r.Key+" "+r.Type+" "+r.PackageType)
				if r.URL != w.url+"/artifactory/"+r.Key {
					t.Errorf("url = %q", r.URL)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRepositoryConfiguration(t *testing.T) {
	full := func(key, class string, more map[string]any) map[string]any {
		m := map[string]any{
			"key": key, "rclass": class, "packageType": "docker", "description": "", "includesPattern": "**/*", "excludesPattern": "",
			"repoLayoutRef": "simple-default", "dockerApiVersion": "V2", "maxUniqueTags": 0.0, "dockerTagRetention": 1.0,
			"blockPushingSchema1": true, "blackedOut": false, "xrayIndex": false,
		}
		maps.Copy(m, more)
		return m
	}
	for _, c := range []struct {
		name, user, key string
		status          int
		want            map[string]any
	}{
		{"5.4 local", "admin", "prod", 200, full("prod", "local", map[string]any{"maxUniqueTags": 7.0})},
		{"5.4 virtual", "admin", "docker", 200, full("docker", "virtual", map[string]any{"repositories": []any{"dev", "prod", "hub"}, "defaultDeploymentRepo": "dev"})},
		{"5.4 remote", "admin", "hub", 200, full("hub", "remote", nil)},
		{"5.4 patterns", "admin", "narrow", 200, full("narrow", "local", map[string]any{"includesPattern": "team/**", "excludesPattern": "team/secret/**"})},
		{"5.4 reduced for others", "reader", "dev", 200, map[string]any{"key": "dev", "packageType": "docker", "description": "where images are made", "rclass": "local", "url": "URL"}},
		{"5.4 a cache has none", "admin", "hub-cache", 404, nil},
		{"5.4 absent", "admin", "none", 404, nil},
		{"6.4 not readable", "reader", "prod", 403, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil)
			got := w.as(c.user, http.MethodGet, "/api/repositories/"+c.key, "")
			if got.status != c.status {
				t.Fatalf("GET %s = %d %s, want %d", c.key, got.status, got.body, c.status)
			}
			if c.want == nil {
				return
			}
			body := got.decode(t)
			if body["url"] == w.url+"/artifactory/"+c.key {
				body["url"] = "URL"
			}
			if diff := cmp.Diff(c.want, body); diff != "" {
				t.Errorf("GET %s (-want +got):\n%s", c.key, diff)
			}
		})
	}
}

func TestMissingRepositoryOnOlderVersions(t *testing.T) {
	w := start(t, quirk(func(q *emulator.Quirks) { q.MissingRepositoryIs400 = true }))
	if got := w.as("admin", http.MethodGet, "/api/repositories/none", ""); got.status != 400 || got.body != envelope("400", "Bad Request") {
		t.Errorf("5.4 GET = %d %s, want 400", got.status, got.body)
	}
}

func TestGenericRepositoryHasNoDockerVersion(t *testing.T) {
	if got := start(t, nil).as("admin", http.MethodGet, "/api/repositories/files", "").decode(t); got["dockerApiVersion"] != nil || got["packageType"] != "generic" {
		t.Errorf("GET files = %v", got)
	}
}

func TestRepositoriesAreNotWritable(t *testing.T) {
	if got := start(t, nil).as("admin", http.MethodPut, "/api/repositories/new", "{}"); got.status != 405 {
		t.Errorf("PUT = %d, want 405", got.status)
	}
}
