//go:build k8s

package kubernetes_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// client asks the API server.
type client struct {
	url, token string
	http       *http.Client
}

func newClient(url, token string, authority []byte) *client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return &client{url, token, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}}
}

// statusError is an answer that is none of the good ones.
type statusError struct {
	code int
	text string
}

func (e statusError) Error() string { return fmt.Sprintf("%d: %s", e.code, e.text) }

// ask sends a request; the body of the answer is to be closed.
func (c *client) ask(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("%s %s: %w", method, path, errors.Join(statusError{answer.StatusCode, string(text)}, err))
	}
	return answer.Body, nil
}

// text is an answer as it is. A server that puts off who asks, as it does while it gets to know a new kind, is asked again.
func (c *client) text(ctx context.Context, path string) ([]byte, error) {
	body, err := c.ask(ctx, http.MethodGet, path, nil)
	if status, ok := errors.AsType[statusError](err); ok && status.code == http.StatusTooManyRequests {
		select {
		case <-time.After(time.Second):
			return c.text(ctx, path)
		case <-ctx.Done():
		}
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// object is the one at a path.
func (c *client) object(ctx context.Context, path string) (object, error) {
	text, err := c.text(ctx, path)
	if err != nil {
		return nil, err
	}
	var o object
	return o, json.Unmarshal(text, &o)
}

// list is the objects of a collection.
func (c *client) list(ctx context.Context, path string) ([]object, error) {
	text, err := c.text(ctx, path)
	if err != nil {
		return nil, err
	}
	var found struct {
		Items []object `json:"items"`
	}
	return found.Items, json.Unmarshal(text, &found)
}

// create posts an object to a collection, and fails on fields that the server does not know.
func (c *client) create(ctx context.Context, path string, o object) error {
	content, err := json.Marshal(o)
	if err != nil {
		return err
	}
	body, err := c.ask(ctx, http.MethodPost, path+"?fieldValidation=Strict", content)
	if err != nil {
		return err
	}
	return body.Close()
}

// change is what a watch tells of.
type change struct {
	Type   string `json:"type"`
	Object object `json:"object"`
}

// watch tells of every object of a collection, and of each change, until see is content or ctx ends.
func (c *client) watch(ctx context.Context, path string, see func(change) bool) error {
	body, err := c.ask(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	for changes := json.NewDecoder(body); ; {
		var one change
		if err := changes.Decode(&one); err != nil {
			return fmt.Errorf("watch %s: %w", path, errors.Join(err, ctx.Err()))
		}
		if one.Type == "ERROR" {
			return fmt.Errorf("watch %s: %v", path, one.Object)
		}
		if see(one) {
			return nil
		}
	}
}

// ready tells whether the server is.
func (c *client) ready(ctx context.Context) error {
	_, err := c.text(ctx, "/readyz")
	return err
}

// answers asks one of the programs for its health; that its certificate is its own is not the point.
func answers(url string) func(context.Context) error {
	unsafe := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		answer, err := unsafe.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return statusError{answer.StatusCode, url}
		}
		return nil
	}
}
