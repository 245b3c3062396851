package reconcile_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// answer is a handler that says one thing.
func answer(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// afterEffect lets the server do what was asked and then loses its answer.
func (w *world) afterEffect() http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.server.SetIntercept(nil)
		w.server.ServeHTTP(&void{}, r)
		panic(http.ErrAbortHandler)
	})
}

// void is where lost answers go.
type void struct{ header http.Header }

func (v *void) Header() http.Header {
	if v.header == nil {
		v.header = http.Header{}
	}
	return v.header
}
func (v *void) Write(p []byte) (int, error) { return len(p), nil }
func (v *void) WriteHeader(int)             {}

func TestALostAnswerToACopyIsSettledByLooking(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler { return w.afterEffect() }))
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("findings = %v: %s, want 1 copied", findings(r), reasons(r))
	}
}

func TestALostRequestToCopyIsSentAgain(t *testing.T) {
	for name, handler := range map[string]http.Handler{
		"503": answer(http.StatusServiceUnavailable, "text/html", "<html>down</html>"),
		"429": answer(http.StatusTooManyRequests, "text/plain", "slow down"),
		"cut": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.promoted(1)
			var failed atomic.Bool
			w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
				if failed.Swap(true) {
					return nil
				}
				return handler
			}))
			if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
				t.Errorf("findings = %v: %s, want 1 copied", findings(r), reasons(r))
			}
		})
	}
}

func TestCopiesThatKeepFailingAreGivenUp(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		return answer(http.StatusBadGateway, "text/html", "<html>bad gateway</html>")
	}))
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 {
		t.Fatalf("findings = %v, want 1 failed", findings(r))
	}
	copies := 0
	for _, e := range w.server.Log() {
		if e.Operation == "copy" {
			copies++
		}
	}
	if copies != w.options.Attempts {
		t.Errorf("sent the copy %d times, want %d", copies, w.options.Attempts)
	}
}

func TestARefusalIsReportedInTheServersWordsAndTheRestIsCopied(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) {
		o.Users[0].Permissions = []access.Permission{
			{Repositories: []string{dev, prod}, Rights: access.Read},
			{Repositories: []string{prod}, Exclude: []string{"team/app0/**"}, Rights: access.Deploy},
		}
	})
	images := w.promoted(2)
	seed.Attest(w.tree(), dev, "team/app0", images[0].Digest, "{}")
	w.options.FailOn = []plan.State{plan.Missing}
	r := w.sync()
	o := r.Totals.Outcomes
	if o[report.Copied] != 1 || o[report.Failed] != 1 || o[report.Held] != 1 || r.Run.ExitCode != report.ExitLeft {
		t.Errorf("outcomes = %v, exit code %d, want 1 copied, 1 failed, 1 held and 3", o, r.Run.ExitCode)
	}
	if !strings.Contains(reasons(r), "User doesn't have permissions to create 'prod:team/app0/sha256-") {
		t.Errorf("reasons = %s, want the server's words", reasons(r))
	}
}

// A server that says yes and does nothing.
func TestSuccessIsConfirmed(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.options.FailOn = []plan.State{plan.Missing}
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		return answer(http.StatusOK, "application/json", `{"messages":[{"level":"INFO","message":"completed successfully, 1 artifacts"}]}`)
	}))
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 || r.Run.ExitCode != report.ExitLeft || !strings.Contains(reasons(r), "the files are not at the target") {
		t.Errorf("findings = %v: %s, want 1 failed", findings(r), reasons(r))
	}
}

func TestSuccessThatCannotBeConfirmedIsNone(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	var queries atomic.Int32
	w.server.SetIntercept(only("aql", func(*http.Request) http.Handler {
		if queries.Add(1) <= 3 {
			return nil
		}
		return answer(http.StatusOK, "application/json", `{"results":[`)
	}))
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 || !strings.Contains(reasons(r), "could not be confirmed") {
		t.Errorf("findings = %v: %s, want 1 failed", findings(r), reasons(r))
	}
}

func TestAListingThatIsNotWholeIsAnErrorOfThePair(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.server.SetIntercept(only("aql", func(*http.Request) http.Handler {
		return answer(http.StatusOK, "application/json", `{"results":[]}`)
	}))
	r := w.sync()
	if r.Run.ExitCode != report.ExitFailed || !strings.Contains(reasons(r), "has no range") || len(w.writes()) != 0 {
		t.Errorf("exit code %d: %s, wrote %v", r.Run.ExitCode, reasons(r), w.writes())
	}
}

func TestAnotherRunWasFaster(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	var raced atomic.Bool
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		if !raced.Swap(true) {
			tag := strings.Replace(image.Digest, ":", "-", 1) + ".sig"
			seed.Promote(w.tree(), dev, image.Path, tag, prod, image.Path, tag)
		}
		return nil
	}))
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("findings = %v: %s, want the files that are there already to count", findings(r), reasons(r))
	}
}

func TestAManifestThatCannotBeReadIsUnknown(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	seed.Sign(w.tree(), prod, image.Path, image.Digest, "other key")
	w.options.FailOn = []plan.State{plan.Unknown}
	w.server.SetIntercept(only("manifest", func(*http.Request) http.Handler {
		return answer(http.StatusForbidden, "application/json", `{"errors":[{"status":403,"message":"forbidden by policy"}]}`)
	}))
	r := w.sync()
	if r.Totals.States[plan.Unknown] != 1 || r.Run.ExitCode != report.ExitLeft || !strings.Contains(reasons(r), "forbidden by policy") {
		t.Errorf("findings = %v: %s, want unknown", findings(r), reasons(r))
	}
}

func TestAManifestThatChangedSinceItWasListedIsUnknown(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	seed.Sign(w.tree(), prod, image.Path, image.Digest, "other key")
	w.server.SetIntercept(only("manifest", func(*http.Request) http.Handler {
		return answer(http.StatusOK, "application/json", `{"layers":[]}`)
	}))
	if r := w.sync(); r.Totals.States[plan.Unknown] != 1 || !strings.Contains(reasons(r), "when it was listed") {
		t.Errorf("findings = %v: %s, want unknown", findings(r), reasons(r))
	}
}

func TestPromotionWhereCopyItemIsRefused(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) {
		o.Edition = emulator.EditionJCR
		o.Users[0].Permissions = append(o.Users[0].Permissions, access.Permission{Repositories: []string{prod}, Rights: access.Annotate})
	})
	w.promoted(3)
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 3 {
		t.Fatalf("findings = %v: %s, want 3 copied", findings(r), reasons(r))
	}
	if again := w.sync(); again.Totals.States[plan.InSync] != 3 {
		t.Errorf("after promotion: %v, want the source's signatures still there and 3 in sync", findings(again))
	}
}

func TestPromotionDoesNotReplaceWhatIsThereInPart(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) { o.Edition = emulator.EditionJCR })
	image := w.promoted(1)[0]
	tag := image.Path + "/" + strings.Replace(image.Digest, ":", "-", 1) + ".sig"
	seed.Promote(w.tree(), dev, image.Path, strings.TrimPrefix(tag, image.Path+"/"), prod, image.Path, strings.TrimPrefix(tag, image.Path+"/"))
	w.tree().Delete(prod, tag+"/manifest.json")
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 || !strings.Contains(reasons(r), "promotion would replace it") {
		t.Errorf("findings = %v: %s, want 1 failed", findings(r), reasons(r))
	}
}

func TestInterruptLetsCopiesEndAndHoldsTheRest(t *testing.T) {
	w := newWorld(t)
	w.promoted(20)
	w.options.Copy = 1
	ctx := w.interruptedAt(2)
	r := reconcile.Run(ctx, w.options)
	o := r.Totals.Outcomes
	if r.Run.ExitCode != report.ExitInterrupted || o[report.Copied] != 1 || o[report.Held] != 19 {
		t.Errorf("exit code %d, outcomes %v, want 130, 1 copied, 19 held", r.Run.ExitCode, o)
	}
	w.server.SetIntercept(nil)
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 19 || r.Run.ExitCode != 0 {
		t.Errorf("the next run: %v, want the other 19 copied", r.Totals.Outcomes)
	}
}

func TestGraceEndsWhatDoesNotEnd(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.options.Grace = 0
	ctx, cancel := context.WithCancel(t.Context())
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		})
	}))
	r := reconcile.Run(ctx, w.options)
	if r.Run.ExitCode != report.ExitInterrupted || r.Totals.Outcomes[report.Failed] != 1 {
		t.Errorf("exit code %d, outcomes %v, want 130 and 1 failed", r.Run.ExitCode, r.Totals.Outcomes)
	}
}

// Who verifies an index takes its children for signed.
func TestAnIndexWaitsForItsChildrensSignatures(t *testing.T) {
	w := newWorld(t)
	index := seed.PushIndex(w.tree(), dev, "app", "1.0", "salt", 2)
	other := seed.PushIndex(w.tree(), dev, "app", "2.0", "pepper", 2)
	for _, i := range []seed.Image{index, other} {
		for _, subject := range append([]seed.Image{i}, i.Children...) {
			seed.Sign(w.tree(), dev, "app", subject.Digest, "key")
		}
		seed.Promote(w.tree(), dev, "app", i.Tag, prod, "app", i.Tag)
	}
	child := strings.Replace(index.Children[0].Digest, ":", "-", 1)
	w.server.SetIntercept(only("copy", func(r *http.Request) http.Handler {
		if !strings.Contains(r.URL.Path, child) {
			return nil
		}
		return answer(http.StatusForbidden, "application/json", `{"messages":[{"level":"ERROR","message":"no"}]}`)
	}))
	r := w.sync()
	o := r.Totals.Outcomes
	if o[report.Copied] != 4 || o[report.Failed] != 1 || o[report.Held] != 1 {
		t.Errorf("outcomes = %v, want 4 copied, the child failed and its index held: %s", o, reasons(r))
	}
	if !strings.Contains(reasons(r), "waits for the signature of its child") {
		t.Errorf("reasons = %s", reasons(r))
	}
	w.server.SetIntercept(nil)
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 2 {
		t.Errorf("the next run: %v, want the child and the index copied", r.Totals.Outcomes)
	}
}

// Another run holds the lock, and has done it.
func TestARefusalOfWhatIsThereByNowIsNone(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			w.server.Direct().ServeHTTP(&void{}, r)
			answer(http.StatusInternalServerError, "application/json", `{"messages":[{"level":"ERROR","message":"lock not acquired"}]}`).ServeHTTP(rw, r)
		})
	}))
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("findings = %v: %s, want 1 copied", findings(r), reasons(r))
	}
}

func TestALostAnswerToAPromotionIsSettledByLooking(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) {
		o.Edition = emulator.EditionJCR
		o.Users[0].Permissions = append(o.Users[0].Permissions, access.Permission{Repositories: []string{prod}, Rights: access.Annotate})
	})
	w.promoted(1)
	w.server.SetIntercept(only("promote", func(*http.Request) http.Handler { return w.afterEffect() }))
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("findings = %v: %s, want 1 copied", findings(r), reasons(r))
	}
}

// Promotion replaces a tag without asking.
func TestPromotionLeavesWhatCameSinceTheListing(t *testing.T) {
	w := newWorld(t, func(o *emulator.Options) {
		o.Edition = emulator.EditionJCR
		o.Users[0].Admin = true
	})
	image := w.promoted(1)[0]
	var raced atomic.Bool
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		if !raced.Swap(true) {
			seed.Sign(w.tree(), prod, image.Path, image.Digest, "key", "another")
		}
		return nil
	}))
	r := w.sync()
	if r.Totals.Outcomes[report.Failed] != 1 || !strings.Contains(reasons(r), "holds sha256:") {
		t.Errorf("findings = %v: %s, want 1 failed", findings(r), reasons(r))
	}
	if r := w.sync(); r.Totals.States[plan.Diverged] != 1 {
		t.Errorf("after it: %v, want both signatures still at the target", r.Totals.States)
	}
}

func TestTheServersPauseIsKeptAndRepetitionsAreCounted(t *testing.T) {
	w := newWorld(t)
	w.promoted(1)
	var asked []time.Duration
	w.options.Copy = 1
	w.options.Pause = func(_ context.Context, _ int, a time.Duration) error {
		asked = append(asked, a)
		return nil
	}
	var refused atomic.Bool
	w.server.SetIntercept(only("copy", func(*http.Request) http.Handler {
		if refused.Swap(true) {
			return nil
		}
		return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Retry-After", "7")
			rw.WriteHeader(http.StatusTooManyRequests)
		})
	}))
	r := w.sync()
	if len(asked) != 1 || asked[0] != 7*time.Second || r.Requests.Retries != 1 || r.Totals.Outcomes[report.Copied] != 1 {
		t.Errorf("pauses %v, %d retries, %v; want one of 7s, 1 and 1 copied", asked, r.Requests.Retries, r.Totals.Outcomes)
	}
}

func TestTheSignatureOfAnSBOMThatDidNotComeWaits(t *testing.T) {
	w := newWorld(t)
	image := w.promoted(1)[0]
	sbom := seed.AttachSBOM(w.tree(), dev, image.Path, image.Digest, "{}")
	seed.Sign(w.tree(), dev, image.Path, sbom, "key")
	w.server.SetIntercept(only("copy", func(r *http.Request) http.Handler {
		if !strings.Contains(r.URL.Path, ".sbom/") {
			return nil
		}
		return answer(http.StatusForbidden, "application/json", `{"messages":[{"level":"ERROR","message":"no"}]}`)
	}))
	o := w.sync().Totals.Outcomes
	if o[report.Copied] != 1 || o[report.Failed] != 1 || o[report.Held] != 1 {
		t.Errorf("outcomes = %v, want the image's signature copied, the SBOM failed and its signature held", o)
	}
}

func TestAListingThatBreaksOffIsBegunAnew(t *testing.T) {
	for _, start := range []string{`{"results":[`, "<html>maintenance</html>"} {
		w := newWorld(t)
		w.promoted(1)
		var queries atomic.Int32
		w.server.SetIntercept(only("aql", func(*http.Request) http.Handler {
			// The first listing, and then the one that confirms.
			if n := queries.Add(1); n != 1 && n != 5 {
				return nil
			}
			return answer(http.StatusOK, "application/json", start)
		}))
		r := w.sync()
		if r.Totals.Outcomes[report.Copied] != 1 || queries.Load() != 6 {
			t.Errorf("%s: %v after %d queries: %s, want 1 copied after 6", start, findings(r), queries.Load(), reasons(r))
		}
	}
}
