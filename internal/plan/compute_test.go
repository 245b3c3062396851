package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
)

func tagFamilies() []cosign.Family {
	return []cosign.Family{cosign.Signature, cosign.Attestation, cosign.SBOM}
}

func TestCompute(t *testing.T) {
	for _, c := range []struct {
		name             string
		source, target   string
		contents         string
		options          plan.Options
		want             string // separated by "; "
		subjects, inSync int
	}{
		{name: "missing", source: "app/A.sig=S+c+l", target: "app:1=A", want: "missing app/A.sig: c l S", subjects: 1},
		{name: "in sync", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=S+c+l", subjects: 1, inSync: 1},
		{name: "the source's image is gone after a move", source: "app/A.sig=S+c+l", target: "app:1=A", want: "missing app/A.sig: c l S", subjects: 1},
		{name: "one subject under two tags", source: "app/A.sig=S+c+l", target: "app:1=A app:2=A", want: "missing app/A.sig: c l S", subjects: 1},
		{name: "the same digest in two images", source: "a/A.sig=S+c+l b/A.sig=S+c+l", target: "a:1=A b:1=A", want: "missing a/A.sig: c l S; missing b/A.sig: c l S", subjects: 2},
		{name: "a signature elsewhere does not match by path", source: "b/A.sig=S+c+l", target: "a:1=A", want: "unsigned a/A.sig", subjects: 1},
		{name: "but by digest", source: "b/A.sig=S+c+l", target: "a:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "missing a/A.sig: c l S from b", subjects: 1},
		{name: "by digest, the same path where others are no better", source: "a/A.sig=S1+c+l b/A.sig=S2+d+l", target: "b:1=A", contents: "S1=c+l S2=d+l", options: plan.Options{Match: plan.MatchDigest}, want: "missing b/A.sig: d l S2", subjects: 1},
		{name: "by digest, another path where it holds more", source: "a/A.sig=S+c+l y/A.sig=T+d+l+m", target: "a:1=A a/A.sig=S+c+l", contents: "S=c+l T=d+l,m", options: plan.Options{Match: plan.MatchDigest}, want: "stale a/A.sig", subjects: 1},
		{name: "by digest, a whole folder before the same path", source: "a/A.sig=S+c y/A.sig=S+c+l", target: "a:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "missing a/A.sig: c l S from y", subjects: 1},
		{name: "by digest, offers that disagree, and a target that lacks a blob", source: "x/A.sig=S+c+l y/A.sig=T+d+m", target: "a:1=A a/A.sig=U+e", contents: "S=c+l T=d+m U=e+l,m", options: plan.Options{Match: plan.MatchDigest}, want: "partial a/A.sig", subjects: 1},
		{name: "an image that is a prefix of another", source: "team/A.sig=S+c+l team/app/B.sig=T+c+m", target: "team:app=A team/app:1=B", want: "missing team/A.sig: c l S; missing team/app/B.sig: c m T", subjects: 2},
		{name: "unsigned", source: "app:1=A", target: "app:1=A", want: "unsigned app/A.sig", subjects: 1},
		{name: "an untagged manifest is not unsigned", target: "app@A", subjects: 1},
		{name: "blobs without a manifest at the source are no offer", source: "app/A.sig=+c+l", target: "app:1=A", want: "unsigned app/A.sig", subjects: 1},
		{name: "index and children", source: "app/I.sig=S+c+l app/A.sig=T+d+m", target: "app:1=I* app@A", want: "missing app/A.sig: d m T; missing app/I.sig: c l S", subjects: 2},
		{name: "a tag folder with a manifest and an index is the index's", target: "app:1=I* app:1=A", want: "unsigned app/I.sig", subjects: 2},
		{name: "only the target signed", target: "app:1=A app/A.sig=S+c+l", subjects: 1},
		{name: "orphan", target: "app/A.sig=S+c+l", want: "orphan app/A.sig"},
		{name: "orphan of a deselected family", target: "app/A.sbom=S+c+l", options: plan.Options{Families: []cosign.Family{cosign.Signature}}},
		{name: "headless target", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=+c", want: "partial app/A.sig: l S", subjects: 1},
		{name: "headless target without a source", target: "app:1=A app/A.sig=+c", want: "partial app/A.sig", subjects: 1},
		{name: "a blob too few is read first", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=S+c", want: "unknown app/A.sig; read source S", subjects: 1},
		{name: "a blob too few", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=S+c", contents: "S=c+l", want: "partial app/A.sig: l", subjects: 1},
		{name: "a leftover blob at the source is none too few", source: "app/A.sig=S+c+l+old", target: "app:1=A app/A.sig=S+c+l", contents: "S=c+l", subjects: 1, inSync: 1},
		{name: "a blob that neither has", source: "app/A.sig=S+c", target: "app:1=A app/A.sig=S+c", contents: "S=c+l", want: "partial app/A.sig", subjects: 1},
		{name: "a source with too few blobs", source: "app/A.sig=S+c", target: "app:1=A", contents: "S=c+l", want: "missing app/A.sig", subjects: 1},
		{name: "a damaged blob is not overwritten", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=S+c+!l", contents: "S=c+l", want: "partial app/A.sig", subjects: 1},
		{name: "different manifests are read", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+c+l", want: "unknown app/A.sig; read source S; read target T", subjects: 1},
		{name: "the same set in different manifests", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l T=d+l", subjects: 1, inSync: 1},
		{name: "stale", source: "app/A.sig=S+c+l+m", target: "app:1=A app/A.sig=T+d+l", contents: "S=c+l,m T=d+l", want: "stale app/A.sig", subjects: 1},
		{name: "ahead", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+l+m", contents: "S=c+l T=d+l,m", subjects: 1},
		{name: "diverged", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+d+m", contents: "S=c+l T=d+m", want: "diverged app/A.sig", subjects: 1},
		{name: "a different target that lacks a blob", source: "app/A.sig=S+c+l+m", target: "app:1=A app/A.sig=T+d", contents: "S=c+l,m T=d+l", want: "partial app/A.sig: l", subjects: 1},
		{name: "an unreadable comparison is unknown", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=T+c+l", contents: "S=!denied T=c+l", want: "unknown app/A.sig", subjects: 1},
		{name: "a manifest without a digest is unknown", source: "app/A.sig=?+c+l", target: "app:1=A app:2=?", want: "unknown app:2; unknown app/A.sig", subjects: 1},
		{name: "a target manifest without a digest is unknown", source: "app/A.sig=S+c+l", target: "app:1=A app/A.sig=?+c+l", want: "unknown app/A.sig", subjects: 1},
		{name: "a signed SBOM in one plan", source: "app/A.sbom=B+c+l app/B.sig=S+d+m", target: "app:1=A", want: "unsigned app/A.sig; missing app/A.sbom: c l B; missing app/B.sig: d m S", subjects: 1},
		{name: "the signature of an SBOM that is there", source: "app/A.sbom=B+c+l app/B.sig=S+d+m", target: "app:1=A app/A.sbom=B+c+l", options: plan.Options{Families: []cosign.Family{cosign.Signature}}, want: "unsigned app/A.sig; missing app/B.sig: d m S", subjects: 1},
		{name: "two subjects share a signed SBOM", source: "app/A1.sbom=B+c+l app/A2.sbom=B+c+l app/B.sig=S+d+m", target: "app@A1 app@A2", want: "missing app/A1.sbom: c l B; missing app/B.sig: d m S; missing app/A2.sbom: c l B", subjects: 2},
		{name: "attestations wait for a signature that cannot come", source: "app/A.sig=S+c app/A.att=T+c+l", target: "app:1=A", contents: "S=c+l", want: "missing app/A.sig; missing app/A.att held", subjects: 1},
		{name: "what is attached to what waits, waits too, and is no orphan", source: "app/A.sig=S+c app/A.att=T+c+l app/T.sig=U+d+m", target: "app:1=A app/T.sig=U+d", contents: "S=c+l U=d+m", want: "missing app/A.sig; missing app/A.att held; partial app/T.sig held", subjects: 1},
		{name: "attestations do not wait for a stale signature", source: "app/A.sig=S+c+l+m app/A.att=T+c+l", target: "app:1=A app/A.sig=U+d+l", contents: "S=c+l,m U=d+l", want: "stale app/A.sig; missing app/A.att: c l T", subjects: 1},
		{name: "a nested leftover is an orphan and hides nothing", source: "app/A.sig=S+c+l", target: "app:1=A app/sha256-" + hexOf("A") + ".sig/A.sig=S+c+l", want: "missing app/A.sig: c l S; orphan app/sha256-" + hexOf("A") + ".sig/A.sig", subjects: 1},
		{name: "a nested leftover at the source offers nothing", source: "app/sha256-" + hexOf("A") + ".sig/A.sig=S+c+l", target: "app:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "unsigned app/A.sig", subjects: 1},
		{name: "a signature's manifest under an image tag", source: "team/app/A.sig=S+c+l", target: "team:app=S", want: "orphan team/S.sig", subjects: 1},
		{name: "by digest, equal offers agree", source: "x/A.sig=S+c y/A.sig=S+c+l", target: "a:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "missing a/A.sig: c l S from y", subjects: 1},
		{name: "by digest, the richest offer", source: "x/A.sig=S+c+l y/A.sig=T+d+l+m", target: "a:1=A", contents: "S=c+l T=d+l,m", options: plan.Options{Match: plan.MatchDigest}, want: "missing a/A.sig: d m l T from y", subjects: 1},
		{name: "by digest, offers that disagree", source: "x/A.sig=S+c+l y/A.sig=T+d+m x/A.att=V+n+e", target: "a:1=A", contents: "S=c+l T=d+m", options: plan.Options{Match: plan.MatchDigest}, want: "missing a/A.sig; missing a/A.att held", subjects: 1},
		{name: "by digest, offers that disagree, and a target with all", source: "x/A.sig=S+c+l y/A.sig=T+d+m", target: "a:1=A a/A.sig=U+e+l+m", contents: "S=c+l T=d+m U=e+l,m", options: plan.Options{Match: plan.MatchDigest}, subjects: 1, inSync: 1},
		{name: "by digest, offers that disagree, and a target with one", source: "x/A.sig=S+c+l y/A.sig=T+d+m", target: "a:1=A a/A.sig=S+c+l", contents: "S=c+l T=d+m", options: plan.Options{Match: plan.MatchDigest}, want: "stale a/A.sig", subjects: 1},
		{name: "by digest, offers that disagree, and a target with another", source: "x/A.sig=S+c+l y/A.sig=T+d+m", target: "a:1=A a/A.sig=U+e+n", contents: "S=c+l T=d+m U=e+n", options: plan.Options{Match: plan.MatchDigest}, want: "diverged a/A.sig", subjects: 1},
		{name: "by digest, offers that disagree, and a target without a manifest", source: "x/A.sig=S+c+l y/A.sig=T+d+m", target: "a:1=A a/A.sig=+c", contents: "S=c+l T=d+m", options: plan.Options{Match: plan.MatchDigest}, want: "partial a/A.sig", subjects: 1},
		{name: "a damaged source is not whole", source: "app/A.sig=S+c+l+!m", target: "app:1=A", contents: "S=c+l,m", want: "missing app/A.sig", subjects: 1},
		{name: "an attachment whose subject may be a manifest without a digest", target: "app:1=? app/A.sig=S+c+l", want: "unknown app:1; unknown app/A.sig"},
		{name: "by digest, different offers are read", source: "x/A.sig=S+c+l y/A.sig=T+d+m", target: "a:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "unknown a/A.sig; read source S; read source T", subjects: 1},
		{name: "selection by image", source: "a/A.sig=S+c+l b/A.sig=S+c+l", target: "a:1=A b:1=A b/X.sig=S+c+l", options: plan.Options{Select: func(image string) bool { return image == "a" }}, want: "missing a/A.sig: c l S", subjects: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNotation(t)
			if c.options.Families == nil {
				c.options.Families = tagFamilies()
			}
			p := plan.Compute(n.inventory(c.source), n.inventory(c.target), c.options, n.contents(c.contents))
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "; ")
			}
			// The order among digests is that of the hashes of the words: only the lines count here.
			if diff := cmp.Diff(sorted(want), sorted(n.plan(p))); diff != "" {
				t.Errorf("Compute (-want +got):\n%s", diff)
			}
			if p.Subjects != c.subjects || p.Counts[plan.InSync] != c.inSync {
				t.Errorf("subjects = %d, in sync = %d, want %d and %d", p.Subjects, p.Counts[plan.InSync], c.subjects, c.inSync)
			}
		})
	}
}

func TestStages(t *testing.T) {
	n := newNotation(t)
	p := plan.Compute(
		n.inventory("app/I.sig=S+c+l app/J.sig=T+d+m app/A.sig=U+e+n app/A.att=V+e+n"),
		n.inventory("app:1=I* app@J* app:2=A"),
		plan.Options{Families: tagFamilies()}, nil)
	var got []string
	for _, g := range p.Groups {
		for _, a := range g.Actions {
			got = append(got, n.names[a.Tag.Subject]+"."+a.Tag.Family.String())
		}
	}
	want := []string{"A.signature", "A.attestation", "J.signature", "I.signature"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order of actions (-want +got):\n%s", diff)
	}
}

func TestAllListsWhatIsInSync(t *testing.T) {
	n := newNotation(t)
	inv := n.inventory("app:1=A app/A.sig=S+c+l")
	p := plan.Compute(inv, inv, plan.Options{Families: tagFamilies(), All: true}, nil)
	if diff := cmp.Diff([]string{"in-sync app/A.sig"}, n.plan(p)); diff != "" {
		t.Errorf("Compute (-want +got):\n%s", diff)
	}
}
