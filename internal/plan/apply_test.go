package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/plan"
)

// What Apply does not bring must stay as it is, known or not.
func TestApplyKeepsWhatIsThere(t *testing.T) {
	n := newNotation(t)
	source := n.inventory("app/A.sig=S+c+l app/B.sig=T+d+m app/C.sig=U+e+n")
	target := n.inventory("app:1=A app:2=B app:3=C app:4=? app/B.sig=?+d+m app/C.sig=U+e+!n")
	o := plan.Options{Families: tagFamilies(), All: true}
	contents := n.contents("U=e+n")
	first := plan.Compute(source, target, o, contents)
	second := plan.Compute(source, target.Apply(actions(first)), o, contents)
	want := []string{"in-sync app/A.sig", "partial app/C.sig", "unknown app/B.sig", "unknown app:4"}
	if diff := cmp.Diff(want, sorted(n.plan(second))); diff != "" {
		t.Errorf("after Apply (-want +got):\n%s", diff)
	}
}
