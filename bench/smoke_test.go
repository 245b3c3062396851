package bench_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// The ceilings of make bench-smoke. They are what was measured and some more;
// who goes over one has made sigsync dearer, and who goes far below one may
// lower it.
const (
	signatures = 5_000

	// Allocations, of which none may be for each of the signatures ...
	ceilingInSync    = 100  // to compare what is in sync; 10 were measured, and 20 by digest
	ceilingListing   = 600  // to read a listing of three rows for each; 250 were measured
	ceilingInventory = 1500 // to make an inventory of it; 780 were measured

	// ... but for what the plan gives out: a relation, an action, its files, a group, a tag.
	// They are seven for each, and eight under the race detector, which make test has.
	ceilingMissing = 8*signatures + 200

	// Requests: two look-ups and one listing for each side; and a copy for each
	// of three files, a listing before and one after.
	ceilingNothing = 6
	ceilingCopies  = 3*100 + 8
)

func digestOf(kind string, n int) oci.Digest { return sha256.Sum256(fmt.Append(nil, kind, n)) }

// compact has that many images, fifty to a path, half of which are indexes, and
// perhaps their signatures.
func compact(pool *plan.Pool, signed bool) *plan.Inventory {
	b := pool.Builder("repo")
	for n := range signatures {
		image, subject := fmt.Sprintf("team/app-%d", n/50), digestOf("m", n)
		index := n%2 == 0
		b.Manifest(image, fmt.Sprintf("1.%d", n%50), subject, index)
		if index {
			b.Manifest(image, "", digestOf("child", n), false)
		}
		if tag := (cosign.Tag{Subject: subject, Family: cosign.Signature}); signed {
			b.AttachmentManifest(image, tag, digestOf("s", n))
			b.AttachmentBlob(image, tag, digestOf("c", n), true)
			b.AttachmentBlob(image, tag, digestOf("l", n), true)
		}
	}
	return b.Build()
}

func within(t *testing.T, what string, got, ceiling float64) {
	t.Helper()
	t.Logf("%s: %.0f of %.0f", what, got, ceiling)
	if got > ceiling {
		t.Errorf("%s = %.0f, want at most %.0f", what, got, ceiling)
	}
}

func TestSmokeAllocationsOfPlans(t *testing.T) {
	pool := plan.NewPool()
	signed, bare := compact(pool, true), compact(pool, false)
	o := plan.Options{Families: []cosign.Family{cosign.Signature, cosign.Attestation, cosign.SBOM}}
	compare := func(target *plan.Inventory, o plan.Options) func() {
		return func() {
			plan.Inquiries(signed, target, o)
			plan.Compute(signed, target, o, nil)
		}
	}
	byDigest := o
	byDigest.Match = plan.MatchDigest
	within(t, "allocations in sync", testing.AllocsPerRun(3, compare(signed, o)), ceilingInSync)
	within(t, "allocations in sync by digest", testing.AllocsPerRun(3, compare(signed, byDigest)), ceilingInSync)
	within(t, "allocations missing", testing.AllocsPerRun(3, compare(bare, o)), ceilingMissing)
}

func TestSmokeAllocationsOfListings(t *testing.T) {
	var rows []string
	for n := range signatures {
		c, l := digestOf("c", n), digestOf("l", n)
		for name, sum := range map[string]oci.Digest{"manifest.json": digestOf("s", n), "sha256__" + c.Hex(): c, "sha256__" + l.Hex(): l} {
			rows = append(rows, fmt.Sprintf(`{"repo":"dev","path":"team/app-%d/sha256-%s.sig","name":%q,"size":1,"sha256":%q}`,
				n/50, digestOf("m", n).Hex(), name, sum.Hex()))
		}
	}
	answer := []byte(fmt.Sprintf(`{"results":[%s],"range":{"total":%d}}`, strings.Join(rows, ","), len(rows)))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(answer) }))
	defer s.Close()
	c, err := artifactory.New(artifactory.Options{URL: s.URL, Log: logrus.New()})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "allocations of an inventory", testing.AllocsPerRun(3, func() {
		inv, err := scan.Inventory(context.Background(), plan.NewPool(), c, scan.Query{Repository: "dev"})
		if err != nil || inv.Attachments() != signatures {
			t.Fatalf("Inventory = %v, want %d attachments", err, signatures)
		}
	}), ceilingInventory)
	within(t, "allocations of a listing", testing.AllocsPerRun(3, func() {
		got := 0
		err := c.List(context.Background(), scan.Query{Repository: "dev"}, func(scan.File) error {
			got++
			return nil
		})
		if err != nil || got != len(rows) {
			t.Fatalf("List = %d rows, %v", got, err)
		}
	}), ceilingListing)
}

func TestSmokeRequests(t *testing.T) {
	whole := newProgram(t, estate{Estate: seed.Estate{Images: 10, TagsPerImage: 50, SignedShare: 1, PromotedShare: 1, CopiedShare: 1}})
	within(t, "requests with nothing missing", float64(whole.run(0, "sync")), ceilingNothing)
	missing := newProgram(t, estate{Estate: seed.Estate{Images: 100, TagsPerImage: 1, SignedShare: 1, PromotedShare: 1}})
	within(t, "requests with 100 missing", float64(missing.run(0, "sync")), ceilingCopies)
}
