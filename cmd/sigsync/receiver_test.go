package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// canaryPath is the secret in the URL of a receiver.
const canaryPath = "T0c4n4ry/B0path"

// startReceiver starts a server that takes everything, at SIGSYNC_RECEIVER:
// receiver [STATUS]. Every answer has that status, 200 unless it is given.
func startReceiver(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 0, 1, "receiver [STATUS]"); err != nil {
		return err
	}
	status, err := strconv.Atoi(append(args, "200")[0])
	if err != nil {
		return err
	}
	got := &watched{}
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		rw.WriteHeader(status)
		_, _ = fmt.Fprintf(got, "%s %s %s\n", r.Method, r.URL.Path, strings.ReplaceAll(string(body), "\n", " "))
	}))
	ts.Defer(web.Close)
	w.received = got
	ts.Setenv("SIGSYNC_RECEIVER", web.URL+"/"+canaryPath)
	ts.Setenv("SIGSYNC_GATEWAY", web.URL)
	return nil
}

// received waits until that many requests came that match, and prints all:
// received N [PATTERN].
func received(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 2, "received N [PATTERN]"); err != nil {
		return err
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile("(?m)^.*" + append(args[1:], "")[0] + ".*$")
	if err != nil {
		return err
	}
	count := func() int { return len(pattern.FindAllString(strings.TrimSpace(w.received.String()), -1)) }
	if w.received.String() == "" && n == 0 {
		return nil
	}
	if err := w.received.until(func() bool { return count() >= n }, nil); err != nil {
		return fmt.Errorf("%w: %s", err, w.received)
	}
	_, _ = io.WriteString(ts.Stdout(), w.received.String())
	if got := count(); got != n {
		return fmt.Errorf("%d requests match, want %d", got, n)
	}
	return nil
}
