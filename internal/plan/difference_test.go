package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		name           string
		source, target string
		contents       string
		suspect        string
		difference     plan.Difference
		want           string
	}{
		{name: "stale is reported", source: "app/A.sig=S+c+l+m", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", want: "stale app/A.sig"},
		{name: "or updated", source: "app/A.sig=S+c+l+m", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", difference: plan.DifferenceUpdate, want: "stale app/A.sig update: c l m S"},
		{name: "merge updates too", source: "app/A.sig=S+c+l+m", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", difference: plan.DifferenceMerge, want: "stale app/A.sig update: c l m S"},
		{name: "update leaves what diverged", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+m", contents: "S=c+l T=d+m", difference: plan.DifferenceUpdate, want: "diverged app/A.sig"},
		{name: "merge writes the union", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+m", contents: "S=c+l T=d+m", difference: plan.DifferenceMerge, want: "diverged app/A.sig merge: new l m new"},
		{name: "ahead is left alone", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+l+m", contents: "S=c+l T=d+l,m", difference: plan.DifferenceMerge},
		{name: "a source that lacks a blob updates nothing", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", difference: plan.DifferenceUpdate, want: "stale app/A.sig"},
		{name: "what is suspect is not written", source: "app/A.sig=S+c+l+m", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", suspect: "S", difference: plan.DifferenceMerge, want: "suspect app/A.sig"},
		{name: "an attestation does not wait for an update", source: "app/A.sig=S+c+l+m app/A.att=U+e+n", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", difference: plan.DifferenceUpdate, want: "stale app/A.sig update: c l m S; missing app/A.att: n e U"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNotation(t)
			contents := n.contents(c.contents)
			if c.suspect != "" {
				n.inspect(contents, c.suspect, "A.sig", plan.Inspection{Suspect: "another's"})
			} else {
				n.inspect(contents, "S", "A.sig", plan.Inspection{})
			}
			p := plan.Compute(n.inventory(c.source), n.inventory(c.target), plan.Options{Families: tagFamilies(), Difference: c.difference}, contents)
			for _, a := range actions(p) {
				for _, f := range a.Files {
					if n.names[f.Digest] == "" {
						n.names[f.Digest] = "new"
					}
				}
			}
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "; ")
			}
			if diff := cmp.Diff(sorted(want), sorted(n.plan(p))); diff != "" {
				t.Errorf("Compute (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAMergeSaysWhatItReplacesAndHoldsBoth(t *testing.T) {
	n := newNotation(t)
	contents := n.contents("S=c+l T=d+m")
	n.inspect(contents, "S", "A.sig", plan.Inspection{})
	p := plan.Compute(n.inventory("app/A.sig=S+c+l"), n.inventory("app:1=A app/A.sig=T+d+m"),
		plan.Options{Families: tagFamilies(), Difference: plan.DifferenceMerge}, contents)
	as := actions(p)
	if len(as) != 1 || as[0].Replaces != n.digest("T") || as[0].Source != n.digest("S") || !as[0].Overwrites() {
		t.Fatalf("actions = %+v, want one that replaces T by its union with S", as)
	}
	union, err := oci.ParseManifest(as[0].Union)
	if err != nil {
		t.Fatal(err)
	}
	want := cosign.SetOf(oci.Manifest{Layers: []oci.Descriptor{{Digest: n.digest("l")}, {Digest: n.digest("m")}}})
	if got := cosign.SetOf(union); !got.Contains(want) || !want.Contains(got) {
		t.Errorf("the union holds %v, want l and m", got)
	}
	if as[0].Manifest != oci.FromBytes(as[0].Union) || union.Config.Digest != oci.FromBytes(as[0].UnionConfig) {
		t.Error("the action's manifest is the union, and its config the one that comes with it")
	}
}

// With Read, nothing is written that was not looked into, under the name that it has.
func TestReadingFirst(t *testing.T) {
	n := newNotation(t)
	source, target := n.inventory("app/A.sig=S+c+l app/B.sig=S+c+l"), n.inventory("app:1=A app:2=B")
	o := plan.Options{Families: tagFamilies(), Read: true}
	compute := func(contents plan.Contents) []string {
		return sorted(n.plan(plan.Compute(source, target, o, contents)))
	}
	if diff := cmp.Diff([]string{"read source S", "unknown app/A.sig", "unknown app/B.sig"}, compute(nil)); diff != "" {
		t.Errorf("before it was read (-want +got):\n%s", diff)
	}
	contents := n.contents("S=c+l")
	p := plan.Compute(source, target, o, contents)
	if len(p.Undecided) != 2 || !p.Undecided[0].Inspect || !p.Undecided[1].Inspect {
		t.Errorf("Undecided = %+v, want S to be inspected under both names", p.Undecided)
	}
	n.inspect(contents, "S", "A.sig", plan.Inspection{Note: "kept", VerifiedBy: []string{"a.pub"}})
	n.inspect(contents, "S", "B.sig", plan.Inspection{Suspect: "another's"})
	if diff := cmp.Diff([]string{"missing app/A.sig: c l S", "suspect app/B.sig"}, compute(contents)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	for _, r := range plan.Compute(source, target, o, contents).Relations {
		if r.State == plan.Missing && (r.Reason != "kept" || !cmp.Equal(r.VerifiedBy, []string{"a.pub"}) || r.Action == nil) {
			t.Errorf("relation = %+v, want its note, its key and an action", r)
		}
	}
	n.inspect(contents, "S", "A.sig", plan.Inspection{Problem: "denied"})
	if diff := cmp.Diff([]string{"suspect app/B.sig", "unknown app/A.sig"}, compute(contents)); diff != "" {
		t.Errorf("not readable (-want +got):\n%s", diff)
	}
}

// An SBOM's tag holds one document.
func TestSBOMsAreNotMerged(t *testing.T) {
	n := newNotation(t)
	contents := n.contents("S=c+l T=d+m")
	n.inspect(contents, "S", "A.sbom", plan.Inspection{})
	p := plan.Compute(n.inventory("app/A.sbom=S+c+l"), n.inventory("app:1=A app/A.sbom=T+d+m"),
		plan.Options{Families: []cosign.Family{cosign.SBOM}, Difference: plan.DifferenceMerge}, contents)
	if diff := cmp.Diff([]string{"diverged app/A.sbom"}, n.plan(p)); diff != "" || !strings.Contains(p.Relations[0].Reason, "SBOMs are not merged") {
		t.Errorf("Compute (-want +got):\n%s\n%s", diff, p.Relations[0].Reason)
	}
}
