package docker_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestParseManifestType: what a manifest states counts before what it came
// with, and that before its shape.
func TestParseManifestType(t *testing.T) {
	const (
		dockerType = "application/vnd.docker.distribution.manifest.v2+json"
		dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
	)
	config := `"config":` + descriptor(configType, "c")
	for _, c := range []struct {
		content, contentType, want string
		index                      bool
	}{
		{`{"schemaVersion":2,"mediaType":"` + dockerType + `",` + config + `}`, imageType, dockerType, false},
		{`{"schemaVersion":2,` + config + `}`, dockerType, dockerType, false},
		{`{"schemaVersion":2,` + config + `,"manifests":[]}`, imageType, imageType, false},
		{`{"schemaVersion":2,` + config + `,"manifests":[]}`, "", imageType, false},
		{`{"schemaVersion":2,` + config + `}`, "text/plain", imageType, false},
		{`{"schemaVersion":2,"manifests":[]}`, dockerList, dockerList, true},
		{`{"schemaVersion":2,"manifests":[]}`, "text/plain", indexType, true},
		{`{"schemaVersion":2}`, indexType, indexType, true},
	} {
		got, err := docker.ParseManifest([]byte(c.content), c.contentType)
		if err != nil || got.MediaType != c.want || got.Index != c.index || got.Digest != sum(c.content) {
			t.Errorf("ParseManifest(%s, %s) = %+v, %v, want %s, index %v", c.content, c.contentType, got, err, c.want, c.index)
		}
	}
}
