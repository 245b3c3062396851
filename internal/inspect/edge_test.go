package inspect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/report"
)

const artifactType = "application/vnd.dev.cosign.artifact.sig.v1+json"

// Two signers without a name are one command; a key that is one of several in a
// file is none that cosign reads; who speaks no TLS elsewhere has to be said.
func TestCommandsOfKeys(t *testing.T) {
	subject := oci.FromBytes([]byte("subject"))
	a := inspect.Attachment{
		Digest: subject, Family: cosign.Signature, Tag: cosign.Tag{Subject: subject}.String(),
		Claims: []claim.Claim{{Form: claim.Payload, Signature: "a"}, {Form: claim.Payload, Signature: "b"}},
	}
	verified := a
	verified.Checks = []inspect.Check{{VerifiedBy: []string{"keys/a.pub", "many.pub#2"}}, {VerifiedBy: []string{"keys/a.pub"}}}
	several := a
	several.Checks = []inspect.Check{{VerifiedBy: []string{"many.pub#2"}}}
	for name, c := range map[string]struct {
		of   inspect.Attachment
		want string
	}{
		"unknown": {a, "KEY.pub"}, "verified": {verified, "keys/a.pub"}, "one of several": {several, "KEY.pub"},
	} {
		want := []string{"cosign verify --key " + c.want + " --insecure-ignore-tlog --allow-http-registry acme.test/dev/team/app@" + subject.String()}
		got := inspect.Commands(inspect.AddressOf("http://acme.test"), "dev", image, subject, []inspect.Attachment{c.of})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Commands(%s) (-want +got):\n%s", name, diff)
		}
	}
}

// A signature of the tag scheme that is a referrer is found where cosign is told so.
func TestCommandsOfArtifacts(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	layer := s.blob(fmt.Appendf(nil, `{"critical":{"image":{"docker-manifest-digest":%q}}}`, subject))
	layer["mediaType"] = "application/vnd.dev.cosign.simplesigning.v1+json"
	d := s.put("", object{"config": s.blob([]byte("{}")), "artifactType": artifactType, "layers": []object{layer}, "subject": object{"digest": subject}})
	s.referrers[subject] = []oci.Descriptor{{Digest: d}}
	got := s.look(image).Repositories[0].Manifests[0].Verify
	if len(got) != 1 || !strings.Contains(got[0], "--experimental-oci11") {
		t.Errorf("Verify = %q, want one that looks for referrers", got)
	}
}

// What the server answers is not what was listed.
func TestOtherContent(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	tag := cosign.Tag{Subject: subject}.String()
	s.put(tag, object{"config": s.blob([]byte("{}")), "layers": []object{s.blob([]byte("payload"))}})
	s.blobs[oci.FromBytes([]byte("payload"))] = []byte("forged")
	r := s.look(image)
	if a := r.Repositories[0].Manifests[0].Attachments[0]; !strings.HasSuffix(a.Problem, "it holds other content") || r.ExitCode != report.ExitFailed {
		t.Errorf("with a forged blob: problem %q, exit code %d", a.Problem, r.ExitCode)
	}

	s = newShelf(t)
	subject = s.image("1.0", 1)
	tag = cosign.Tag{Subject: subject}.String()
	s.put(tag, object{"config": s.blob([]byte("{}")), "layers": []object{}})
	s.manifests[tag] = []byte(`{"config":{}}`)
	if a := s.look(image).Repositories[0].Manifests[0].Attachments[0]; !strings.Contains(a.Problem, "when it was listed") {
		t.Errorf("with a tag that moved: problem %q, want that it did", a.Problem)
	}
}

// A tag of the scheme may name the image itself.
func TestItself(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	tag := cosign.Tag{Subject: subject}
	s.builder.AttachmentByName(image, tag, subject)
	s.manifests[tag.String()] = s.manifests[subject.String()]
	if r := s.look(image); r.ExitCode != report.ExitOK || len(r.Repositories[0].Manifests[0].Attachments[0].Attachments) > 0 {
		t.Errorf("exit code %d, want %d, and the image once: %+v", r.ExitCode, report.ExitOK, r.Repositories)
	}
}

// An index with more children than anybody looks at, of which one is not there.
func TestManyChildren(t *testing.T) {
	s := newShelf(t)
	children := []object{{"digest": oci.FromBytes([]byte("gone")), "platform": object{"os": "linux", "architecture": "arm64", "variant": "v8"}}}
	for i := range intake.InspectedChildren + 2 {
		children = append(children, object{"digest": s.image("", i)})
	}
	s.put("1.0", object{"mediaType": v1.MediaTypeImageIndex, "manifests": children})
	m := s.look(image + ":1.0").Repositories[0].Manifests[0]
	if len(m.Children) != intake.InspectedChildren || m.MoreChildren != 3 {
		t.Fatalf("%d children and %d more, want %d and 3", len(m.Children), m.MoreChildren, intake.InspectedChildren)
	}
	if gone := m.Children[0]; !gone.Absent || gone.Platform != "linux/arm64/v8" {
		t.Errorf("first child = %+v, want it absent, of linux/arm64/v8", gone)
	}
	if slices.ContainsFunc(m.Children[1:], func(c inspect.Manifest) bool { return c.Absent }) {
		t.Error("a child that is there is absent")
	}
}

// Whoever asks for a tag that is not there is told which are.
func TestOtherTags(t *testing.T) {
	s := newShelf(t)
	for i := range intake.InspectedManifests + 2 {
		s.image(fmt.Sprintf("1.%02d", i), i)
	}
	r := s.look(image + ":2.0")
	got := r.Repositories[0]
	if r.Found || len(got.OtherTags) != intake.InspectedManifests || got.OtherTags[0] != "1.00" || got.MoreTags != 2 {
		t.Errorf("OtherTags = %v and %d more, found %t, want the first %d and 2 more", got.OtherTags, got.MoreTags, r.Found, intake.InspectedManifests)
	}
	said := text(t, r, inspect.TextOptions{})
	if !strings.Contains(said, "not here; the image has 1.00, 1.01, ") || !strings.Contains(said, " and 2 more tags\n") || !strings.Contains(said, "see which tags it has") {
		t.Errorf("Text = %s\nwant the tags that there are", said)
	}
	if there := s.look(image + ":1.00").Repositories[0]; there.OtherTags != nil || there.MoreTags != 0 {
		t.Errorf("OtherTags of a tag that is there = %v and %d more, want none", there.OtherTags, there.MoreTags)
	}
}
