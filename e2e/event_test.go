//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// said is what a program says, for others to read while it runs.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps what the program says.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// await returns the first match of a group in what the program has said.
func (s *said) await(t *testing.T, pattern string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		s.mu.Lock()
		found := regexp.MustCompile(pattern).FindStringSubmatch(s.text.String())
		text := s.text.String()
		s.mu.Unlock()
		if found != nil {
			return found[1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("sigsync does not say %s, but:\n%s", pattern, text)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// serve runs sigsync serve until the test ends, without a schedule that matters, and has Artifactory tell it of events.
func (p *pair) serve(secret string, signs bool) {
	p.t.Helper()
	p.write("token", p.token+"\n")
	p.write("secret", secret+"\n")
	p.write("sigsync.yaml", p.config()+`schedule: {cron: "0 0 1 1 *", run_on_start: false}
serve: {listen: "127.0.0.1:0", webhook: {secret_file: secret, gather: 1s}}
`)
	log := &said{}
	command := p.command(sigsyncPath, "serve")
	command.Stderr = log
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	one := webhook.Everything("sigsync", "http://"+log.await(p.t, `"address":"([^"]+)"`)+"/webhooks/artifactory", secret)
	one.Handlers[0].UseSecretForSigning = signs
	p.subscribe(one)
}

// subscribe makes a webhook as an administrator does.
func (p *pair) subscribe(one webhook.Subscription) {
	p.t.Helper()
	body, err := json.Marshal(one)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, "http://"+p.source.host+"/event/api/v1/subscriptions", bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.SetBasicAuth("admin", "admin-password")
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= http.StatusMultipleChoices {
		p.t.Fatalf("create webhook: %s", answer.Status)
	}
}

// The event of a promotion brings the signatures after it. What is logged is how long that took, to the end of the cosign that is content; what
// is asserted is only that it comes.
func TestAPromotedImageVerifiesByItsEvent(t *testing.T) {
	for name, signs := range map[string]bool{"plain secret": false, "signed payload": true} {
		t.Run(name, func(t *testing.T) {
			p := newHouse(t)
			one := p.key("one")
			image := p.push(p.source.image("team/deep/app"), "1.0", "app")
			p.cosign2Sign(image, one)
			late := p.push(p.source.image("team/deep/late"), "1.0", "late")
			p.promote("team/deep/late", "1.0")
			p.serve("hunter2-webhook", signs)
			began := time.Now()
			p.promote("team/deep/app", "1.0")
			p.verified("cosign", one, p.atTarget(image))
			t.Logf("from the promote call until cosign verify passed: %s", time.Since(began).Round(time.Millisecond))
			began = time.Now()
			p.cosign3Sign(late, one)
			p.verified("cosign3", one, p.atTarget(late))
			t.Logf("from a late cosign sign (bundle) until cosign verify passed: %s", time.Since(began).Round(time.Millisecond))
		})
	}
}

// verified returns once a cosign verifies the image.
func (p *pair) verified(tool, key, image string) {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		err := byCosign(tool, key).read(p.desk, image)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatal(err)
		}
	}
}
