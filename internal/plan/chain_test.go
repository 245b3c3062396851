package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/plan"
)

// Signatures of signatures are compared as deep as anybody goes, and what is
// deeper is unknown.
func TestComputeEndsAChainOfAttachments(t *testing.T) {
	for depth, unknown := range map[int]int{intake.Chain + 1: 0, intake.Chain + 2: 1, 1000: 1} {
		n := newNotation(t)
		chain := []string{"app/A.sig=S1+c+l"}
		for i := 1; i < depth; i++ {
			chain = append(chain, fmt.Sprintf("app/S%d.sig=S%d+c+l", i, i+1))
		}
		p := plan.Compute(n.inventory(strings.Join(chain, " ")), n.inventory("app:1=A"), plan.Options{Families: tagFamilies()}, nil)
		if got := p.Counts[plan.Unknown]; got != unknown || p.Counts[plan.Missing] != min(depth, intake.Chain+1) {
			t.Errorf("Compute of a chain of %d = %v, want %d unknown and the others missing", depth, p.Counts, unknown)
		}
	}
}
