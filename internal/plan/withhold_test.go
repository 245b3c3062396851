package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
)

func TestWithhold(t *testing.T) {
	for _, c := range []struct {
		name, source, target string
		// out is the manifest that is left out; left are the manifests that are
		// still brought, and held those that are not.
		out        string
		left, held []string
	}{
		{"nothing", "app/A.sig=S+c+l app/A.att=T+d+m", "app:1.0=A", "", []string{"S", "T"}, nil},
		{"an attestation", "app/A.sig=S+c+l app/A.att=T+d+m", "app:1.0=A", "T", []string{"S"}, []string{"T: not this"}},
		{
			"a signature, for which the rest waits", "app/A.sig=S+c+l app/A.att=T+d+m app/A.sbom=B+e+n", "app:1.0=A", "S", nil,
			[]string{"S: not this", "T: waits for the signature of this subject, which is left out", "B: waits for the signature of this subject, which is left out"},
		},
		{
			"an SBOM, and what is attached to it", "app/A.sbom=B+c+l app/B.sig=S+d+m", "app:1.0=A", "B", nil,
			[]string{"B: not this", "S: waits for the attachment that it belongs to, which is left out"},
		},
		{
			"another image is not concerned", "app/A.sig=S+c+l lib/L.sig=R+d+m lib/L.att=T+e+n", "app:1.0=A lib:1.0=L", "S",
			[]string{"R", "T"}, []string{"S: not this"},
		},
		{
			"an update leaves the signature that is there", "app/A.sig=U+c+l+k app/A.att=T+d+m", "app:1.0=A app/A.sig=R+c+l", "U",
			[]string{"T"}, []string{"U: not this"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNotation(t)
			contents := n.contents("U=c+l,k R=c+l")
			n.harmless(contents, "A")
			p := plan.Compute(n.inventory(c.source), n.inventory(c.target),
				plan.Options{Families: cosign.Families(), Difference: plan.DifferenceUpdate}, contents)
			p.Withhold(func(a *plan.Action) string {
				if n.names[a.Manifest] == c.out {
					return "not this"
				}
				return ""
			})
			var left, held []string
			for _, a := range actions(p) {
				left = append(left, n.names[a.Manifest])
			}
			for _, r := range p.Relations {
				switch {
				case r.Held != "" && r.Action == nil:
					held = append(held, n.names[r.Digest]+": "+r.Held)
				case r.Held != "":
					t.Errorf("%s is held, and has an action", n.names[r.Digest])
				}
			}
			if diff := cmp.Diff(c.left, left); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.held, held); diff != "" {
				t.Errorf("held (-want +got):\n%s", diff)
			}
			for _, g := range p.Groups {
				if len(g.Actions) == 0 {
					t.Errorf("the group of %s is empty", g.Image)
				}
			}
		})
	}
}

// Signatures do not wait for each other.
func TestWithholdOneSignatureOfTwo(t *testing.T) {
	n := newNotation(t)
	tag := cosign.Tag{Subject: n.digest("A"), Family: cosign.Signature}
	first := &plan.Action{Tag: tag, Manifest: n.digest("S"), TargetImage: "app"}
	second := &plan.Action{Tag: tag, Manifest: n.digest("R"), Referrer: true, TargetImage: "app"}
	p := &plan.Plan{Groups: []plan.Group{{Image: "app", Actions: []*plan.Action{first, second}}}}
	p.Withhold(func(a *plan.Action) string {
		if a == first {
			return "not this"
		}
		return ""
	})
	if got := actions(p); len(got) != 1 || got[0] != second {
		t.Errorf("Withhold left %v, want the second signature", got)
	}
}
