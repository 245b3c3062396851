package seed_test

import (
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

func TestPush(t *testing.T) {
	s := newStore()
	got := seed.Push(s, "dev", "team/app", "1.0", "a")
	at := docker.Place{Repo: "dev", Image: "team/app", Reference: "1.0"}
	m := open(t, s, at)
	want := seed.Image{Repo: "dev", Path: "team/app", Tag: "1.0", Digest: digest.FromString(raw(s, at)).String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Push (-want +got):\n%s", diff)
	}
	var config v1.Image
	if err := json.Unmarshal([]byte(blob(t, s, at, m.Config)), &config); err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(strings.NewReader(blob(t, s, at, m.Layers[0])))
	if err != nil {
		t.Fatal(err)
	}
	diffID, err := digest.FromReader(unpacked)
	if diff := cmp.Diff([]digest.Digest{diffID}, config.RootFS.DiffIDs); err != nil || diff != "" || len(m.Layers) != 1 {
		t.Errorf("diff_ids, %v (-want +got):\n%s", err, diff)
	}
	if p := (v1.Platform{OS: "linux", Architecture: "amd64"}); !cmp.Equal(config.Platform, p) {
		t.Errorf("platform = %v, want %v", config.Platform, p)
	}
}

func TestPushIsDeterministic(t *testing.T) {
	s := newStore()
	first := seed.Push(s, "dev", "app", "1", "a").Digest
	if again := seed.Push(newStore(), "prod", "lib", "2", "a").Digest; again != first {
		t.Errorf("the same salt gave %s and %s", first, again)
	}
	if other := seed.Push(s, "dev", "app", "2", "b").Digest; other == first {
		t.Error("another salt gave the same digest")
	}
	list := seed.PushIndex(s, "dev", "app", "3", "a", 2).Digest
	if again := seed.PushIndex(newStore(), "dev", "app", "3", "a", 2).Digest; again != list {
		t.Errorf("the same salt gave the indexes %s and %s", list, again)
	}
}

// TestPushIndex holds the multi-arch layout of artifactory 2.6.
func TestPushIndex(t *testing.T) {
	s := newStore()
	got := seed.PushIndex(s, "dev", "app", "1.0", "a", 7)
	content, ok := s.Content("dev", "app/1.0/list.manifest.json")
	if !ok || digest.FromBytes(content).String() != got.Digest {
		t.Fatalf("list.manifest.json is not %s", got.Digest)
	}
	var index v1.Index
	if err := json.Unmarshal(content, &index); err != nil {
		t.Fatal(err)
	}
	if len(got.Children) != 7 || len(index.Manifests) != 7 {
		t.Fatalf("%d children, %d entries, want 7", len(got.Children), len(index.Manifests))
	}
	platforms := map[string]bool{}
	for n, d := range index.Manifests {
		child := got.Children[n]
		if child.Digest != d.Digest.String() || child.Tag != "" || child.Repo != "dev" || child.Path != "app" {
			t.Errorf("child %d = %+v, want digest %s", n, child, d.Digest)
		}
		at := docker.Place{Repo: "dev", Image: "app", Reference: child.Digest}
		open(t, s, at)
		if int64(len(raw(s, at))) != d.Size {
			t.Errorf("child %d has %d bytes, its entry says %d", n, len(raw(s, at)), d.Size)
		}
		platforms[d.Platform.Architecture+d.Platform.Variant] = true
	}
	if len(platforms) != 7 {
		t.Errorf("platforms = %v, want 7 different ones", platforms)
	}
}
