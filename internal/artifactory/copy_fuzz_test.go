package artifactory_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/outbound"
)

// Whatever is answered to a copy, it is a success only if the status says so,
// the answer is JSON, and no message of it is more than information.
func FuzzCopyAnswer(f *testing.F) {
	for _, body := range []string{
		"", "{}", "null", "<html>", `{"messages":[{"level":"INFO","message":"copying dev:a to prod:a completed successfully, 1 artifacts"}]}`,
		`{"messages":[{"level":"ERROR","message":"User doesn't have permissions to create 'prod:a'"}]}`, `{"messages":[{"level":"info"},{"level":"WARN"}]}`,
		`{"errors":[{"status":404,"message":"Could not find item"}]}`, `{"messages":[null]}`, `{"messages":{}}`, `{"message":"x"}`, `[]`, `{"messages":"no"}`,
	} {
		for _, status := range []uint16{200, 202, 302, 400, 401, 500} {
			f.Add(status, "application/json", []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status uint16, contentType string, body []byte) {
		sent := 0
		c, err := artifactory.New(artifactory.Options{
			URL: "http://server.test/artifactory", Retry: outbound.Retry{Attempts: 3},
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				sent++
				return &http.Response{
					StatusCode: int(status), Request: r, Header: http.Header{"Content-Type": {contentType}},
					Body: io.NopCloser(strings.NewReader(string(body))),
				}, nil
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		err = c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1)
		if sent != 1 {
			t.Errorf("CopyFile was sent %d times", sent)
		}
		if err != nil {
			return
		}
		var answer struct {
			Messages []struct{ Level string }
			Errors   []any
		}
		if status/100 != 2 || !json.Valid(body) {
			t.Fatalf("CopyFile answered with %d and %q = nil", status, body)
		}
		if json.Unmarshal(body, &answer) != nil {
			return
		}
		for _, m := range answer.Messages {
			if !strings.EqualFold(m.Level, "info") {
				t.Errorf("CopyFile answered with %q = nil", body)
			}
		}
	})
}
