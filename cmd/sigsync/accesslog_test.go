package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator"
)

// listRequests prints the access log of the server, or forgets it:
//
//	requests [-writes] [OPERATION]
//	requests -forget
//
// A line has the status, the operation and what it was about. The status is 0
// where the client got no answer.
func listRequests(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 0, 2, "requests [-writes|-forget] [OPERATION]"); err != nil {
		return err
	}
	server, err := w.started()
	if err != nil {
		return err
	}
	if len(args) == 1 && args[0] == "-forget" {
		server.ResetLog()
		w.traffic.forget()
		return nil
	}
	out := ts.Stdout()
	writes := len(args) > 0 && args[0] == "-writes"
	if writes {
		args = args[1:]
	}
	for _, e := range server.Log() {
		if (!writes || e.Writes) && (len(args) == 0 || e.Operation == args[0]) {
			_, _ = fmt.Fprintf(out, "%d %s %s\n", e.Status, e.Operation, w.names.show(about(e)))
		}
	}
	return nil
}

// about is what a request was for: for a copy the file that it makes.
func about(e emulator.Entry) string {
	if e.Operation == "copy" {
		return copyTarget(e)
	}
	return strings.TrimPrefix(e.Path, "/artifactory/api/")
}

func copyTarget(e emulator.Entry) string {
	query, _ := url.ParseQuery(e.Query)
	return strings.TrimPrefix(query.Get("to"), "/")
}

// listQueries prints the texts of all queries that came.
func listQueries(ts *testscript.TestScript, w *world, args []string) error {
	out := ts.Stdout()
	for _, q := range w.traffic.seen() {
		_, _ = fmt.Fprintln(out, q)
	}
	return arguments(args, 0, 0, "queries")
}
