package reconcile_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/reconcile"
)

func TestPhasesComeInOrder(t *testing.T) {
	for name, tc := range map[string]struct {
		images int
		audit  bool
		want   []string
	}{
		"a run that copies":        {2, false, []string{"preflight", "scan", "plan of dev-to-prod", "execute of dev-to-prod"}},
		"an audit":                 {2, true, []string{"preflight", "scan", "plan of dev-to-prod"}},
		"a run with nothing to do": {0, false, []string{"preflight", "scan", "plan of dev-to-prod"}},
	} {
		w := newWorld(t)
		w.promoted(tc.images)
		type key struct{}
		var begun, ended []string
		w.options.Phase = func(ctx context.Context, phase reconcile.Phase, pair string) (context.Context, func()) {
			if within := ctx.Value(key{}); within != nil {
				t.Errorf("%s: %s begins within %s", name, phase, within)
			}
			what := string(phase)
			if pair != "" {
				what += " of " + pair
			}
			begun = append(begun, what)
			return context.WithValue(ctx, key{}, what), func() { ended = append(ended, what) }
		}
		if tc.audit {
			w.audit()
		} else {
			w.sync()
		}
		if diff := cmp.Diff(tc.want, begun); diff != "" {
			t.Errorf("%s: phases (-want +got):\n%s", name, diff)
		}
		if !slices.Equal(begun, ended) {
			t.Errorf("%s: phases began as %s and ended as %s", name, strings.Join(begun, ", "), strings.Join(ended, ", "))
		}
	}
}
