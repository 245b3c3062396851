package artifactory_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

// meanings are what an error may mean to those who ask with errors.Is.
var meanings = []error{
	oci.ErrNotFound, oci.ErrDenied, oci.ErrUnauthorized, oci.ErrThrottled, oci.ErrUnavailable, oci.ErrUnsupported, oci.ErrIncomplete,
}

func TestRefusals(t *testing.T) {
	const envelope = "{\n  \"errors\" : [ {\n    \"status\" : 404,\n    \"message\" : \"Unable to find item\"\n  } ]\n}"
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		words                   []string
		want                    error // nil for none of the meanings
	}{
		{"errors", "application/json", envelope, 404, []string{"Unable to find item"}, oci.ErrNotFound},
		{"nothing", "", "", 404, nil, oci.ErrNotFound},
		{"a code alone", "application/json", `{"errors":[{"code":"MANIFEST_UNKNOWN"}]}`, 404, []string{"MANIFEST_UNKNOWN"}, oci.ErrNotFound},
		{"a code and a message", "application/json", `{"errors":[{"code":"DENIED","message":"no"}]}`, 403, []string{"no"}, oci.ErrDenied},
		{"several", "application/json", `{"errors":[{"message":"a"},{},{"message":"b"}]}`, 403, []string{"a", "b"}, oci.ErrDenied},
		{"messages", "application/json", `{"messages":[{"level":"ERROR","message":"a"},{"level":"INFO","message":"b"},{"level":"warn","message":"c"}]}`, 409, []string{"a", "c"}, nil},
		{"messages in lower case", "application/json", `{"messages":[{"level":"error","message":"a"},{"level":"info","message":"b"}]}`, 409, []string{"a"}, nil},
		{"messages with 401", "application/json", `{"messages":[{"level":"error","message":"Needs delete permissions."}]}`, 401, []string{"Needs delete permissions."}, oci.ErrDenied},
		{"messages with 500", "application/json", `{"messages":[{"level":"ERROR","message":"x"}]}`, 500, []string{"x"}, nil},
		{"errors with 500", "application/json", `{"errors":[{"message":"Could not find item: Bad Credentials"}]}`, 500, []string{"Could not find item: Bad Credentials"}, oci.ErrUnavailable},
		{"a missing source", "application/json", `{"errors":[{"status":400,"message":"Could not find item at dev:a"}]}`, 400, []string{"Could not find item at dev:a"}, oci.ErrNotFound},
		{"a missing repository", "application/json", `{"errors":[{"message":"Repository 'x' not found!"}]}`, 400, []string{"Repository 'x' not found!"}, nil},
		{"no licence", "text/plain", "This REST API is available only in Artifactory Pro (see: …).", 400, []string{"This REST API is available only in Artifactory Pro (see: …)."}, oci.ErrUnsupported},
		{"excluded", "application/json", `{"messages":[{"level":"ERROR","message":"… due to a conflict with its include/exclude patterns."}]}`, 403, []string{"… due to a conflict with its include/exclude patterns."}, oci.ErrDenied},
		{"no right to promote", "application/json", `{"errors":[{"message":"No permission to write to the target repository 'prod'. Promotion aborted"}]}`, 400, []string{"No permission to write to the target repository 'prod'. Promotion aborted"}, oci.ErrDenied},
		{"strange words of a verdict with 401", "application/json", `{"messages":[{"level":"error","message":"Not today."}]}`, 401, []string{"Not today."}, oci.ErrDenied},
		{"bad credentials", "application/json", `{"errors":[{"message":"Bad credentials"}]}`, 401, []string{"Bad credentials"}, oci.ErrUnauthorized},
		{"bad credentials with 403", "application/json", `{"errors":[{"message":"Bad Credentials"}]}`, 403, []string{"Bad Credentials"}, oci.ErrUnauthorized},
		{"an expired token with 403", "application/json", `{"errors":[{"message":"Token failed verification: expired"}]}`, 403, []string{"Token failed verification: expired"}, oci.ErrUnauthorized},
		{"an unknown token with 403", "application/json", `{"errors":[{"message":"Props Authentication Token not found"}]}`, 403, []string{"Props Authentication Token not found"}, oci.ErrUnauthorized},
		{"a locked account", "application/json", `{"errors":[{"message":"This request is locked due to recurrent log on errors"}]}`, 400, []string{"This request is locked due to recurrent log on errors"}, oci.ErrUnauthorized},
		{"nothing with 401", "", "", 401, nil, oci.ErrUnauthorized},
		{"nothing with 403", "", "", 403, nil, oci.ErrDenied},
		{"nothing with 408", "", "", 408, nil, oci.ErrUnavailable},
		{"nothing with 429", "", "", 429, nil, oci.ErrThrottled},
		{"nothing with 500", "", "", 500, nil, oci.ErrUnavailable},
		{"nothing with 503", "", "", 503, nil, oci.ErrUnavailable},
		{"nothing with 418", "", "", 418, nil, nil},
		{"a page with 404", "text/html", "<html>", 404, nil, oci.ErrUnavailable},
		{"a page with 401", "TEXT/HTML;charset=utf-8", "go away", 401, nil, oci.ErrUnavailable},
		{"a page that says nothing of itself", "application/json", " \n<!DOCTYPE html>", 403, nil, oci.ErrUnavailable},
		{"a page with 502", "text/html", "<html>Bad Gateway</html>", 502, nil, oci.ErrUnavailable},
		{"a page with 429", "text/html", "<html>slow down</html>", 429, nil, oci.ErrThrottled},
		{"half of a JSON", "application/json", `{"errors":[{"mess`, 404, nil, oci.ErrNotFound},
		{"a JSON of another form", "application/json", `{"errors":"x"}`, 404, nil, oci.ErrNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := answering(t, answer(c.status, c.contentType, c.body))
			err := client.CopyFile(t.Context(), in("dev", "a"), in("prod", "b"), 1)
			e, ok := errors.AsType[*outbound.Error](err)
			if !ok {
				t.Fatalf("CopyFile = %v, want an Error", err)
			}
			if diff := cmp.Diff(c.words, e.Messages); diff != "" {
				t.Errorf("Messages (-want +got):\n%s", diff)
			}
			if e.Status != c.status || e.Operation != "copy" || e.Method != http.MethodPost {
				t.Errorf("Error = %+v, want status %d of a POST for copy", e, c.status)
			}
			for _, meaning := range meanings {
				if got := errors.Is(err, meaning); got != (meaning == c.want) { //nolint:errorlint // a table of sentinels
					t.Errorf("errors.Is(%v, %v) = %t", err, meaning, got)
				}
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		name         string
		e            outbound.Error
		text, reason string
	}{
		{
			"the server's words", outbound.Error{Operation: "copy", Method: "POST", URL: "http://x/a", Side: "target", Status: 403, Messages: []string{"no", "never"}, Cause: oci.ErrDenied},
			"POST http://x/a (target): 403: no; never", "no; never",
		},
		{
			"words with 200", outbound.Error{Operation: "copy", Method: "POST", URL: "http://x/a", Status: 200, Messages: []string{"no"}, Cause: oci.ErrDenied},
			"POST http://x/a: 200: no: denied", "no",
		},
		{
			"no words", outbound.Error{Operation: "storage", Method: "GET", URL: "http://x/a", Status: 503, Cause: oci.ErrUnavailable},
			"GET http://x/a: 503: unavailable", "storage answered 503: unavailable",
		},
		{
			"no answer", outbound.Error{Operation: "aql", Method: "POST", URL: "http://x/a", Cause: oci.ErrUnavailable},
			"POST http://x/a: unavailable", "aql: unavailable",
		},
	} {
		if got := c.e.Error(); got != c.text {
			t.Errorf("%s: Error = %q, want %q", c.name, got, c.text)
		}
		if got := c.e.Reason(); got != c.reason {
			t.Errorf("%s: Reason = %q, want %q", c.name, got, c.reason)
		}
	}
}

// What a server says goes to terminals and into reports.
func TestErrorsArePrintableAndShort(t *testing.T) {
	nasty := "\x1b[31mred\u009b31m\u202ebidi\u2028line\r\n\x00" + strings.Repeat("é", 5000)
	for name, body := range map[string]string{
		"text":    nasty,
		"json":    `{"errors":[{"message":"\u001b[31mred\u009b\u202ebidi\u2028` + strings.Repeat("é", 5000) + `"}]}`,
		"binary":  "\xff\xfe\x80" + strings.Repeat("\xc3", 100_000),
		"a flood": strings.Repeat("x", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			err := answering(t, answer(http.StatusBadRequest, "text/plain", body)).Ping(t.Context())
			if err == nil {
				t.Fatal("Ping = nil, want an error")
			}
			if text := err.Error(); len(text) > 1200 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
				t.Errorf("Ping = %d bytes %.200q, want a short and printable text", len(text), text)
			}
		})
	}
}

func TestPagesWith200(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"by its type":  answer(http.StatusOK, "text/html; charset=utf-8", "maintenance"),
		"by its start": answer(http.StatusOK, "application/json", "\ufeff\n <html>maintenance</html>"),
	} {
		t.Run(name, func(t *testing.T) {
			c := answering(t, h)
			_, version := c.Version(t.Context())
			_, listed := list(t.Context(), c, scan.Query{Repository: "dev"})
			for call, err := range map[string]error{
				"Ping": c.Ping(t.Context()), "Version": version, "List": listed, "CopyFile": c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1),
				"Readable": c.Readable(t.Context(), "dev"), "PromoteTag": c.PromoteTag(t.Context(), tag("dev"), tag("prod")),
			} {
				if err == nil || !strings.Contains(err.Error(), "this is not an Artifactory REST base URL") || !errors.Is(err, oci.ErrUnavailable) {
					t.Errorf("%s = %v, want that this is no base URL", call, err)
				}
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	web.Close()
	err := client(t, artifactory.Options{URL: web.URL}).Readable(t.Context(), "dev")
	if !errors.Is(err, oci.ErrUnavailable) || !strings.Contains(err.Error(), "connection refused") || strings.Count(err.Error(), "/api/storage/dev") != 1 {
		t.Errorf("Readable = %v, want unavailable, connection refused, and the URL once", err)
	}
}

func TestAnswersThatAreTooLarge(t *testing.T) {
	c := answering(t, answer(http.StatusOK, "application/json", strings.Repeat(" ", 16<<20+1)))
	if _, err := c.Version(t.Context()); err == nil || !strings.Contains(err.Error(), "more than 16777216 bytes") {
		t.Errorf("Version = %v, want that the answer is too large", err)
	}
}
