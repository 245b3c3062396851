package notify

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/outbound"
)

// parseURL checks the URL of a target. Its errors do not repeat it.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, errors.New("the URL needs http or https and a host")
	}
	return u, nil
}

// readURL returns the URL of a target, from its file where it has one.
func (t Target) readURL() (*url.URL, error) {
	if t.URLFile == "" {
		return parseURL(t.URL)
	}
	f, err := os.Open(t.URLFile)
	if err != nil {
		return nil, fmt.Errorf("read URL: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, intake.LinkBytes+1))
	if err == nil {
		err = intake.Check("the file", len(content), intake.LinkBytes, "bytes")
	}
	if err != nil {
		return nil, fmt.Errorf("read URL: %w", err)
	}
	return parseURL(strings.TrimSpace(string(content)))
}

// hide takes a URL, and whatever of it might be its secret, out of a receiver's
// words and the network's. A body that a template made may hold secrets, too.
func (r *receiver) hide(u *url.URL, body []byte) outbound.Hider {
	secrets := []string{u.String(), u.RequestURI(), u.Path, u.EscapedPath(), u.RawQuery, u.Host, u.Hostname(), u.User.Username()}
	password, _ := u.User.Password()
	basic := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
	secrets = append(secrets, password, strings.TrimRight(basic, "="))
	for _, path := range []string{u.Path, u.EscapedPath()} {
		secrets = append(secrets, strings.Split(path, "/")...)
	}
	for _, values := range u.Query() {
		secrets = append(secrets, values...)
	}
	if r.template != nil {
		secrets = append(secrets, texts(body)...)
	}
	// Of two secrets that begin alike the longer one has to go first.
	slices.SortStableFunc(secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return outbound.Hider{}.With(slices.Compact(secrets)...)
}

// texts lists the texts in JSON.
func texts(encoded []byte) []string {
	var found []string
	d := json.NewDecoder(strings.NewReader(string(encoded)))
	for {
		token, err := d.Token()
		if err != nil {
			return found
		}
		if text, ok := token.(string); ok {
			found = append(found, text)
		}
	}
}
