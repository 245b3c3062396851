package outbound_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

const secret = "hunter2-c4n4ry"

// refuse reads a refusal of a request that carried the secret.
func refuse(status int, contentType string, body io.Reader) *outbound.Error {
	e := &outbound.Error{Operation: "storage", Method: http.MethodGet, URL: "http://server.test/x"}
	answer := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(body)}
	e.Refuse(answer, outbound.Place{Name: "a server"}, outbound.Hider{}.With(secret))
	return e
}

// endless repeats a text for ever and counts what was read of it.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.read%len(e.text):])
	e.read += n
	return n, nil
}

func TestRefusalsWithoutEnd(t *testing.T) {
	body := &endless{text: strings.Repeat("no ", 10_000)}
	if e := refuse(http.StatusForbidden, "text/plain", body); body.read > intake.RefusalBytes || len(e.Error()) > 2*intake.MessageBytes {
		t.Errorf("Refuse read %d bytes and says %d, want no more than %d and a line", body.read, len(e.Error()), intake.RefusalBytes)
	}
	many := `{"errors":[` + strings.Repeat(`{"message":"no"},`, 99) + `{"message":"no"}]}`
	e := refuse(http.StatusForbidden, "application/json", strings.NewReader(many))
	if n := len(e.Messages); n != intake.Messages+1 || e.Messages[n-1] != "and 80 messages more" {
		t.Errorf("Refuse of 100 messages = %q, want %d and how many more", e.Messages, intake.Messages)
	}
}

func TestHeadersWithoutEndAreRefused(t *testing.T) {
	for size, refused := range map[int]bool{intake.HeaderBytes / 2: false, intake.HeaderBytes * 2: true} {
		web := quietly(t, nil)
		web.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", strings.Repeat("x", size))
		})
		err := ping(t, web.URL, outbound.TransportOptions{InsecureSkipVerify: true})
		if (err != nil) != refused {
			t.Errorf("an answer with a header of %d bytes = %v, want refused %t", size, err, refused)
		}
	}
}

// Whatever a refusal says: it is shown in few, short, printable lines without
// the secret, an outage means nothing else, and what is absent is said so.
func FuzzRefusal(f *testing.F) {
	for _, body := range []string{
		"", "no", "<html>", "\x1b[31mno\u009b", `{"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}`, `{"errors":[{"status":404,"message":"Could not find item"}]}`,
		`{"messages":[{"level":"ERROR","message":"doesn't have permissions"},{"level":"INFO","message":"ok"}]}`, `{"message":"bad credentials"}`,
		`{"error":"Bearer ` + secret + `"}`, `{"errors":[{"code":{"a":[1]}}]}`, `{"errors":null,"messages":[null]}`, "hunter2-" + secret + "c4n4ry",
		strings.Repeat("[", 20_000),
	} {
		for _, status := range []uint16{302, 400, 401, 403, 404, 405, 408, 409, 429, 500, 503} {
			f.Add(status, "application/json", []byte(body))
		}
		f.Add(uint16(404), "text/html", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status uint16, contentType string, body []byte) {
		e := refuse(int(status), contentType, strings.NewReader(string(body)))
		if len(e.Messages) > intake.Messages+1 {
			t.Errorf("Refuse(%q) has %d messages", body, len(e.Messages))
		}
		for _, m := range e.Messages {
			if strings.Contains(m, secret) || len(m) > intake.MessageBytes+len("…") ||
				strings.ContainsFunc(m, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("Refuse(%q) says %q", body, m)
			}
		}
		said := outbound.Read(body)
		switch {
		case e.Cause == nil:
			t.Errorf("Refuse(%d, %q) has no cause", status, body)
		case status >= 500 && !said.Verdict && !errors.Is(e, oci.ErrUnavailable):
			t.Errorf("Refuse(%d, %q) = %v, want unavailable", status, body, e.Cause)
		case errors.Is(e, oci.ErrNotFound) && status != 404 && !strings.Contains(strings.ToLower(strings.Join(said.Words, " ")), "could not find item"):
			t.Errorf("Refuse(%d, %q) = %v, which nobody said", status, body, e.Cause)
		case outbound.IsPage(contentType, body) && errors.Is(e, oci.ErrNotFound):
			t.Errorf("Refuse(%d, %q) = %v of a page", status, body, e.Cause)
		}
	})
}
