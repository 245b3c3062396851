package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

const hooks = `
webhooks:
  form: flat
  without: [image_type, jpd_origin]
  full_image_name: true
  user_context: true
  by_digest: none
  allow_private: true
  duplicate: 0.1
  reorder: 0.2
  drop: 0.3
  delay: 1s
  wait: 2s
  hold: 3s
  timeout: 4s
  subscriptions:
    - {key: all, url: "http://h/all"}
    - key: some
      url: http://h/some
      secret: s3cret
      sign: true
      events: [promoted]
      repositories: [dev]
      include: ["a/**"]
      exclude: ["b/**"]
      headers: {X-B: "2", X-A: "1"}
`

func TestParseWebhooks(t *testing.T) {
	got, err := parse(strings.NewReader(hooks))
	if err != nil {
		t.Fatal(err)
	}
	want := emulator.Options{
		Webhooks: webhook.Options{
			Form:         webhook.Form{Flat: true, Without: []string{"image_type", "jpd_origin"}, FullImageName: true, UserContext: true},
			ByDigest:     webhook.NoEvent,
			AllowPrivate: true, Duplicate: 0.1, Reorder: 0.2, Drop: 0.3,
			Delay: time.Second, Wait: 2 * time.Second, Hold: 3 * time.Second, Timeout: 4 * time.Second,
		},
		Subscriptions: []webhook.Subscription{
			webhook.Everything("all", "http://h/all", ""),
			{
				Key: "some", Enabled: true,
				EventFilter: webhook.Filter{
					Domain: "docker", EventTypes: []webhook.Type{webhook.Promoted},
					Criteria: webhook.Criteria{RepoKeys: []string{"dev"}, IncludePatterns: []string{"a/**"}, ExcludePatterns: []string{"b/**"}},
				},
				Handlers: []webhook.Handler{{
					Type: "webhook", URL: "http://h/some", Secret: "s3cret", UseSecretForSigning: true,
					CustomHTTPHeaders: []webhook.Header{{Name: "X-A", Value: "1"}, {Name: "X-B", Value: "2"}},
				}},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parse (-want +got):\n%s", diff)
	}
	if s, err := emulator.New(got); err != nil {
		t.Errorf("New: %v", err)
	} else {
		s.Close()
	}
}

// push pushes an artifact without layers to the server at url.
func push(t *testing.T, url string) {
	t.Helper()
	const (
		empty    = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
		manifest = `{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"` + empty + `","size":2},"layers":[]}`
	)
	for _, q := range []struct{ method, path, body string }{
		{http.MethodPost, "blobs/uploads/?digest=" + empty, "{}"},
		{http.MethodPut, "manifests/1.0", manifest},
	} {
		request, err := http.NewRequestWithContext(t.Context(), q.method, url+"/api/docker/docker-dev-local/v2/img/"+q.path, strings.NewReader(q.body))
		if err != nil {
			t.Error(err)
			return
		}
		request.SetBasicAuth("admin", "password")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
			return
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusCreated {
			t.Errorf("%s %s = %d, want 201", q.method, q.path, response.StatusCode)
		}
	}
}

// TestFlagsSubscribe: the flags stand beside a configuration.
func TestFlagsSubscribe(t *testing.T) {
	type event struct{ auth, body string }
	events := make(chan event, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		events <- event{r.Header.Get("X-JFrog-Event-Auth"), string(body)}
	}))
	defer receiver.Close()
	config := filepath.Join(t.TempDir(), "emulator.yaml")
	if err := os.WriteFile(config, []byte("repositories: [{key: docker-dev-local}]\nusers: [{name: admin, password: password, admin: true}]\nwebhooks: {allow_private: true}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		args    []string
		signed  bool
		blocked bool
		start   string
	}{
		{"secret", []string{"--webhook-allow-private"}, false, false, `{"domain":"docker"`},
		{"signed and flat, with a configuration", []string{"--webhook-sign", "--webhook-form=flat", "--config", config}, true, false, `{"event_type":"pushed"`},
		{"private addresses are blocked", nil, false, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			next := run(t, append([]string{"--access-log", "--webhook", receiver.URL + "/hook", "--webhook-secret", "s3cret"}, c.args...)...)
			url := strings.TrimPrefix(next(), "Artifactory emulator at ")
			pushed := make(chan struct{})
			go func() {
				push(t, url)
				close(pushed)
			}()
			var line string // of the event, which comes before the push's own or after it
			for answered := false; line == "" || !answered; {
				switch l := next(); {
				case strings.HasPrefix(l, "webhook "):
					line = l
				case strings.HasSuffix(l, " manifest"):
					answered = true
				}
			}
			<-pushed
			end := "try 1, status 200, delivered"
			if c.blocked {
				end = "try 1, status 0, blocked: "
			}
			want := "webhook command-line pushed docker-dev-local/img/1.0/manifest.json to " + receiver.URL + "/hook: " + end
			if !strings.HasPrefix(line, want) || strings.Contains(line, "s3cret") {
				t.Errorf("line = %q, want %q", line, want)
			}
			if c.blocked {
				return
			}
			got := <-events
			if signed := got.auth != "s3cret" && len(got.auth) == 64; signed != c.signed || !strings.HasPrefix(got.body, c.start) {
				t.Errorf("event = %+v, want %s..., signed %v", got, c.start, c.signed)
			}
		})
	}
}

// TestTheEndGivesUpEvents: the command does not leave its requests behind.
func TestTheEndGivesUpEvents(t *testing.T) {
	arrived, left := make(chan struct{}), make(chan struct{})
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server sees the client leave only after that
		close(arrived)
		<-r.Context().Done()
		close(left)
	}))
	defer receiver.Close()
	t.Run("the command", func(t *testing.T) {
		next := run(t, "--webhook", receiver.URL, "--webhook-allow-private")
		url := strings.TrimPrefix(next(), "Artifactory emulator at ")
		for range 4 { // users
			next()
		}
		push(t, url)
		<-arrived
	})
	<-left
}

func TestBadWebhookFlags(t *testing.T) {
	for want, args := range map[string][]string{
		`read --webhook-form: unknown word "round"`: {"--webhook-form", "round"},
		"handler without an HTTP URL":               {"--webhook", "h"},
	} {
		command := newCommand(io.Discard)
		command.SilenceErrors = true
		command.SetArgs(args)
		if err := command.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Execute(%q) = %v, want %q", args, err, want)
		}
	}
}
