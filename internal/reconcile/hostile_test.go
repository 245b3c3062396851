package reconcile_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// forger makes up referrers in dev as it is asked for them.
type forger struct {
	// referrer makes one for a subject; "" is none.
	referrer func(subject oci.Digest) string

	mu    sync.Mutex
	made  map[string]string // by digest, blobs too
	asked int
}

func (f *forger) intercept(r *http.Request, operation string) http.Handler {
	if !strings.Contains(r.URL.Path, "/dev/") {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	reference := path.Base(r.URL.Path)
	if raw, ok := f.made[reference]; ok && operation != "referrers" {
		return answer(http.StatusOK, v1.MediaTypeImageManifest, raw)
	}
	if operation != "referrers" {
		return nil
	}
	f.asked++
	subject, err := oci.ParseDigest(reference)
	if err != nil {
		panic(err)
	}
	list := []string{}
	if raw := f.referrer(subject); raw != "" {
		d := oci.FromBytes([]byte(raw)).String()
		f.made[d] = raw
		list = append(list, fmt.Sprintf(`{"mediaType":%q,"digest":%q,"size":%d}`, v1.MediaTypeImageManifest, d, len(raw)))
	}
	return answer(http.StatusOK, v1.MediaTypeImageIndex, `{"schemaVersion":2,"manifests":[`+strings.Join(list, ",")+`]}`)
}

func referrerOf(subject oci.Digest, artifactType string, layers ...string) string {
	return fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"artifactType":%q,"config":{"mediaType":%q,"digest":%q,"size":2},`+
		`"layers":[%s],"subject":{"mediaType":%q,"digest":%q,"size":1}}`,
		v1.MediaTypeImageManifest, artifactType, v1.MediaTypeEmptyJSON, oci.EmptyDigest(), strings.Join(layers, ","), v1.MediaTypeImageManifest, subject)
}

func TestForgedReferrersAreUnknownAndEnd(t *testing.T) {
	bundle := fmt.Sprintf(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":%q,"size":2}`, oci.EmptyDigest())
	large := strings.Replace(bundle, `"size":2`, `"size":9223372036854775807`, 1)
	large = strings.Replace(large, oci.EmptyDigest().String(), oci.FromBytes([]byte("content")).String(), 1)
	for name, c := range map[string]struct {
		referrer func(image, subject oci.Digest) string
		want     string
	}{
		"referrers of referrers without end": {
			func(_, subject oci.Digest) string { return referrerOf(subject, "application/spdx+json") }, "more than 16 of them on one another",
		},
		"a thousand layers and one": {
			func(image, subject oci.Digest) string {
				if image != subject {
					return ""
				}
				return referrerOf(subject, "", strings.Split(strings.Repeat(bundle+"\n", intake.Layers)+bundle, "\n")...)
			}, "more than 1000 layers",
		},
		"an artifact type without end": {
			func(_, subject oci.Digest) string { return referrerOf(subject, strings.Repeat("x", 256)) }, "more than 255 bytes",
		},
		"a layer of absurd size": {
			func(_, subject oci.Digest) string { return referrerOf(subject, "", large) }, "more than 67108864 bytes",
		},
		"a layer of negative size": {
			func(_, subject oci.Digest) string {
				return referrerOf(subject, "", strings.ReplaceAll(large, "9223372036854775807", "-1"))
			},
			"more than -1 bytes",
		},
		"a manifest without end": {
			func(_, subject oci.Digest) string {
				return referrerOf(subject, "") + strings.Repeat(" ", intake.ManifestBytes)
			},
			"more than 16777216 bytes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withReferrers(dev, prod))
			image, _ := w.bundled("team/app")
			subject, err := oci.ParseDigest(image.Digest)
			if err != nil {
				t.Fatal(err)
			}
			f := &forger{made: map[string]string{oci.FromBytes([]byte("content")).String(): "content"}, referrer: func(d oci.Digest) string { return c.referrer(subject, d) }}
			w.server.SetIntercept(f.intercept)
			w.options.Pairs[0].Search = plan.SearchAlways
			r := w.audit()
			if r.Totals.States[plan.Unknown] == 0 || r.Totals.States[plan.Unsigned] != 0 || !strings.Contains(reasons(r), c.want) {
				t.Errorf("audit = %v: %.1000s, want unknown and %q", findings(r), reasons(r), c.want)
			}
			if f.asked > intake.Chain+1 {
				t.Errorf("audit asked for the referrers of %d subjects, want an end", f.asked)
			}
		})
	}
}

// Nobody looks into a document, but each of its layers would be pushed.
func TestADocumentOfTooManyLayersIsNotCarried(t *testing.T) {
	w := newWorld(t, withReferrers(dev, prod))
	image, _ := w.bundled("team/app")
	layer := fmt.Sprintf(`{"mediaType":"application/spdx+json","digest":%q,"size":2}`, oci.EmptyDigest())
	f := &forger{made: map[string]string{}, referrer: func(d oci.Digest) string {
		if d.String() != image.Digest {
			return ""
		}
		return referrerOf(d, "application/spdx+json", strings.Split(strings.Repeat(layer+"\n", intake.Layers)+layer, "\n")...)
	}}
	w.server.SetIntercept(f.intercept)
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 || !strings.Contains(reasons(r), "more than 1000 layers") || len(w.writes()) != 0 {
		t.Errorf("sync = %v: %.1000s, wrote %v, want a refusal before anything is written", findings(r), reasons(r), w.writes())
	}
}

// What an index that is too long lists is not known: it does not list nothing.
func TestAReferrersIndexWithoutEndIsUnknown(t *testing.T) {
	w := newWorld(t)
	image, _ := w.bundled("team/app", "alice")
	subject, err := oci.ParseDigest(image.Digest)
	if err != nil {
		t.Fatal(err)
	}
	entries := make([]oci.Descriptor, intake.Referrers+1)
	for n := range entries {
		entries[n] = oci.Descriptor{MediaType: v1.MediaTypeImageManifest, Digest: oci.FromBytes(fmt.Append(nil, n)), Size: 1}
	}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": v1.MediaTypeImageIndex, "manifests": entries})
	if err != nil {
		t.Fatal(err)
	}
	w.server.SetIntercept(only("manifest", func(r *http.Request) http.Handler {
		if path.Base(r.URL.Path) != cosign.FallbackTag(subject) {
			return nil
		}
		return answer(http.StatusOK, v1.MediaTypeImageIndex, string(index))
	}))
	w.options.Pairs[0].Search = plan.SearchAlways
	r := w.audit()
	if r.Totals.States[plan.Unknown] == 0 || r.Totals.States[plan.Unsigned] != 0 || !strings.Contains(reasons(r), "more than 10000 entries") {
		t.Errorf("audit = %v: %.1000s, want unknown", findings(r), reasons(r))
	}
}

// An index that a signature waits for must be the one that was listed.
func TestTheChildrenOfAnotherIndexAreNotBelieved(t *testing.T) {
	w := newWorld(t)
	index := seed.PushIndex(w.tree(), dev, "team/app", "1.0", "salt", 2)
	seed.Promote(w.tree(), dev, "team/app", "1.0", prod, "team/app", "1.0")
	seed.Sign(w.tree(), dev, "team/app", index.Digest, "alice")
	seed.Sign(w.tree(), dev, "team/app", index.Children[0].Digest, "alice")
	w.server.SetIntercept(func(r *http.Request, operation string) http.Handler {
		switch {
		case operation == "manifest" && path.Base(r.URL.Path) == index.Digest:
			return answer(http.StatusOK, v1.MediaTypeImageIndex, `{"schemaVersion":2,"manifests":[]}`)
		case operation == "copy" && strings.Contains(r.URL.Path, strings.ReplaceAll(index.Children[0].Digest, ":", "-")):
			return answer(http.StatusForbidden, "text/plain", "no")
		}
		return nil
	})
	r := w.sync()
	if !strings.Contains(reasons(r), "whether it is a child's could not be told") {
		t.Errorf("sync = %v: %s, want that the index waits", findings(r), reasons(r))
	}
}
