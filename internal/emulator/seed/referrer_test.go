package seed_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	emptyDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
	bundleType  = "application/vnd.dev.sigstore.bundle.v0.3+json"
	emptyType   = "application/vnd.oci.empty.v1+json"
)

// serve starts a server with the repositories dev and prod, both with the
// Referrers API, that lets everybody in.
func serve(t *testing.T) (*tree.Store, string) {
	t.Helper()
	server, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: "dev", Referrers: true}, {Key: "prod", Referrers: true}},
		Anonymous:    []access.Permission{{Repositories: []string{"*"}, Rights: access.All}},
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server.Tree(), web.URL + "/v2/"
}

// get reads an index of the server.
func get(t *testing.T, url string) v1.Index {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var index v1.Index
	if err := json.Unmarshal(body, &index); err != nil || response.StatusCode != http.StatusOK || index.MediaType != v1.MediaTypeImageIndex {
		t.Fatalf("GET %s = %d %s, %v, want an index", url, response.StatusCode, body, err)
	}
	return index
}

func digests(index v1.Index) []string {
	found := []string{}
	for _, d := range index.Manifests {
		found = append(found, d.Digest.String())
	}
	return found
}

// TestBundle holds signature-formats A2, byte for byte where that is possible.
func TestBundle(t *testing.T) {
	s := newStore()
	image := seed.PushIndex(s, "dev", "team/app", "1", "a", 2)
	list, _ := docker.FindManifest(s, docker.Place{Repo: "dev", Image: "team/app", Reference: "1"})
	got := seed.Bundle("dev", "team/app", image.Digest, seed.SignPredicate, "alice").Place(s)
	at := docker.Place{Repo: "dev", Image: "team/app", Reference: got}
	m := open(t, s, at)
	layer := m.Layers[0]
	want := fmt.Sprintf(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"%s",`+
		`"config":{"mediaType":"%s","size":2,"digest":"%s"},"layers":[{"mediaType":"%s","size":%d,"digest":"%s"}],`+
		`"annotations":{"dev.sigstore.bundle.content":"dsse-envelope",`+
		`"dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1","org.opencontainers.image.created":"2026-01-01T00:00:00Z"},`+
		`"subject":{"mediaType":"application/vnd.oci.image.index.v1+json","size":%d,"digest":"%s"}}`,
		bundleType, emptyType, emptyDigest, bundleType, layer.Size, layer.Digest, list.Size, image.Digest)
	if diff := cmp.Diff(want, raw(s, at)); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	var bundle struct {
		MediaType string
		Envelope  struct {
			Payload, PayloadType string
			Signatures           []struct{ Sig string }
		} `json:"dsseEnvelope"`
	}
	if err := json.Unmarshal([]byte(blob(t, s, at, layer)), &bundle); err != nil {
		t.Fatal(err)
	}
	if bundle.MediaType != bundleType || bundle.Envelope.PayloadType != "application/vnd.in-toto+json" || len(bundle.Envelope.Signatures) != 1 {
		t.Errorf("bundle = %+v", bundle)
	}
	statement, _ := base64.StdEncoding.DecodeString(bundle.Envelope.Payload)
	want = `{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"` + image.Digest[7:] + `"},"annotations":{}}],` +
		`"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}`
	if diff := cmp.Diff(want, string(statement)); diff != "" {
		t.Errorf("statement (-want +got):\n%s", diff)
	}
	for name, other := range map[string]seed.Referrer{
		"another signer":    seed.Bundle("dev", "team/app", image.Digest, seed.SignPredicate, "bob"),
		"another predicate": seed.Bundle("dev", "team/app", image.Digest, "https://slsa.dev/provenance/v1", "alice"),
	} {
		if other.Place(s) == got {
			t.Errorf("%s: one digest with the first bundle, want another", name)
		}
	}
}

// TestReferrerKinds holds signature-formats A2 and A3: what Notation and the
// legacy mode of cosign 2 push.
func TestReferrerKinds(t *testing.T) {
	s := newStore()
	image := seed.Push(s, "dev", "app", "1", "a")
	item, _ := docker.FindManifest(s, docker.Place{Repo: "dev", Image: "app", Reference: "1"})
	target := fmt.Appendf(nil, `{"targetArtifact":{"mediaType":"%s","size":%d,"digest":"%s"}}`, v1.MediaTypeImageManifest, item.Size, image.Digest)
	for _, c := range []struct {
		name                                 string
		referrer                             seed.Referrer
		artifactType, configType, layer, key string // key is an annotation of manifest or layer
		content                              string
	}{
		{"Notation", seed.Notation(s, "dev", "app", image.Digest, "alice"), "application/vnd.cncf.notary.signature", emptyType,
			"application/jose+json", "io.cncf.notary.x509chain.thumbprint#S256", `"payload":"` + base64.RawURLEncoding.EncodeToString(target)},
		{"legacy", seed.Artifact("dev", "app", image.Digest, "alice"), "", "application/vnd.dev.cosign.artifact.sig.v1+json",
			"application/vnd.dev.cosign.simplesigning.v1+json", signatureKey, `"docker-manifest-digest":"` + image.Digest},
		{"anything", seed.Referrer{Repo: "dev", Image: "app", Subject: image.Digest, ArtifactType: "text/x", Content: []byte("bytes")}, "text/x", emptyType,
			"text/x", "", "bytes"},
	} {
		at := docker.Place{Repo: "dev", Image: "app", Reference: c.referrer.Place(s)}
		m := open(t, s, at)
		got := []string{m.ArtifactType, m.Config.MediaType, m.Layers[0].MediaType, m.Subject.Digest.String()}
		if diff := cmp.Diff([]string{c.artifactType, c.configType, c.layer, image.Digest}, got); diff != "" {
			t.Errorf("%s: types and subject (-want +got):\n%s", c.name, diff)
		}
		if content := blob(t, s, at, m.Layers[0]); !strings.Contains(content, c.content) {
			t.Errorf("%s: layer = %s, want %s in it", c.name, content, c.content)
		}
		if _, ok := m.Annotations[c.key]; !ok && m.Layers[0].Annotations[c.key] == "" && c.key != "" {
			t.Errorf("%s: annotations = %v and %v, want %s", c.name, m.Annotations, m.Layers[0].Annotations, c.key)
		}
	}
}

// TestListed holds signature-formats B3 and B4: what was pushed is listed, what
// came by a copy is there and is not.
func TestListed(t *testing.T) {
	s, url := serve(t)
	image := seed.Push(s, "dev", "app", "1", "a")
	pushed := seed.Bundle("dev", "app", image.Digest, seed.SignPredicate, "alice").Push(s)
	placed := seed.Bundle("dev", "app", image.Digest, seed.SignPredicate, "bob")
	if diff := cmp.Diff([]string{pushed}, digests(get(t, url+"dev/app/referrers/"+image.Digest))); placed.Place(s) == pushed || diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	open(t, s, docker.Place{Repo: "dev", Image: "app", Reference: placed.Place(s)})
	seed.List(s, "dev", "app", placed.Place(s))
	seed.List(s, "dev", "app", pushed)
	if diff := cmp.Diff([]string{placed.Place(s), pushed}, digests(get(t, url+"dev/app/referrers/"+image.Digest))); diff != "" {
		t.Errorf("listed after List (-want +got):\n%s", diff)
	}
	s.Delete("dev", "app")
	placed.Repo = "prod"
	if again := placed.Push(s); again != digests(get(t, url+"dev/app/referrers/"+image.Digest))[0] {
		t.Errorf("digest in another repository, after a move of the subject = %s, want the same", again)
	}
	if got := digests(get(t, url+"prod/app/referrers/"+image.Digest)); len(got) != 1 {
		t.Errorf("listed at prod = %v, want one", got)
	}
	unknown := "sha256:" + strings.Repeat("0", 64)
	seed.Bundle("prod", "app", unknown, seed.SignPredicate, "alice").Push(s)
	if got := digests(get(t, url+"prod/app/referrers/"+unknown)); len(got) != 1 {
		t.Errorf("listed for a subject that never was = %v, want one", got)
	}
}

// TestFallback holds signature-formats A2 and A4: entries with type and
// annotations, or as older clients wrote them.
func TestFallback(t *testing.T) {
	s, url := serve(t)
	image := seed.Push(s, "dev", "app", "1", "a")
	bundle := seed.Bundle("dev", "app", image.Digest, seed.SignPredicate, "alice")
	legacy := seed.Artifact("dev", "app", image.Digest, "alice").Place(s)
	fallback := seed.Fallback{Repo: "dev", Image: "app", Subject: image.Digest, Referrers: []string{legacy, bundle.Place(s)}}
	for _, c := range []struct {
		empty                bool
		bundleType, thatType string
		annotations          map[string]string
	}{
		{false, bundleType, "application/vnd.dev.cosign.artifact.sig.v1+json", bundle.Annotations},
		{true, emptyType, emptyType, nil},
	} {
		fallback.EmptyTypes = c.empty
		digest := fallback.Push(s)
		got := get(t, url+"dev/app/manifests/"+strings.Replace(image.Digest, ":", "-", 1))
		if diff := cmp.Diff(fallback.Referrers, digests(got)); diff != "" {
			t.Fatalf("entries (-want +got):\n%s", diff)
		}
		first, second := got.Manifests[0], got.Manifests[1]
		if diff := cmp.Diff([]string{c.thatType, c.bundleType}, []string{first.ArtifactType, second.ArtifactType}); diff != "" {
			t.Errorf("artifact types (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(c.annotations, second.Annotations); diff != "" {
			t.Errorf("annotations (-want +got):\n%s", diff)
		}
		item, _ := docker.FindManifest(s, docker.Place{Repo: "dev", Image: "app", Reference: second.Digest.String()})
		if second.Size != item.Size || second.MediaType != v1.MediaTypeImageManifest || digest != "sha256:"+sha256Of(s, "dev", "app/"+strings.Replace(image.Digest, ":", "-", 1)+"/list.manifest.json") {
			t.Errorf("entry = %+v of %d bytes in %s", second, item.Size, digest)
		}
	}
}

func sha256Of(s *tree.Store, repo, path string) string {
	i, _ := s.Stat(repo, path)
	return i.SHA256
}
