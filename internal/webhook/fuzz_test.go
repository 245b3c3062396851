package webhook_test

import (
	"encoding/json"
	"errors"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/webhook"
)

// Whatever a body is: it is no event, or one whose texts name nothing but what
// they stand for; and what it says can be written and read again.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		f.Add(form(f, strings.TrimSuffix(filepath.Base(file), ".json")))
	}
	for _, seed := range []string{
		"", "{}", "null", "[]", `{"data":null}`, `{"data":{"event_type":"pushed"}}`,
		event("pushed", `"repo_key":1,"path":"a/b/../sha256__`+digits+`/manifest.json"`),
		event("promoted", `"repo_key":"\u202e","image_name":"a\u0000","tag":1e9,"target_repo":"..","target_tag":"*"`),
		`{"event_type":"promoted","build_name":"b"}`, `{"domain":"artifact","event_type":"copied","data":[[[]]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := webhook.Parse(body)
		if err != nil {
			if e != (webhook.Event{}) || strings.ContainsAny(err.Error(), "\n\x1b") && errors.Is(err, webhook.ErrIgnored) {
				t.Errorf("Parse = %v, %q", e, err)
			}
			return
		}
		if !json.Valid(body) {
			t.Errorf("Parse took what is no JSON")
		}
		if e.Repository == "" || e.Image == "" || !e.Promoted && e.TargetRepository+e.TargetTag != "" {
			t.Errorf("Parse = %+v, which is of nothing", e)
		}
		for _, name := range []string{e.Repository, e.Image, e.Tag, e.TargetRepository, e.TargetTag} {
			if len(name) > intake.NameBytes || strings.ContainsAny(name, `*?\"<> `) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("Parse took the name %q", name)
			}
		}
		if at := "/" + e.Repository + "/" + e.Image; path.Clean(at) != at || strings.Contains(e.Repository+e.Tag+e.TargetRepository+e.TargetTag, "/") {
			t.Errorf("Parse took %+v, which leads elsewhere", e)
		}
		again, err := webhook.Parse(written(t, e))
		if diff := cmp.Diff(e, again); diff != "" || err != nil {
			t.Errorf("Parse of the same, written plainly = %v (-want +got):\n%s", err, diff)
		}
	})
}

// written is an event in the form that Artifactory sends now.
func written(t *testing.T, e webhook.Event) []byte {
	t.Helper()
	kind := "pushed"
	if e.Promoted {
		kind = "promoted"
	}
	body, err := json.Marshal(map[string]any{"domain": "docker", "event_type": kind, "data": map[string]any{
		"repo_key": e.Repository, "image_name": e.Image, "tag": e.Tag, "sha256": strings.TrimPrefix(e.Digest.String(), "sha256:"),
		"target_repo": e.TargetRepository, "target_tag": e.TargetTag,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}
