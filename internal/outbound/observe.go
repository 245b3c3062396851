package outbound

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

// Observer is told of each request right before it is sent, with its operation.
// The context that it returns is the request's. What else it returns is told
// once how the request ended: the status, 0 where no answer came, and why there
// was none or not all of one. That is when the answer was read, or given up.
type Observer func(ctx context.Context, operation string) (context.Context, func(status int, err error))

// Observed tells an observer of all that goes through a transport.
func Observed(next http.RoundTripper, observe Observer) http.RoundTripper {
	return &observed{next, observe}
}

// WithOperation names what the requests of a context are for.
func WithOperation(ctx context.Context, operation string) context.Context {
	return context.WithValue(ctx, operationKey{}, operation)
}

type operationKey struct{}

type observed struct {
	next    http.RoundTripper
	observe Observer
}

// RoundTrip implements http.RoundTripper.
func (o *observed) RoundTrip(r *http.Request) (*http.Response, error) {
	operation, _ := r.Context().Value(operationKey{}).(string)
	ctx, ended := o.observe(r.Context(), operation)
	answer, err := o.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		ended(0, err)
		return nil, err
	}
	answer.Body = &observedBody{ReadCloser: answer.Body, status: answer.StatusCode, ended: ended}
	return answer, nil
}

// observedBody tells how an answer ended: a listing takes its time after its
// status has come.
type observedBody struct {
	io.ReadCloser
	status int
	once   sync.Once
	ended  func(status int, err error)
}

// Read tells of the end of the body, or why there is not all of it.
func (b *observedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		b.end(nil)
	case err != nil:
		b.end(err)
	}
	return n, err
}

// Close tells of the end of a body that was not read to its end.
func (b *observedBody) Close() error {
	b.end(nil)
	return b.ReadCloser.Close()
}

func (b *observedBody) end(err error) {
	b.once.Do(func() { b.ended(b.status, err) })
}
