package reconcile_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/report"
)

// world is an emulated Artifactory with a client, and a run over it.
type world struct {
	t        testing.TB
	server   *emulator.Server
	client   *artifactory.Client
	registry *registry.Client
	options  reconcile.Options
	// has are the repositories with the Referrers API, indexed the referrers in
	// the indexes of the others by place.
	has     map[string]bool
	indexed map[string][]string
}

const dev, stage, prod = "dev", "stage", "prod"

func newWorld(t testing.TB, adjust ...func(*emulator.Options)) *world {
	t.Helper()
	o := emulator.Options{
		Repositories: []emulator.Repository{{Key: dev}, {Key: stage}, {Key: prod}},
		Users: []access.User{{Name: "sigsync", Password: "secret", Permissions: []access.Permission{
			{Repositories: []string{"*"}, Rights: access.Read},
			{Repositories: []string{stage, prod}, Rights: access.Deploy},
		}}},
	}
	for _, a := range adjust {
		a(&o)
	}
	server, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(server)
	t.Cleanup(h.Close)
	w := &world{t: t, server: server, has: map[string]bool{}, indexed: map[string][]string{}}
	for _, r := range o.Repositories {
		w.has[r.Key] = r.Referrers
	}
	w.client, err = artifactory.New(artifactory.Options{
		URL: h.URL + "/artifactory", Authorize: outbound.Basic("sigsync", outbound.Literal("secret")),
		Transport: &http.Transport{MaxIdleConnsPerHost: 32, MaxConnsPerHost: 32},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.registry, err = registry.New(registry.Options{
		URL: h.URL + "/artifactory", Artifactory: true, Authorize: outbound.Basic("sigsync", outbound.Literal("secret")),
		Transport: &http.Transport{MaxIdleConnsPerHost: 32, MaxConnsPerHost: 32},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.options = reconcile.Options{
		Pairs:      []reconcile.Pair{pair(dev, prod)},
		Servers:    map[string]reconcile.Server{"main": w.client},
		Registries: map[string]reconcile.Registry{"main": w.registry},
		Writers:    map[string]reconcile.Writer{"main": w.client},
		Pushers:    map[string]reconcile.Pusher{"main": w.registry},
		Scan:       3, Copy: 8, Attempts: 3, Grace: time.Minute,
		Pause:    func(context.Context, int, time.Duration) error { return nil },
		Requests: func() report.Requests { return report.Requests(w.client.Requests()) },
		Now:      time.Now, Log: quiet(),
	}
	return w
}

// requests returns how many were sent so far.
func (w *world) requests() int { return w.client.Requests().Total + w.registry.Requests().Total }

// mayDelete grants the right to replace what is there.
func mayDelete(o *emulator.Options) {
	for i := range o.Users[0].Permissions {
		if o.Users[0].Permissions[i].Rights == access.Deploy {
			o.Users[0].Permissions[i].Rights |= access.Delete
		}
	}
}

func quiet() logrus.FieldLogger {
	l := logrus.New()
	l.SetLevel(logrus.PanicLevel)
	return l
}

func pair(source, target string) reconcile.Pair {
	return reconcile.Pair{
		Name:   source + "-to-" + target,
		Source: reconcile.End{Server: "main", Repository: source}, Target: reconcile.End{Server: "main", Repository: target},
		Families:  []cosign.Family{cosign.Signature, cosign.Attestation, cosign.SBOM},
		Transport: reconcile.TransportAuto,
	}
}

func (w *world) tree() *tree.Store { return w.server.Tree() }

// audit runs without anything to write with.
func (w *world) audit() *report.Report {
	o := w.options
	o.Writers, o.Pushers = nil, nil
	return reconcile.Run(w.t.Context(), o)
}

func (w *world) sync() *report.Report { return reconcile.Run(w.t.Context(), w.options) }

// writes returns the paths that were written to, in the order of the answers.
func (w *world) writes() []string {
	var paths []string
	for _, e := range w.server.Log() {
		if e.Writes {
			paths = append(paths, strings.TrimPrefix(e.Path, "/artifactory/api/"))
		}
	}
	return paths
}

// interruptedAt returns a context that ends with the n-th copy, which is still
// answered.
func (w *world) interruptedAt(n int32) context.Context {
	ctx, cancel := context.WithCancel(w.t.Context())
	var copies atomic.Int32
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		if copies.Add(1) == n {
			cancel()
		}
		return nil
	}))
	return ctx
}

// findings writes a report's findings as "image family state outcome".
func findings(r *report.Report) []string {
	var lines []string
	for _, p := range r.Pairs {
		if p.Error != "" {
			lines = append(lines, p.Name+" error")
		}
		for _, f := range p.Findings {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", f.Image, f.Family, f.State, f.Outcome))
		}
	}
	return lines
}

// reasons returns what the report says about pairs and findings, joined.
func reasons(r *report.Report) string {
	var all []string
	for _, p := range r.Pairs {
		all = append(all, p.Error)
		for _, f := range p.Findings {
			all = append(all, f.Reason)
		}
	}
	return strings.Join(all, "\n")
}

// only returns an intercept for one operation.
func only(operation string, answer func(r *http.Request) http.Handler) emulator.Intercept {
	return func(r *http.Request, op string) http.Handler {
		if op != operation {
			return nil
		}
		return answer(r)
	}
}

// plainClient is a client of a registry that is no Artifactory.
func plainClient(t testing.TB, url string) *registry.Client {
	t.Helper()
	c, err := registry.New(registry.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
