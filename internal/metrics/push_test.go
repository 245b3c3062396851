package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/report"
)

// pushed is what a gateway got.
type pushed struct {
	Method, Path, User, Password string
	names                        map[string]bool
}

// gateway answers with a status and a text.
func gateway(t *testing.T, got *pushed, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		*got = pushed{r.Method, r.URL.EscapedPath(), user, password, map[string]bool{}}
		from := expfmt.NewDecoder(r.Body, expfmt.ResponseFormat(r.Header))
		for {
			var family dto.MetricFamily
			if err := from.Decode(&family); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("what was pushed: %v", err)
				break
			}
			got.names[family.GetName()] = true
		}
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func accept(http.ResponseWriter, *http.Request) {}

func made(r *report.Report) *metrics.Metrics {
	m := metrics.New(metrics.Options{})
	m.WholeRun(r, nil)
	return m
}

func TestPushAddsToWhatIsThere(t *testing.T) {
	var got pushed
	answers := 0
	s := gateway(t, &got, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader([]int{http.StatusOK, http.StatusAccepted}[answers%2])
		answers++
	})
	at := strings.Replace(s.URL, "http://", "http://sync:pass%40word@", 1)
	for _, c := range []struct {
		to   metrics.Gateway
		want pushed
	}{
		{metrics.Gateway{URL: s.URL, Job: "sigsync"}, pushed{Method: "POST", Path: "/metrics/job/sigsync"}},
		{metrics.Gateway{URL: s.URL + "/", Job: "sigsync"}, pushed{Method: "POST", Path: "/metrics/job/sigsync"}},
		{metrics.Gateway{URL: at + "/push/gateway/", Job: "a:b", Grouping: map[string]string{"site": "a/b"}}, pushed{
			Method: "POST", Path: "/push/gateway/metrics/job/a:b/site@base64/YS9i", User: "sync", Password: "pass@word",
		}},
	} {
		if err := made(ran(noon, report.ExitOK, pair("a", 1))).Push(t.Context(), c.to); err != nil {
			t.Errorf("Push: %v", err)
		}
		got.Path = strings.ReplaceAll(got.Path, "%3A", ":")
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(pushed{}), cmp.FilterPath(func(p cmp.Path) bool {
			return p.Last().String() == ".names"
		}, cmp.Ignore())); diff != "" {
			t.Errorf("what the gateway got (-want +got):\n%s", diff)
		}
	}
}

func TestPushOfNoSuccessDoesNotSendTheLast(t *testing.T) {
	var got pushed
	s := gateway(t, &got, accept)
	for code, want := range map[int]bool{report.ExitFailed: false, report.ExitOK: true} {
		m := metrics.New(metrics.Options{Serving: true})
		m.WholeRun(ran(noon, code, pair("a", 1)), nil)
		if err := m.Push(t.Context(), metrics.Gateway{URL: s.URL, Job: "sigsync"}); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]bool{
			success: want, "sigsync_last_run_exit_code": true, "sigsync_subjects": true, "sigsync_actions_total": true, "go_goroutines": false,
		} {
			if got.names[name] != want {
				t.Errorf("after exit code %d %s was sent = %t, want %t", code, name, got.names[name], want)
			}
		}
	}
}

func TestPushRefused(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	long := strings.Repeat("ä", intake.MessageBytes)
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"a refusal", say(400, "pushed metrics are inconsistent\n"), "answered 400: pushed metrics are inconsistent"},
		{"nothing said", say(503, ""), "answered 503"},
		{"what steers", say(400, "\x1b[31ma\r\nb\u202e"), "answered 400: ?[31ma??b?"},
		{"a lot", say(500, long), "answered 500: " + long[:intake.MessageBytes] + "…"},
		{"the request", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, "%s is not hunter2", r.Header.Get("Authorization"))
		}, "answered 401: Basic *** is not ***"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "answered 302"},
		{"another success", say(204, ""), "answered 204"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got pushed
			s := gateway(t, &got, c.answer)
			host := strings.TrimPrefix(s.URL, "http://")
			err := made(ran(noon, report.ExitOK)).Push(t.Context(), metrics.Gateway{URL: "http://sync:hunter2@" + host, Job: "sigsync"})
			if want := "push metrics to " + host + ": " + c.want; err == nil || err.Error() != want {
				t.Errorf("Push = %v, want %s", err, want)
			}
		})
	}
}

func say(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// A user without a password is a token.
func TestPushWithAToken(t *testing.T) {
	said := &body{Reader: strings.NewReader("not hunter2")}
	client := &http.Client{Transport: doing(func(r *http.Request) (*http.Response, error) {
		if user, password, _ := r.BasicAuth(); user != "hunter2" || password != "" || r.URL.User != nil {
			t.Errorf("sent the login %q %q to %s", user, password, r.URL)
		}
		return &http.Response{StatusCode: http.StatusForbidden, Body: said}, nil
	})}
	err := made(ran(noon, report.ExitOK)).Push(t.Context(), metrics.Gateway{URL: "http://hunter2@a", Job: "sigsync", Client: client})
	if want := "push metrics to a: answered 403: not ***"; err == nil || err.Error() != want {
		t.Errorf("Push = %v, want %s", err, want)
	}
	if !said.closed {
		t.Error("the answer's body is left open")
	}
}

type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

// However a push fails, the password of the gateway is not in the error.
func TestPushShowsNoPassword(t *testing.T) {
	m := made(ran(noon, report.ExitOK))
	for _, raw := range []string{
		"http://sync:hunter2@127.0.0.1:1/", "http://sync:hunter2@127.0.0.1:a/", "http://sync:hunter2@/", "http://sync:hunter2@%zz/",
		"//sync:hunter2@a\n", "hunter2", "ftp://sync:hunter2@a/", "http://hunter2@127.0.0.1:1/", "http://sync:hunter2@127.0.0.1:1/%2",
	} {
		err := m.Push(t.Context(), metrics.Gateway{URL: raw, Job: "sigsync"})
		if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "aHVudGVyMg") || !strings.HasPrefix(err.Error(), "push metrics") {
			t.Errorf("Push to %q = %v, want an error without the password", raw, err)
		}
	}
	broken := &http.Client{Transport: doing(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("no hunter2 \x1b[31m" + strings.Repeat("a", 5000))
	})}
	err := m.Push(t.Context(), metrics.Gateway{URL: "http://sync:hunter2@a", Job: "sigsync", Client: broken})
	if err == nil || len(err.Error()) > 1100 || !strings.HasPrefix(err.Error(), "push metrics to a: no *** ?[31ma") || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("Push through a broken network = %v, want a short line", err)
	}
	if broken.CheckRedirect != nil {
		t.Error("the client that was handed in is changed")
	}
}

type doing func(*http.Request) (*http.Response, error)

func (f doing) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestPushEndsWithItsContext(t *testing.T) {
	var got pushed
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	s := gateway(t, &got, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if err := made(ran(noon, report.ExitOK)).Push(ctx, metrics.Gateway{URL: s.URL, Job: "sigsync"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Push = %v, want that it was canceled", err)
	}
}

func TestPushWantsAJobAndLabelsOfItsOwn(t *testing.T) {
	m := made(ran(noon, report.ExitOK, pair("a", 1)))
	for want, to := range map[string]metrics.Gateway{
		"job name is empty":                    {URL: "http://127.0.0.1:1"},
		"already contains grouping label pair": {URL: "http://127.0.0.1:1", Job: "sigsync", Grouping: map[string]string{"pair": "x"}},
	} {
		if err := m.Push(t.Context(), to); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Push to %+v = %v, want %s", to, err, want)
		}
	}
}
