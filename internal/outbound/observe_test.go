package outbound_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/outbound"
)

// seen is what an observer was told of one request.
type seen struct {
	Operation string
	Status    int
	Failed    bool
}

type witness struct{ seen []seen }

type mark struct{}

func (w *witness) observe(ctx context.Context, operation string) (context.Context, func(int, error)) {
	return context.WithValue(ctx, mark{}, operation), func(status int, err error) {
		w.seen = append(w.seen, seen{operation, status, err != nil})
	}
}

// transported is a RoundTripper of one answer.
type transported func(*http.Request) (*http.Response, error)

func (t transported) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// failing is a body that breaks off.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
func (failing) Close() error             { return nil }

func TestObservedTellsHowRequestsEnd(t *testing.T) {
	answered := func(status int, body io.ReadCloser) transported {
		return func(r *http.Request) (*http.Response, error) {
			if r.Context().Value(mark{}) != "aql" {
				return nil, errors.New("the request has not the observer's context")
			}
			return &http.Response{StatusCode: status, Body: body}, nil
		}
	}
	for name, tc := range map[string]struct {
		transport transported
		use       func(*http.Response)
		want      []seen
	}{
		"read to its end": {
			answered(200, io.NopCloser(http.NoBody)),
			func(r *http.Response) { _, _ = io.ReadAll(r.Body); _ = r.Body.Close() },
			[]seen{{"aql", 200, false}},
		},
		"given up":          {answered(404, io.NopCloser(http.NoBody)), func(r *http.Response) { _ = r.Body.Close() }, []seen{{"aql", 404, false}}},
		"broken off":        {answered(200, failing{}), func(r *http.Response) { _, _ = io.ReadAll(r.Body) }, []seen{{"aql", 200, true}}},
		"still being read":  {answered(200, io.NopCloser(http.NoBody)), func(*http.Response) {}, nil},
		"without an answer": {func(*http.Request) (*http.Response, error) { return nil, io.EOF }, nil, []seen{{"aql", 0, true}}},
	} {
		var w witness
		req := httptest.NewRequestWithContext(outbound.WithOperation(t.Context(), "aql"), http.MethodGet, "/", http.NoBody)
		answer, err := outbound.Observed(tc.transport, w.observe).RoundTrip(req)
		if (err == nil) != (tc.use != nil) {
			t.Errorf("%s: RoundTrip = %v", name, err)
			continue
		}
		if err == nil {
			tc.use(answer)
		}
		if diff := cmp.Diff(tc.want, w.seen); diff != "" {
			t.Errorf("%s: the observer was told (-want +got)\n%s", name, diff)
		}
	}
}
