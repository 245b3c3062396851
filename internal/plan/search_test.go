package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

func (n *notation) words(digests []oci.Digest) string {
	var words []string
	for _, d := range digests {
		words = append(words, n.names[d])
	}
	return strings.Join(sorted(words), ",")
}

func (n *notation) inquiry(q plan.Inquiry) string {
	var candidates []string
	for _, c := range q.Candidates {
		candidates = append(candidates, c.Image+"@"+n.names[c.Digest])
	}
	s := fmt.Sprintf("%s from %s: read %s for %s", q.Image, strings.Join(q.Sources, ","), strings.Join(sorted(candidates), ","), n.words(q.Subjects))
	if q.Exhaustive {
		s += " all"
	}
	if len(q.Unlisted) > 0 {
		s += " unlisted " + n.words(q.Unlisted)
	}
	if len(q.Unsigned) > 0 && len(q.Doubtful) > 0 {
		s += " unsigned " + n.words(q.Unsigned) + " doubtful " + n.words(q.Doubtful)
	}
	return s
}

func TestInquiries(t *testing.T) {
	for _, c := range []struct {
		name           string
		source, target string
		options        plan.Options
		want           string // separated by "; "
	}{
		{name: "an image without referrers costs nothing", source: "app:1=A app/A.sig=S+c+l", target: "app:1=A"},
		{name: "nor one that is unsigned", source: "app:1=A", target: "app:1=A"},
		{name: "nor an index with its children", source: "app:1=I* app@A app@B", target: "app:1=I* app@A app@B"},
		{name: "nor an image that is not at the target", source: "app:1=A app@X~ other@Y~", target: "else:1=A"},
		{name: "a manifest that the target lacks", source: "app:1=A app@X~", target: "app:1=A", want: "app from app: read app@X for A"},
		{name: "also one that does not look like an artifact", source: "app@X", target: "app:1=A", want: "app from app: read app@X for A"},
		{name: "attachments are subjects", source: "app@X~ app/A.sbom=B+c+l", target: "app:1=A app/A.sig=S+c+l", want: "app from app: read app@X for A,B,S"},
		{name: "by path", source: "old@X~ old:1=A", target: "app:1=A"},
		{name: "by digest", source: "old@X~ old:1=A older@Y~", target: "app:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "app from old: read old@X for A"},
		{name: "by digest, after a move, the .sig tag tells", source: "old@X~ old/A.sig=S+c+l", target: "app:1=A", options: plan.Options{Match: plan.MatchDigest}, want: "app from old: read old@X for A,S"},
		{name: "never", source: "app@X~", target: "app:1=A", options: plan.Options{Search: plan.SearchNever}},
		{name: "always", source: "app:1=A", target: "app:1=A", options: plan.Options{Search: plan.SearchAlways}, want: "app from app: read  for A all"},
		{name: "only selected images", source: "app@X~ b@X~", target: "app:1=A b:1=A", options: plan.Options{Select: func(image string) bool { return image == "b" }}, want: "b from b: read b@X for A"},
		{name: "tags alone do not show referrers", source: "tags", target: "app:1=A", want: "app from app: read  for A all"},
		{name: "on the target's side neither", source: "app:1=A", target: "tags app:1=A", want: "app from app: read  for A all"},
		{name: "artifacts on both sides may be unlisted", source: "app@X~", target: "app:1=A app@X~", want: "app from app: read  for A,X unlisted X unsigned A doubtful X"},
		{name: "unless the same index lists them on both sides", source: "app@X~ app#A=I", target: "app:1=A app@X~ app#A=I"},
		{name: "but not another index", source: "app@X~ app#A=J", target: "app:1=A app@X~ app#A=I", want: "app from app: read  for A,X unlisted X unsigned A doubtful X"},
		{name: "nor one index of two", source: "app@X~ app#A=I app#B=J", target: "app:1=A app:2=B app@X~ app#A=I", want: "app from app: read  for A,B,X unlisted X unsigned A,B doubtful X"},
		{name: "where it costs nothing the next time, what may sign is read", source: "app@X~ app#A=I", target: "app:1=A app@X~ app#A=I", options: plan.Options{Thorough: true}, want: "app from app: read  for A,X unsigned A doubtful X"},
		{name: "but not where a .sig tag signs", source: "app@X~ app#A=I app/A.sig=S+c+l", target: "app:1=A app@X~ app#A=I", options: plan.Options{Thorough: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNotation(t)
			if c.options.Families == nil {
				c.options.Families = tagFamilies()
			}
			var got []string
			for _, q := range plan.Inquiries(n.inventory(c.source), n.inventory(c.target), c.options) {
				got = append(got, n.inquiry(q))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("Inquiries (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFallbacks(t *testing.T) {
	n := newNotation(t)
	inv := n.inventory("app:1=A app#A=I app#B=J other#A=K")
	if got := n.words(inv.Fallbacks("app")); got != "A,B" {
		t.Errorf("Fallbacks(app) = %s, want A,B", got)
	}
	if got := inv.Fallbacks("none"); len(got) > 0 {
		t.Errorf("Fallbacks(none) = %v", got)
	}
	if !inv.HasFallback("other", n.digest("A")) || inv.HasFallback("other", n.digest("B")) || inv.HasFallback("none", n.digest("A")) {
		t.Error("HasFallback finds just those that are there")
	}
}
