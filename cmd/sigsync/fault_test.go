package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	faults "github.com/sigsync/sigsync/internal/emulator/fault"
)

// fault answers some requests in the server's place.
type fault struct {
	operation string
	// at is a part of the path of the request, or of a copy's target.
	at string
	// after is how many requests it lets pass first.
	after int
	// left is how many requests it still takes; negative is all.
	left int
	// handler returns what answers one request, while traffic is locked.
	handler func(*traffic) http.Handler
}

// addFault has the server misbehave from now on, in the first N requests of an
// operation or in all:
//
//	fault [-registry] [-at PART-OF-PATH] [-after N] KIND OPERATION [N]
//
// With -registry it is the plain registry that does. KIND is a status, html (a page with status 200), ok (success of a copy,
// nothing done), truncate (the start of the answer, as if it were all), break
// (the same, and the connection ends), cut (no answer, nothing done), reset (no
// answer, but all is done), echo (a refusal that repeats the request's
// credentials), expire (answered, and all exchanged tokens end), heedless (a
// dry run is done in earnest), or stall (no answer until release).
func addFault(_ *testscript.TestScript, w *world, args []string) error {
	flags := flag.NewFlagSet("fault", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	at, after, plain := flags.String("at", "", ""), flags.Int("after", 0, ""), flags.Bool("registry", false, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := arguments(flags.Args(), 2, 3, "fault [-registry] [-at PART-OF-PATH] [-after N] KIND OPERATION [N]"); err != nil {
		return err
	}
	f := &fault{operation: flags.Arg(1), after: *after, left: -1}
	var err error
	if f.at, err = w.names.resolve(*at); err != nil {
		return err
	}
	if flags.NArg() == 3 {
		if f.left, err = strconv.Atoi(flags.Arg(2)); err != nil {
			return err
		}
	}
	if f.handler, err = misbehave(flags.Arg(0)); err != nil {
		return err
	}
	if !*plain {
		w.traffic.add(f)
		return nil
	}
	p, err := w.registry()
	if err == nil {
		p.traffic.add(f)
	}
	return err
}

// release ends all faults.
func release(_ *testscript.TestScript, w *world, args []string) error {
	w.traffic.release()
	if w.plain != nil {
		w.plain.traffic.release()
	}
	return arguments(args, 0, 0, "release")
}

// takes tells whether the fault answers the request, and counts it.
func (f *fault) takes(r *http.Request, operation string) bool {
	if f.left == 0 || f.operation != operation || !strings.Contains(r.URL.Path+"?"+r.URL.Query().Get("to"), f.at) {
		return false
	}
	if f.after > 0 {
		f.after--
		return false
	}
	if f.left > 0 {
		f.left--
	}
	return true
}

// misbehave returns what a kind of fault does.
func misbehave(kind string) (func(*traffic) http.Handler, error) {
	same := func(h http.Handler) func(*traffic) http.Handler { return func(*traffic) http.Handler { return h } }
	if status, err := strconv.Atoi(kind); err == nil {
		return same(faults.JSON(status, fmt.Sprintf("fault %d", status), "")), nil
	}
	switch kind {
	case "html":
		return same(faults.HTML(http.StatusOK)), nil
	case "ok":
		return same(http.HandlerFunc(pretend)), nil
	case "echo":
		return same(http.HandlerFunc(echo)), nil
	case "truncate":
		return func(t *traffic) http.Handler { return faults.Truncate(t.direct, truncated) }, nil
	case "break":
		return func(t *traffic) http.Handler { return faults.Break(t.direct, truncated) }, nil
	case "cut":
		return same(faults.Reset()), nil
	case "reset":
		return func(t *traffic) http.Handler { return faults.ResetAfter(t.direct) }, nil
	case "expire":
		return expire, nil
	case "stall":
		return stall, nil
	case "heedless":
		return heedless, nil
	default:
		return nil, fmt.Errorf("unknown kind %q", kind)
	}
}

// expire answers, and lets the tokens of exchanges end.
func expire(t *traffic) http.Handler {
	t.expire()
	return t.direct
}

// heedless does what it was only asked about.
func heedless(t *traffic) http.Handler {
	direct := t.direct
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		query.Del("dry")
		r.URL.RawQuery = query.Encode()
		direct.ServeHTTP(w, r)
	})
}

// truncated is how many bytes of an answer are left: some rows of a listing,
// and not its end.
const truncated = 400

// pretend reports the success of a copy that was not done.
func pretend(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"messages":[{"level":"INFO","message":"completed successfully"}]}`)
}

// echo refuses with the headers of the request, as badly set proxies do.
func echo(w http.ResponseWriter, r *http.Request) {
	http.Error(w, fmt.Sprintf("bad request: %v", r.Header), http.StatusBadRequest)
}

// stall answers when the story says release, unless the client goes before.
func stall(t *traffic) http.Handler {
	direct, released := t.direct, t.released
	t.stalled.Add(1)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer t.stalled.Done()
		body, _ := io.ReadAll(r.Body) // only then it is known when the client goes
		r.Body = io.NopCloser(bytes.NewReader(body))
		select {
		case <-released:
			direct.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}
