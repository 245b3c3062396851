package registry_test

import (
	"errors"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// Every repository of Artifactory has an API of its own, if it has one.
func TestReach(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			if err := client(t, k.start(t)).Reach(t.Context(), k.repositories[0]); err != nil {
				t.Errorf("Reach(%s) = %v", k.repositories[0], err)
			}
		})
	}
	o := anArtifactory(emulator.Options{})(t)
	c := client(t, o)
	if err := c.Reach(t.Context(), "dev"); err != nil {
		t.Errorf("Reach(dev) = %v", err)
	}
	if got := c.Requests().ByOperation["ping"]; got != 1 {
		t.Errorf("Reach sent %d requests, want 1", got)
	}
	oss := client(t, anArtifactory(emulator.Options{Edition: emulator.EditionOSS})(t))
	if err := oss.Reach(t.Context(), "dev"); !errors.Is(err, outbound.ErrRefused) {
		t.Errorf("Reach of an edition without the API = %v, want refused", err)
	}
	o.Authorize = outbound.Basic("admin", outbound.Literal("wrong"))
	if err := client(t, o).Reach(t.Context(), "dev"); !errors.Is(err, oci.ErrUnauthorized) {
		t.Errorf("Reach with a wrong password = %v, want unauthorized", err)
	}
}
