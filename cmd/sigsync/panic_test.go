package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/repository"
)

// panics is a writer that panics as long as it is told to.
type panics struct {
	reconcile.Writer
	now *atomic.Bool
}

func (w panics) CopyFile(ctx context.Context, from, to repository.File, attempt int) error {
	if w.now.Load() {
		panic("out of cheese")
	}
	return w.Writer.CopyFile(ctx, from, to, attempt)
}

// A run that panics, whichever it is, is told as one that could not be made, and
// the next one does its work.
func TestServeSurvivesPanics(t *testing.T) {
	var image seed.Image
	g := newGround(t, nil, `schedule: {cron: "0 0 1 1 *", run_on_start: true}
serve: {listen: "127.0.0.1:0", webhook: {secret: hunter2, gather: 0s}}`, func(s *tree.Store) {
		image = seed.Push(s, source, "team/app", "1.0", "team/app")
		seed.Sign(s, source, image.Path, image.Digest, "alice")
		seed.Promote(s, source, image.Path, "1.0", target, image.Path, "1.0")
	})
	var panicking atomic.Bool
	panicking.Store(true)
	said := &watched{}
	env := environment{stdout: io.Discard, stderr: said, lookup: os.LookupEnv, hangups: noHangups}
	p := newPass(env, &globals{config: g.config, logLevel: "info"}, func(o *reconcile.Options, made *clients) {
		made.write(o)
		for name, w := range o.Writers {
			o.Writers[name] = panics{w, &panicking}
		}
	})
	p.telemetry = newTelemetry(true)
	p.format = "text"
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.serve(ctx) }()
	await := func(pattern string, times int) {
		t.Helper()
		if err := said.until(func() bool { return strings.Count(said.String(), pattern) >= times }, nil); err != nil {
			t.Fatalf("%q is not said %d times: %v\n%s", pattern, times, err, said)
		}
	}
	await("run panicked", 1)
	base := "http://" + regexp.MustCompile(`"address":"([^"]+)"`).FindStringSubmatch(said.String())[1]
	get := func(path, want string) {
		t.Helper()
		if _, text, err := ask(http.MethodGet, base+path, "", nil); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s = %v %s\nwant %q", path, err, text, want)
		}
	}
	get("/metrics", "sigsync_last_run_exit_code 1\n")
	get("/metrics", `sigsync_pair_error{pair="docker-dev-local-to-docker-prod-local"} 1`)
	get("/", errPanicked.Error())
	event := []byte(`{"event_type": "promoted", "repo_key": "` + source + `", "image_name": "team/app", "target_repo": "` + target + `"}`)
	send := func() {
		t.Helper()
		if got, text, err := ask(http.MethodPost, base+"/webhooks/artifactory", "hunter2", event); err != nil || got != http.StatusAccepted {
			t.Fatalf("event = %d %s, %v", got, text, err)
		}
	}
	send()
	await("run panicked", 2)
	if !strings.Contains(said.String(), "panic_test.go") {
		t.Errorf("the log has no stack:\n%s", said)
	}
	panicking.Store(false)
	send()
	await(`"msg":"run for events done"`, 1)
	await(`"copied":1`, 1)
	get("/metrics", `sigsync_runs_total{exit_code="0",trigger="event"} 1`)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve = %v, want nil", err)
	}
	if manifest := "team/app/" + strings.Replace(image.Digest, ":", "-", 1) + ".sig/manifest.json"; g.contents()[manifest] == "" {
		t.Errorf("%s is not at the target", manifest)
	}
}
