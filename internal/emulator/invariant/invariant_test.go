package invariant_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// world is a signed image of a repository, with a bundle that is listed twice.
type world struct {
	*tree.Store
	image  seed.Image
	bundle string
}

func (w world) place(reference string) docker.Place {
	return docker.Place{Repo: "prod", Image: "app", Reference: reference}
}

func (w world) tag(suffix string) string {
	return strings.Replace(w.image.Digest, ":", "-", 1) + suffix
}

func newWorld() world {
	s := tree.New(time.Now)
	w := world{Store: s, image: seed.Push(s, "prod", "app", "1.0", "a")}
	seed.Sign(s, "prod", "app", w.image.Digest, "alice", "bob")
	w.bundle = w.made("alice").Push(s)
	seed.Fallback{Repo: "prod", Image: "app", Subject: w.image.Digest, Referrers: []string{w.bundle}}.Push(s)
	return w
}

func (w world) made(signer string) seed.Referrer {
	return seed.Bundle("prod", "app", w.image.Digest, seed.SignPredicate, signer)
}

func (w world) index(referrers ...string) {
	seed.Fallback{Repo: "prod", Image: "app", Subject: w.image.Digest, Referrers: referrers}.Push(w.Store)
}

// drop removes files from the folder of a reference.
func (w world) drop(reference, prefix string) {
	for _, i := range w.Children("prod", w.place(reference).Folder()) {
		if strings.HasPrefix(i.Name(), prefix) {
			w.Delete("prod", i.Path)
		}
	}
}

func TestWhatHoldsAtEveryMoment(t *testing.T) {
	for name, c := range map[string]struct {
		write func(w world)
		want  string // in what is said, "" for nothing
	}{
		"another signer":             {func(w world) { seed.Sign(w.Store, "prod", "app", w.image.Digest, "carol", "alice", "bob") }, ""},
		"a signer less":              {func(w world) { seed.Sign(w.Store, "prod", "app", w.image.Digest, "bob") }, "the set lost"},
		"the tag is gone":            {func(w world) { w.Delete("prod", w.place(w.tag(".sig")).Folder()) }, "the set lost"},
		"an attestation":             {func(w world) { seed.Attest(w.Store, "prod", "app", w.image.Digest, "p") }, ""},
		"an SBOM":                    {func(w world) { seed.AttachSBOM(w.Store, "prod", "app", w.image.Digest, "p") }, ""},
		"a blob is gone":             {func(w world) { w.drop(w.tag(".sig"), "sha256__") }, "the manifest beside it names this blob"},
		"a referrer":                 {func(w world) { w.made("bob").Push(w.Store) }, ""},
		"a referrer is gone":         {func(w world) { w.Delete("prod", w.place(w.bundle).Folder()) }, "the referrer is gone"},
		"an index that grows":        {func(w world) { w.index(w.bundle, w.made("bob").Push(w.Store)) }, ""},
		"an index that shrinks":      {func(w world) { w.index() }, "the set lost " + "sha256:"},
		"the server's index is gone": {func(w world) { w.Delete("prod", docker.ReferrersFile("app")) }, "the set lost sha256:"},
		"an entry before its manifest": {func(w world) {
			other := seed.Bundle("dev", "app", w.image.Digest, seed.SignPredicate, "carol").Place(w.Store)
			w.index(w.bundle, other)
		}, "it is there before its entry"},
		"an entry of another subject": {func(w world) {
			r := w.made("bob")
			r.Subject = w.bundle
			w.index(w.bundle, r.Push(w.Store))
		}, "refers to something else"},
		"a manifest before its blobs": {func(w world) {
			content, _ := w.Content("prod", w.place(w.tag(".sig")).Folder()+"/manifest.json")
			w.Put("prod", w.place(w.tag(".att")).Folder()+"/manifest.json", content, "", nil)
		}, "it is there before its blob"},
		"an image": {func(w world) { seed.Push(w.Store, "prod", "app", "1.0", "b") }, "it is no attachment"},
		"an image by its own digest": {func(w world) {
			seed.PushIndex(w.Store, "prod", "app", w.image.Digest, "b", 1)
		}, "it is a manifest without a subject"},
		"an image under the tag of an index": {func(w world) {
			content, _ := w.Content("prod", w.place(w.bundle).Folder()+"/manifest.json")
			w.Put("prod", w.place(w.tag("")).Folder()+"/list.manifest.json", content, "", nil)
		}, "and is none"},
		"a note beside an attachment": {func(w world) { w.Put("prod", w.place(w.tag(".sig")).Folder()+"/note.txt", nil, "", nil) }, "it is no attachment"},
		"an upload":                   {func(w world) { w.Put("prod", "app/_uploads/sha256__x", []byte("x"), "", nil) }, ""},
		"another repository":          {func(w world) { seed.Push(w.Store, "dev", "app", "1.0", "b") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			checker := invariant.Watch(w.Store, "prod")
			c.write(w)
			got := strings.Join(checker.Broken(), "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("broken = %q, want %q", got, c.want)
			}
			if name != "another repository" && checker.Writes() == 0 {
				t.Error("no write was looked at")
			}
		})
	}
}

func TestContentsAreTheSameInAnyOrder(t *testing.T) {
	one, two := newWorld(), newWorld()
	b, c := one.made("bob").Push(one.Store), one.made("carol").Push(one.Store)
	one.index(one.bundle, b, c)
	two.made("carol").Push(two.Store)
	two.made("bob").Push(two.Store)
	two.index(c, one.bundle, b)
	two.Put("prod", "app/_uploads/sha256__x", []byte("x"), "", nil)
	if diff := cmp.Diff(invariant.Contents(one.Store, "prod"), invariant.Contents(two.Store, "prod")); diff != "" {
		t.Errorf("contents (-one +two):\n%s", diff)
	}
	seed.Sign(two.Store, "prod", "app", two.image.Digest, "alice")
	if cmp.Equal(invariant.Contents(one.Store, "prod"), invariant.Contents(two.Store, "prod")) {
		t.Error("contents of another signature are the same")
	}
}
