package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
)

func TestComputeReferrers(t *testing.T) {
	for _, c := range []struct {
		name                      string
		source, target, referrers string
		contents                  string
		lonely, other             bool
		want                      string // separated by "; "
		inSync, ahead, subjects   int
		unread                    int
	}{
		{name: "missing", target: "app:1=A", referrers: "app/A<X=Sbs", want: "missing app/A<X: bX X", subjects: 1},
		{name: "in sync", target: "app:1=A app@X~", referrers: "app/A<X=Sbstl", inSync: 1, subjects: 1},
		{name: "a referrer is no subject of its own to count, though nothing shows what it is", target: "app:1=A app@X", referrers: "app/A<X=Sbstl", inSync: 1, subjects: 1},
		{name: "only the target has it", target: "app:1=A app@X~", referrers: "app/A<X=Sbtl", ahead: 1, subjects: 1},
		{name: "not listed", target: "app:1=A app@X~", referrers: "app/A<X=Sbst", want: "partial app/A<X: bX X", subjects: 1},
		{name: "not listed, and nothing to repair it from", target: "app:1=A app@X~", referrers: "app/A<X=Sbt", want: "partial app/A<X", subjects: 1},
		{name: "listed, and not there", target: "app:1=A", referrers: "app/A<X=Sbsl", want: "partial app/A<X: bX X", subjects: 1},
		{name: "listed, and nowhere", target: "app:1=A", referrers: "app/A<X=Sbl", want: "partial app/A<X", subjects: 1},
		{name: "suspect", target: "app:1=A", referrers: "app/A<X=Sbsx", want: "suspect app/A<X", subjects: 1},
		{name: "not readable", target: "app:1=A", referrers: "app/A<X=Sbsp", want: "unknown app/A<X", subjects: 1},
		{name: "two signers are two referrers", target: "app:1=A app@X~", referrers: "app/A<X=Sbstl app/A<Y=Sbs", want: "missing app/A<Y: bY Y", inSync: 1, subjects: 1},
		{name: "a family that nobody asked for", target: "app:1=A app/A.sig=S+c+l", referrers: "app/A<X=Os", subjects: 1, ahead: 1},
		{name: "but asked for", target: "app:1=A app/A.sig=S+c+l", referrers: "app/A<X=Os", other: true, want: "missing app/A<X: bX X", subjects: 1, ahead: 1},
		{name: "a bundle signs, so the image is not unsigned", target: "app:1=A app@X~", referrers: "app/A<X=Sbstl", inSync: 1, subjects: 1},
		{name: "an attestation does not sign", target: "app:1=A app@X~", referrers: "app/A<X=Abstl", want: "unsigned app/A.sig", inSync: 1, subjects: 1},
		{name: "nobody knows whether an artifact signs", target: "app:1=A app@X~", subjects: 1, unread: 1},
		{name: "nor whether a manifest does that no index names", target: "app:1=A app@X", subjects: 2, unread: 1},
		{name: "an index's child does not", target: "app:1=I* app@X", want: "unsigned app/I.sig", subjects: 2},
		{name: "a signed referrer", target: "app:1=A", referrers: "app/A<B=Bs app/B<X=Sbs app/A<Y=Sbs", want: "missing app/A<Y: bY Y; missing app/A<B: bB B; missing app/B<X: bX X", subjects: 1},
		{name: "a referrer with a .sig tag", source: "app/B.sig=S+c+l", target: "app:1=A", referrers: "app/A<B=Bs app/A<Y=Sbs", want: "missing app/A<Y: bY Y; missing app/A<B: bB B; missing app/B.sig: c l S", subjects: 1},
		{name: "attestations wait for a signature that cannot come", target: "app:1=A", referrers: "app/A<X=Sbsx app/A<Y=Abs", want: "suspect app/A<X; missing app/A<Y held", subjects: 1},
		{name: "an attestation that would hide the .sig tag", source: "app/A.sig=S+c+l", target: "app:1=A", referrers: "app/A<Y=Abs", want: "missing app/A.sig: c l S; missing app/A<Y held", subjects: 1},
		{name: "also where the .sig tag is there", target: "app:1=A app/A.sig=S+c+l", referrers: "app/A<Y=Abs", want: "missing app/A<Y held", subjects: 1, ahead: 1},
		{name: "unless somebody wants that", source: "app/A.sig=S+c+l", target: "app:1=A", referrers: "app/A<Y=Abs", lonely: true, want: "missing app/A.sig: c l S; missing app/A<Y: bY Y", subjects: 1},
		{name: "or a bundle signs beside it", source: "app/A.sig=S+c+l", target: "app:1=A", referrers: "app/A<X=Sbs app/A<Y=Abs", want: "missing app/A.sig: c l S; missing app/A<X: bX X; missing app/A<Y: bY Y", subjects: 1},
		{name: "a bundle that stays behind signs nothing there", source: "app/A.sig=S+c+l", target: "app:1=A", referrers: "app/A<X=Sbsx app/A<Y=Abs", want: "missing app/A.sig: c l S; suspect app/A<X; missing app/A<Y held", subjects: 1},
		{name: "an SBOM beside a .sig tag is no bundle", source: "app/A.sig=S+c+l", target: "app:1=A", referrers: "app/A<Y=Bs", want: "missing app/A.sig: c l S; missing app/A<Y: bY Y", subjects: 1},
		{name: "an attestation without any signature", target: "app:1=A", referrers: "app/A<Y=Abs", want: "unsigned app/A.sig; missing app/A<Y: bY Y", subjects: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNotation(t)
			o := plan.Options{Families: tagFamilies(), Lonely: c.lonely, Referrers: n.referrers(c.referrers)}
			if c.other {
				o.Families = append(o.Families, cosign.Other)
			}
			p := plan.Compute(n.inventory(c.source), n.inventory(c.target), o, n.contents(c.contents))
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "; ")
			}
			if diff := cmp.Diff(sorted(want), sorted(n.plan(p))); diff != "" {
				t.Errorf("Compute (-want +got):\n%s", diff)
			}
			got := [4]int{p.Subjects, p.Counts[plan.InSync], p.Counts[plan.Ahead], p.Unread}
			if want := [4]int{c.subjects, c.inSync, c.ahead, c.unread}; got != want {
				t.Errorf("subjects, in sync, ahead, unread = %v, want %v", got, want)
			}
		})
	}
}

// The order that never misleads: .sig, signature bundles, attestations, the rest.
func TestReferrersComeInOrder(t *testing.T) {
	n := newNotation(t)
	o := plan.Options{Families: cosign.Families(), Referrers: n.referrers("app/A<W=Os app/A<X=Abs app/A<Y=Bs app/A<Z=Sbs")}
	p := plan.Compute(n.inventory("app/A.sig=S+c+l app/A.att=T+d+l app/A.sbom=U+e+l"), n.inventory("app:1=A"), o, nil)
	var got []string
	for _, a := range actions(p) {
		got = append(got, n.names[a.Manifest])
	}
	if diff := cmp.Diff([]string{"S", "Z", "T", "X", "U", "Y", "W"}, got); diff != "" {
		t.Errorf("order of actions (-want +got):\n%s", diff)
	}
}

func TestReferrersThatAreNotKnown(t *testing.T) {
	n := newNotation(t)
	o := plan.Options{Families: tagFamilies(), Referrers: n.referrers("app/A<X=Abs")}
	o.Referrers.Open = []plan.Open{{Image: "app", Subject: n.digest("A"), Reason: "denied"}}
	p := plan.Compute(n.inventory(""), n.inventory("app:1=A app:2=B"), o, nil)
	want := []string{"missing app/A<X held", "unknown app/A<", "unsigned app/B.sig"}
	if diff := cmp.Diff(want, sorted(n.plan(p))); diff != "" {
		t.Errorf("a subject whose referrers are not known (-want +got):\n%s", diff)
	}
	o.Referrers.Open = []plan.Open{{Image: "app", Reason: "denied"}}
	p = plan.Compute(n.inventory(""), n.inventory("app:1=A app:2=B other:1=A"), o, nil)
	want = []string{"missing app/A<X held", "unknown app/A.sig", "unknown app/B.sig", "unknown app:", "unsigned other/A.sig"}
	if diff := cmp.Diff(want, sorted(n.plan(p))); diff != "" {
		t.Errorf("a manifest that nobody could read (-want +got):\n%s", diff)
	}
}

func TestWithoutALookAtReferrersTheReasonSaysSo(t *testing.T) {
	n := newNotation(t)
	p := plan.Compute(n.inventory(""), n.inventory("app:1=A app@X~"), plan.Options{Families: tagFamilies()}, nil)
	if len(p.Relations) != 1 || p.Relations[0].State != plan.Unsigned || !strings.Contains(p.Relations[0].Reason, "referrers were not looked for") {
		t.Errorf("Compute = %v, want unsigned with the reason that referrers were not looked for", n.plan(p))
	}
}

// Of a source that was listed in part the reason claims no more than that part,
// unless the part has what another path would give.
func TestAReasonClaimsNoMoreThanWasListed(t *testing.T) {
	const partly = "under this image path (not all others were listed)"
	for _, c := range []struct {
		source   string
		narrowed bool
		want     bool
	}{{"", true, true}, {"", false, false}, {"b/A.sig=S+c+l", true, false}} {
		n := newNotation(t)
		p := plan.Compute(n.inventory(c.source), n.inventory("app:1=A"), plan.Options{Families: tagFamilies(), Narrowed: c.narrowed}, nil)
		if len(p.Relations) != 1 || p.Relations[0].State != plan.Unsigned || strings.Contains(p.Relations[0].Reason, partly) != c.want {
			t.Errorf("Compute(%q), narrowed %t = %v: %s, want %q in it: %t", c.source, c.narrowed, n.plan(p), p.Relations[0].Reason, partly, c.want)
		}
	}
}
