package docker_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

func TestOperation(t *testing.T) {
	for rest, want := range map[string]string{
		"":                                   "other",
		"token":                              "token",
		"_catalog":                           "catalog",
		"app/tags/list":                      "tags",
		"team/sub/app/tags/list":             "tags",
		"app/manifests/1.0":                  "manifest",
		"app/manifests/sha256:00":            "manifest",
		"team/manifests/app/manifests/1.0":   "manifest",
		"team/app/blobs/sha256:00":           "blob",
		"team/app/blobs/uploads/":            "blob",
		"team/app/blobs/uploads/7":           "blob",
		"team/app/referrers/sha256:00":       "referrers",
		"manifests/1.0":                      "other",
		"app/unheard/of":                     "other",
		"blobs/uploads/manifests/tags/other": "other",
	} {
		if got := docker.Operation(rest); got != want {
			t.Errorf("Operation(%q) = %q, want %q", rest, got, want)
		}
	}
}
