package reconcile_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
)

// What is read from a server to be written to it must not wait for itself.
func TestFewConnectionsAreEnough(t *testing.T) {
	for _, c := range []struct{ most, sbom int }{{1, 0}, {2, 0}, {2, 5 << 20}} {
		w := newWorld(t)
		for _, image := range w.promoted(8) {
			if c.sbom > 0 {
				seed.AttachSBOM(w.tree(), dev, image.Path, image.Digest, fmt.Sprintf(`{"of":%q,"padding":%q}`, image.Digest, strings.Repeat("x", c.sbom)))
			}
		}
		w.options.Pairs[0].Transport = reconcile.TransportRegistry
		var err error
		w.registry, err = registry.New(registry.Options{
			URL: w.client.URL(), Artifactory: true, Authorize: outbound.Basic("sigsync", outbound.Literal("secret")),
			Transport: &http.Transport{MaxConnsPerHost: c.most}, Timeout: 10 * time.Second,
			Pace: outbound.NewPace(outbound.PaceOptions{MaxConnections: c.most}),
		})
		if err != nil {
			t.Fatal(err)
		}
		w.options.Registries["main"], w.options.Pushers["main"] = w.registry, w.registry
		if r := w.sync(); r.Run.ExitCode != 0 || r.Totals.Outcomes[report.Failed] != 0 {
			t.Errorf("on %d connections: %v, want none failed: %.300s", c.most, r.Totals.Outcomes, reasons(r))
		}
	}
}
