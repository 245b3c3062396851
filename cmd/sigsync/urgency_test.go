package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// The image of an event is signed within five seconds: at 20 requests a second that is a
// hundred requests, those of a whole run that is under way included.
func TestAnEventDoesNotQueueBehindAWholeRun(t *testing.T) {
	g := newGround(t, []string{source, target}, `schedule: {cron: "0 0 1 1 *", run_on_start: true}
serve: {listen: "127.0.0.1:0", webhook: {secret: hunter2, gather: 10ms}}`, func(s *tree.Store) {
		seed.Estate{Images: 150, TagsPerImage: 1, SignedShare: 1, PromotedShare: 1, Seed: 1, Source: source, Target: target}.Fill(s)
	})
	content, err := os.ReadFile(g.config)
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.Replace(content, []byte("timeout: 20s"), []byte("timeout: 20s, rate_limit: 20"), 1)
	if err := os.WriteFile(g.config, content, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said := &watched{}
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"serve", "--config", g.config, "--log-level", "info"}, environment{stdout: &watched{}, stderr: said, lookup: os.LookupEnv, hangups: noHangups})
	}()
	copies := func(of string) (n int) {
		for _, e := range g.server.Log() {
			if strings.Contains(e.Path, "/copy/") && strings.Contains(e.Path, of) {
				n++
			}
		}
		return n
	}
	for copies("") < 3 {
		<-time.After(10 * time.Millisecond)
	}
	image := seed.Push(g.server.Tree(), source, "late/app", "1.0", "salt")
	seed.Sign(g.server.Tree(), source, "late/app", image.Digest, "alice")
	seed.Promote(g.server.Tree(), source, "late/app", "1.0", target, "late/app", "1.0")
	address := regexp.MustCompile(`address=(\S+)|"address":"([^"]+)"`).FindStringSubmatch(said.String())
	before, began := len(g.server.Log()), time.Now()
	event := []byte(`{"event_type":"promoted","repo_key":"` + source + `","image_name":"late/app","tag":"1.0","target_repo":"` + target + `"}`)
	if status, text, err := ask(http.MethodPost, "http://"+strings.Trim(address[1]+address[2], `"`)+"/webhooks/artifactory", "hunter2", event); status != 202 {
		t.Fatal(status, text, err)
	}
	for copies("late/app") < 3 {
		<-time.After(10 * time.Millisecond)
	}
	after := len(g.server.Log()) - before
	t.Logf("%d requests, %s until it was copied", after, time.Since(began))
	if after > 100 {
		t.Errorf("%d requests were sent until the event's image was signed, want at most 100", after)
	}
	stop()
	<-done
}
