package plan_test

import (
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// partOf is the inventory of the images below own/, of a repository with two
// images: own/app has nothing attached, other/app a signature of subject.
func partOf(subject, signature oci.Digest, source bool) *plan.Inventory {
	b := plan.NewBuilder("repo")
	b.Only(func(image string) bool { return strings.HasPrefix(image, "own/") }, source)
	tag := cosign.Tag{Subject: subject, Family: cosign.Signature}
	for _, image := range []string{"own/app", "other/app"} {
		b.Manifest(image, "1.0", subject, false)
	}
	b.Fallback("other/app", subject, oci.Digest{})
	b.UnreadableManifest("other/app", "2.0")
	b.AttachmentManifest("other/app", tag, signature)
	b.AttachmentBlob("other/app", tag, numbered('c', 1), true)
	return b.Build()
}

func TestAPartHoldsItsOwnImages(t *testing.T) {
	subject, signature := numbered('m', 1), numbered('s', 1)
	inv := partOf(subject, signature, true)
	if inv.Manifests() != 1 || inv.Attachments() != 0 || len(inv.Fallbacks("other/app")) != 0 || len(inv.Unreadable("other/app")) != 0 {
		t.Errorf("a part of one image of two has %d manifests and %d attachments, want 1 and 0", inv.Manifests(), inv.Attachments())
	}
}

// What lies in the folder of another image's attachment is that image's.
func TestAPartHoldsWhatIsNestedInItsImages(t *testing.T) {
	b := plan.NewBuilder("repo")
	b.Only(func(image string) bool { return image == "own" }, true)
	tag := cosign.Tag{Subject: numbered('m', 1), Family: cosign.Signature}
	for _, image := range []string{"own", "other"} {
		b.AttachmentManifest(image+"/"+tag.String(), tag, numbered('s', 1))
	}
	if inv := b.Build(); inv.Attachments() != 1 {
		t.Errorf("%d attachments, want the one in own", inv.Attachments())
	}
}

func TestAPartKnowsWhatOthersSayOfItsImages(t *testing.T) {
	subject, signature := numbered('m', 1), numbered('s', 1)
	b := plan.NewBuilder("target")
	b.Manifest("own/app", "1.0", subject, false)
	b.Manifest("own/app", "stray", signature, false)
	target := b.Build()
	source := partOf(subject, signature, true)
	targets, all := []*plan.Inventory{target}, []*plan.Inventory{source, target}
	strays := plan.Strays(targets, all)
	if want := (plan.Place{Image: "own/app", Digest: signature}); len(strays) != 1 || !strays[want] {
		t.Errorf("Strays = %v, want %v", strays, want)
	}
	forgot := source.Forget(targets)
	if got := plan.Strays(targets, []*plan.Inventory{forgot, target}); len(got) != 0 {
		t.Errorf("Strays after Forget = %v, want none", got)
	}
	for name, c := range map[string]struct {
		source  *plan.Inventory
		filling bool
		want    bool
	}{
		"a source":                      {source, false, true},
		"what it does not forget":       {forgot, false, true},
		"what it forgets":               {source.Forget(nil), false, false},
		"one that others fill":          {source, true, false},
		"one that keeps no signatures":  {partOf(subject, signature, false), false, false},
		"what earlier pairs brought to": {source.Apply([]*plan.Action{{TargetImage: "own/b", Tag: cosign.Tag{Subject: numbered('m', 2)}, Files: []plan.File{{Manifest: true}}}}), false, true},
	} {
		p := plan.Compute(c.source, target, plan.Options{Families: tagFamilies(), Strays: strays, Filling: c.filling}, nil)
		var reasons []string
		for _, r := range p.Relations {
			reasons = append(reasons, r.Reason)
		}
		all := strings.Join(reasons, "\n")
		if strings.Contains(all, "under other/app: match: digest") != c.want || p.Counts[plan.Orphan] != 1 {
			t.Errorf("%s: %v, %s", name, p.Counts, all)
		}
	}
}

// The tags of a plain registry say of their own image only that it is none.
func TestStraysOfPlainRegistries(t *testing.T) {
	build := func(image string, tagsOnly bool) *plan.Inventory {
		b := plan.NewBuilder("repo")
		b.AttachmentByName(image, cosign.Tag{Subject: numbered('m', 1), Family: cosign.Signature}, numbered('s', 1))
		if tagsOnly {
			b.TagsOnly()
		}
		return b.Build()
	}
	b := plan.NewBuilder("target")
	b.Manifest("app", "stray", numbered('s', 1), false)
	target := b.Build()
	for _, c := range []struct {
		source *plan.Inventory
		want   int
	}{{build("app", true), 1}, {build("other", true), 0}, {build("other", false), 1}, {build("app", false), 1}} {
		if got := plan.Strays([]*plan.Inventory{target}, []*plan.Inventory{c.source}); len(got) != c.want {
			t.Errorf("Strays = %v, want %d", got, c.want)
		}
	}
}

// Whether the child of an index is signed is not known where nobody could ask for
// its referrers, though nothing else hangs on it anywhere.
func TestAChildThatCouldNotBeAskedForIsUnknown(t *testing.T) {
	b := plan.NewBuilder("target")
	b.Manifest("app", "", numbered('m', 1), false)
	known := &plan.Referrers{Open: []plan.Open{{Image: "app", Subject: numbered('m', 1), Reason: "500"}}}
	p := plan.Compute(plan.NewBuilder("source").Build(), b.Build(), plan.Options{Families: tagFamilies(), Referrers: known}, nil)
	if p.Counts[plan.Unknown] != 1 || len(p.Relations) != 1 || p.Relations[0].Reason != "500" {
		t.Errorf("Compute counts %v, want one unknown", p.Counts)
	}
}
