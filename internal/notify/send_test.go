package notify_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/notify"
)

// refuses is a transport that takes the body and answers 204 at once.
type refuses struct{}

func (refuses) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, r.Body.Close()
}

func TestWhatMayPassIsSentAgain(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		after    string // Retry-After
		requests int
		result   string
		slept    []time.Duration // 0 is any
	}{
		{"taken", []int{200}, "", 1, "sent", nil},
		{"accepted", []int{202}, "", 1, "sent", nil},
		{"no content", []int{204}, "", 1, "sent", nil},
		{"once more", []int{503, 200}, "", 2, "sent", []time.Duration{0}},
		{"twice more", []int{500, 502, 200}, "", 3, "sent", []time.Duration{0, 0}},
		{"no more", []int{500, 500, 500, 200}, "", 3, "failed", []time.Duration{0, 0}},
		{"throttled", []int{429, 200}, "7", 2, "sent", []time.Duration{7 * time.Second}},
		{"throttled for long", []int{429, 200}, "86400", 2, "sent", []time.Duration{30 * time.Second}},
		{"slow", []int{408, 200}, "", 2, "sent", []time.Duration{0}},
		{"refused", []int{400, 200}, "", 1, "failed", nil},
		{"gone", []int{404, 200}, "", 1, "failed", nil},
		{"redirected", []int{302, 200}, "", 1, "failed", nil},
		{"redirected for good", []int{308, 200}, "", 1, "failed", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			elsewhere := newInbox(t)
			in := newInbox(t)
			in.answer = func(w http.ResponseWriter, n int) {
				w.Header().Set("Location", elsewhere.URL+"/hunter2hunter2")
				if c.after != "" {
					w.Header().Set("Retry-After", c.after)
				}
				w.WriteHeader(c.statuses[n-1])
			}
			w := newWorld(t, notify.Target{URL: in.URL + "/hunter2hunter2", Form: notify.Slack, On: everything()})
			w.Tell(t.Context(), drift())
			if n := len(in.sent()); n != c.requests || len(elsewhere.sent()) != 0 || cmp.Diff(w.results, []string{"slack " + c.result}) != "" {
				t.Errorf("%d requests, results %v, want %d, %s", n, w.results, c.requests, c.result)
			}
			if len(w.slept) != len(c.slept) {
				t.Fatalf("slept %v, want %v", w.slept, c.slept)
			}
			for i, want := range c.slept {
				if want != 0 && w.slept[i] != want || w.slept[i] > 30*time.Second {
					t.Errorf("slept %v, want %v", w.slept, c.slept)
				}
			}
			if strings.Contains(w.log.String(), "hunter2") || (c.result == "failed") != strings.Contains(w.log.String(), "level=error") {
				t.Errorf("log = %s", &w.log)
			}
		})
	}
}

func TestEachTargetIsToldByItself(t *testing.T) {
	bad, in := newInbox(t), newInbox(t)
	bad.answer = func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusBadRequest) }
	w := newWorld(t,
		notify.Target{URL: bad.URL, Form: notify.Slack, On: everything()},
		notify.Target{URL: in.URL, Form: notify.Teams, On: everything()},
		notify.Target{URL: in.URL, Form: notify.JSON, On: []notify.Event{notify.Recovery}},
	)
	w.Tell(t.Context(), drift())
	if got, want := w.results, []string{"slack failed", "teams sent"}; cmp.Diff(got, want) != "" || len(in.sent()) != 1 {
		t.Errorf("results = %v, want %v", got, want)
	}
	if want := `level=error msg="notify target 1 (slack): could not be told" error="answered 400" event=drift`; !strings.Contains(w.log.String(), want) {
		t.Errorf("log = %s, want %s", &w.log, want)
	}
}

func TestTellEndsWithItsContext(t *testing.T) {
	in := newInbox(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	in.answer = func(w http.ResponseWriter, _ int) {
		cancel(errors.New("shut down"))
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	w := newWorld(t, notify.Target{URL: in.URL, Form: notify.Slack, On: everything()})
	w.Tell(ctx, drift())
	if n := len(in.sent()); n != 1 || cmp.Diff(w.results, []string{"slack failed"}) != "" || !strings.Contains(w.log.String(), "given up: shut down") {
		t.Errorf("%d requests, results %v, log %s, want one that is given up", n, w.results, &w.log)
	}
}

func TestAnAttemptHasATimeout(t *testing.T) {
	held := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held }))
	defer server.Close()
	defer close(held)
	var log strings.Builder
	n, err := notify.New(notify.Options{
		Targets: []notify.Target{{URL: server.URL, Form: notify.JSON, On: everything()}}, Timeout: time.Millisecond,
		Log: logger(&log), Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	n.Tell(t.Context(), drift())
	if got := strings.Count(log.String(), "no answer within 1ms"); got != 3 {
		t.Errorf("log = %s, want three times no answer within 1ms", log.String())
	}
}

func logger(out *strings.Builder) *logrus.Logger {
	log := logrus.New()
	log.SetOutput(out)
	log.SetLevel(logrus.TraceLevel)
	log.SetFormatter(&logrus.TextFormatter{DisableColors: true, DisableTimestamp: true})
	return log
}

// broken is a transport whose errors repeat all that it knows, or panics.
type broken struct{ panics bool }

func (b broken) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.panics {
		panic("at " + r.URL.String())
	}
	return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: fmt.Errorf("lookup %s: proxy says %s and %q\n\x1b[31m", r.URL.Hostname(), r.URL, r.Header)}
}

// The parts of URLs that must be nowhere but on the wire.
const (
	password  = "passw0rdpassw0rd"
	pathed    = "T0123ABCD/B0123ABCD/p4thp4thp4thp4th"
	signature = "s1gs1gs1gs1gs1g"
	routing   = "r0ut1ngk3yr0ut1ngk3y"
)

func TestSecretsStayOutOfLogs(t *testing.T) {
	secrets := []string{password, "p4thp4th", "T0123ABCD", signature, routing, "hooks-0123456789.example", url.QueryEscape("&" + signature), base64.StdEncoding.EncodeToString([]byte("sync:" + password))[:20]}
	echo := func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, 1<<20)
		n, _ := r.Body.Read(body)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"message": "you sent %s %s"} `, r.URL, "x")
		_, _ = fmt.Fprintf(w, "%s?%s %s %v %s", r.URL.Path, r.URL.RawQuery, r.RequestURI, r.Header, body[:n])
	}
	said := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = fmt.Fprintf(w, `{"message":"no hook at %s with %q and keys %s, %s"}`, r.URL, "&"+signature, routing, password)
	}
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://elsewhere.example"+r.URL.String(), http.StatusMovedPermanently)
	}
	for name, handler := range map[string]http.HandlerFunc{"echo": echo, "said": said, "redirect": redirect} {
		for _, template := range []string{"", `{"routing_key": "` + routing + `"}`, `{"routing_key": {{ index .Pairs 100 "` + routing + `" }}}`, "{{ bad"} {
			server := httptest.NewServer(handler)
			at := strings.Replace(server.URL, "http://", "http://sync:"+password+"@", 1) + "/services/" + pathed + "?sig=" + url.QueryEscape("&"+signature)
			log := sendsTo(t, at, template, &http.Transport{})
			server.Close()
			log += sendsTo(t, at, template, &http.Transport{}) // nobody there any more
			for _, secret := range secrets {
				if strings.Contains(log, secret) && (secret != routing || template != "") {
					t.Errorf("%s: the log has %s: %s", name, secret, log)
				}
			}
		}
	}
	// Where one is the beginning of another, nothing of the longer one stays.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, "no "+signature+"t41l")
	}))
	if log := sendsTo(t, server.URL+"/"+signature+"/"+signature+"t41l", "", &http.Transport{}); strings.Contains(log, "t41l") || !strings.Contains(log, "no ***") {
		t.Errorf("log = %s, want no part of a secret", log)
	}
	server.Close()
	if log := sendsTo(t, server.URL, "", &http.Transport{}); !strings.Contains(log, `error="dial tcp ***`) {
		t.Errorf("log = %s, want the network's words alone", log)
	}
	at := "https://sync:" + password + "@hooks-0123456789.example/services/" + pathed + "?sig=" + signature
	for _, transport := range []http.RoundTripper{broken{}, broken{panics: true}} {
		log := sendsTo(t, at, "", transport)
		for _, secret := range secrets {
			if strings.Contains(log, secret) {
				t.Errorf("%+v: the log has %s: %s", transport, secret, log)
			}
		}
		if !strings.Contains(log, "notify target 1 (json): ") || strings.Contains(log, "\x1b") {
			t.Errorf("log = %s, want a line of the target", log)
		}
	}
}

// sendsTo is the log and the error of telling one target.
func sendsTo(t *testing.T, at, template string, transport http.RoundTripper) string {
	t.Helper()
	var log strings.Builder
	n, err := notify.New(notify.Options{
		Targets:   []notify.Target{{URL: at, Form: notify.JSON, On: everything(), Template: template}},
		Transport: transport, Log: logger(&log), Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		return err.Error()
	}
	n.Tell(t.Context(), drift())
	return log.String()
}

func TestARefusalIsToldInTheReceiversWords(t *testing.T) {
	for _, c := range []struct{ kind, said, want string }{
		{"text/plain", "invalid_blocks", "answered 400: invalid_blocks"},
		{"text/plain", "", "answered 400"},
		{"application/json", `{"status":"invalid event","message":"Event object is invalid","errors":["too short"]}`, `answered 400: {"status":"invalid event"`},
		{"application/json", `{"error":{"code":"WorkflowTriggerIsNotEnabled"}}`, "WorkflowTriggerIsNotEnabled"},
		{"application/json", `{"message":"a\u001b[31mb"}`, `answered 400: a [31mb`},
		{"text/html", "<html>sorry", "answered 400"},
		{"text/plain", strings.Repeat("long ", 100_000), "long long"},
	} {
		in := newInbox(t)
		in.answer = func(w http.ResponseWriter, _ int) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(c.said))
		}
		w := newWorld(t, notify.Target{URL: in.URL, Form: notify.JSON, On: everything()})
		w.Tell(t.Context(), drift())
		log := strings.ReplaceAll(w.log.String(), `\"`, `"`)
		if !strings.Contains(log, c.want) || len(log) > 1500 || strings.Contains(log, "sorry") {
			t.Errorf("log = %s, want %s", log, c.want)
		}
	}
}

func TestAURLIsReadFromItsFileEachTime(t *testing.T) {
	first, second := newInbox(t), newInbox(t)
	file := filepath.Join(t.TempDir(), "url")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := newWorld(t, notify.Target{URLFile: file, Form: notify.Slack, On: everything()})
	w.Tell(t.Context(), drift())
	write(first.URL + "/hook\n")
	w.Tell(t.Context(), drift())
	write(second.URL)
	w.Tell(t.Context(), drift())
	write("hunter2://hunter2")
	w.Tell(t.Context(), drift())
	write(second.URL + "/" + strings.Repeat("hunter2", 10_000))
	w.Tell(t.Context(), drift())
	if got, want := w.results, []string{"slack failed", "slack sent", "slack sent", "slack failed", "slack failed"}; cmp.Diff(got, want) != "" {
		t.Errorf("results = %v, want %v", got, want)
	}
	if len(first.sent()) != 1 || first.urls[0] != "/hook" || len(second.sent()) != 1 || strings.Contains(w.log.String(), "hunter2") {
		t.Errorf("log = %s, want one at each and no URL", &w.log)
	}
	for _, want := range []string{"no such file", "the URL needs http or https and a host", "the file has more than 8192 bytes"} {
		if !strings.Contains(w.log.String(), want) {
			t.Errorf("log = %s, want %q", &w.log, want)
		}
	}
}

func TestCredentialsOfAURLAreSent(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, notify.Target{URL: strings.Replace(in.URL, "://", "://sync:hunter2@", 1), Form: notify.JSON, On: everything()})
	w.Tell(t.Context(), drift())
	r := http.Request{Header: in.headers[0]}
	if user, password, _ := r.BasicAuth(); user != "sync" || password != "hunter2" {
		t.Errorf("basic authentication = %s, %s, want sync, hunter2", user, password)
	}
}

func TestAPanicIsAFailure(t *testing.T) {
	var results []string
	n, err := notify.New(notify.Options{
		Targets:   []notify.Target{{URL: "https://a.example", Form: notify.JSON, On: everything()}},
		Transport: broken{panics: true}, Result: func(form, result string) { results = append(results, form+" "+result) },
	})
	if err != nil {
		t.Fatal(err)
	}
	n.Tell(t.Context(), drift())
	if want := []string{"json failed"}; cmp.Diff(results, want) != "" {
		t.Errorf("results = %v, want %v", results, want)
	}
}

// The file is a hole: its size shows before all of it is read.
func TestALargeFileIsNotRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 100<<20); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, notify.Target{URLFile: file, Form: notify.Slack, On: everything()})
	if took := allocated(func() { w.Tell(t.Context(), drift()) }); took > 4<<20 || cmp.Diff(w.results, []string{"slack failed"}) != "" {
		t.Errorf("Tell took %d bytes, results %v, want a failure after at most 4 MiB", took, w.results)
	}
}
