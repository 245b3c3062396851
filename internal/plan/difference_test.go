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
				content := contents[n.digest(c.suspect)]
				content.Suspect = "another's"
				contents[n.digest(c.suspect)] = content
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
	p := plan.Compute(n.inventory("app/A.sig=S+c+l"), n.inventory("app:1=A app/A.sig=T+d+m"),
		plan.Options{Families: tagFamilies(), Difference: plan.DifferenceMerge}, n.contents("S=c+l T=d+m"))
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

// With Read, nothing is written that was not looked into.
func TestReadingFirst(t *testing.T) {
	n := newNotation(t)
	source, target := n.inventory("app/A.sig=S+c+l"), n.inventory("app:1=A")
	o := plan.Options{Families: tagFamilies(), Read: true}
	if diff := cmp.Diff([]string{"unknown app/A.sig", "read source S"}, n.plan(plan.Compute(source, target, o, nil))); diff != "" {
		t.Errorf("before it was read (-want +got):\n%s", diff)
	}
	contents := n.contents("S=c+l")
	if diff := cmp.Diff([]string{"missing app/A.sig: c l S"}, n.plan(plan.Compute(source, target, o, contents))); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	content := contents[n.digest("S")]
	content.Note, content.VerifiedBy = "kept", []string{"a.pub"}
	contents[n.digest("S")] = content
	p := plan.Compute(source, target, o, contents)
	if r := p.Relations[0]; r.Reason != "kept" || !cmp.Equal(r.VerifiedBy, []string{"a.pub"}) || r.Action == nil {
		t.Errorf("relation = %+v, want its note, its key and an action", r)
	}
	content.Suspect = "another's"
	contents[n.digest("S")] = content
	if diff := cmp.Diff([]string{"suspect app/A.sig"}, n.plan(plan.Compute(source, target, o, contents))); diff != "" {
		t.Errorf("another's (-want +got):\n%s", diff)
	}
}
