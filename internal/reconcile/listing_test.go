package reconcile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/reconcile"
)

// Who listens is told of every repository, once, also where the other side of its
// pair cannot be looked at.
func TestListed(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) {
		o.Users[0].Admin = true // who alone sees where a virtual repository puts what is pushed
		o.Repositories = append(o.Repositories, emulator.Repository{
			Key: "all", Class: emulator.Virtual, Members: []string{prod}, DefaultDeployment: prod,
		})
	})
	w.promoted(2)
	// A virtual repository is refused as a source, and read as a target.
	w.options.Pairs = []reconcile.Pair{pair("all", stage), pair(dev, "all"), pair(dev, "nowhere"), pair("nobody", stage)}
	var got []string
	w.options.Listed = func(l reconcile.Listing) {
		switch {
		case l.Err != nil && l.Inventory == nil:
			got = append(got, l.End.Repository+": error")
		case l.Inventory != nil && l.Err == nil:
			got = append(got, l.End.Repository+" in "+l.Inventory.Repository())
		}
		if l.Err == nil && l.Inventory.Repository() != l.Holder.Repository {
			t.Errorf("listing of %s is of %s, not %s", l.End.Repository, l.Inventory.Repository(), l.Holder.Repository)
		}
	}
	w.audit()
	want := []string{"all in prod", "stage in stage", "dev in dev", "nowhere: error", "nobody: error"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
}
