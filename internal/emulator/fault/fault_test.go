package fault_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/fault"
)

// start runs a server with a file "dev:f" that anybody may copy to prod.
func start(t *testing.T) (*emulator.Server, string) {
	t.Helper()
	s, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: "dev"}, {Key: "prod"}},
		Anonymous:    []access.Permission{{Repositories: []string{"*"}, Rights: access.All}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Tree().Put("dev", "f", []byte("0123456789"), "ci", nil)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return s, web.URL
}

// ask sends a request and renders the answer: status, some headers, body, error.
func ask(t *testing.T, method, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := stay.Do(request)
	if err != nil {
		return "no answer"
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	text := fmt.Sprintf("%d %s %s", response.StatusCode, response.Header.Get("Content-Type"), body)
	for _, name := range []string{"Retry-After", "Location"} {
		if value := response.Header.Get(name); value != "" {
			text += " " + name + ": " + value
		}
	}
	if err != nil {
		text += " broken"
	}
	return text
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, method, path string
		fault              func(*emulator.Server) http.Handler
		want               string
		copied             bool
	}{
		{"6.5 maintenance page", "GET", "/dev/f", func(*emulator.Server) http.Handler { return fault.HTML(200) }, "200 text/html <html>", false},
		{"6.5 proxy error", "GET", "/dev/f", func(*emulator.Server) http.Handler { return fault.HTML(502) }, "502 text/html <html>", false},
		{"6.5 throttled", "GET", "/dev/f", func(*emulator.Server) http.Handler { return fault.JSON(429, "Too many requests", "") }, "429 application/json {\n  \"errors\" : [ {\n    \"status\" : 429,\n    \"message\" : \"Too many requests\"\n  } ]\n}", false},
		{"6.5 throttled with Retry-After", "GET", "/dev/f", func(*emulator.Server) http.Handler { return fault.JSON(429, "", "7") }, "429 application/json {\n  \"errors\" : [ {\n    \"status\" : 429,\n    \"message\" : \"\"\n  } ]\n} Retry-After: 7", false},
		{"6.5 redirect", "POST", "/api/copy/dev/f?to=/prod/f", func(*emulator.Server) http.Handler { return fault.Redirect(302, "/ui") }, "302   Location: /ui", false},
		{"reset before the effect", "POST", "/api/copy/dev/f?to=/prod/f", func(*emulator.Server) http.Handler { return fault.Reset() }, "no answer", false},
		{"reset after the effect", "POST", "/api/copy/dev/f?to=/prod/f", func(s *emulator.Server) http.Handler { return fault.ResetAfter(s.Direct()) }, "no answer", true},
		{"4.3 truncated 200", "GET", "/dev/f", func(s *emulator.Server) http.Handler { return fault.Truncate(s.Direct(), 4) }, "200 application/octet-stream 0123", false},
		{"truncated beyond the end", "GET", "/dev/f", func(s *emulator.Server) http.Handler { return fault.Truncate(s.Direct(), 40) }, "200 application/octet-stream 0123456789", false},
		{"broken in the middle", "GET", "/dev/f", func(s *emulator.Server) http.Handler { return fault.Break(s.Direct(), 4) }, "200 application/octet-stream 0123 broken", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, url := start(t)
			s.SetIntercept(fault.Always("", c.fault(s)))
			got := ask(t, c.method, url+"/artifactory"+c.path)
			page := strings.HasSuffix(c.want, "<html>")
			if got != c.want && (!page || !strings.HasPrefix(got, c.want)) {
				t.Errorf("answer = %q, want %q", got, c.want)
			}
			if _, copied := s.Tree().Stat("prod", "f"); copied != c.copied {
				t.Errorf("copied: %v, want %v", copied, c.copied)
			}
		})
	}
}

func TestWhen(t *testing.T) {
	for _, c := range []struct {
		name      string
		intercept func(*http.Request, string) http.Handler
		want      string
	}{
		{"always, any operation", fault.Always("", fault.HTML(500)), "xxxxxx"},
		{"always, one operation", fault.Always("copy", fault.HTML(500)), "x.x.x."},
		{"first", fault.First(2, "copy", fault.HTML(500)), "x.x..."},
		{"nth", fault.Nth(2, "aql", fault.HTML(500)), "...x.."},
		{"nth of any", fault.Nth(2, "", fault.HTML(500)), ".x...."},
	} {
		got := ""
		for n := range 6 {
			mark := "."
			if c.intercept(nil, []string{"copy", "aql"}[n%2]) != nil {
				mark = "x"
			}
			got += mark
		}
		if got != c.want {
			t.Errorf("%s: intercepted %s, want %s", c.name, got, c.want)
		}
	}
}
