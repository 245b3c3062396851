package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"
)

const reportPath = "/api/v1/report"

func encoded(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheReportIsWhatAFileOfItIs(t *testing.T) {
	w := newWorld(t)
	r := made(found("1.0\u202e<b>", plan.Missing, report.Failed, "no\x1b"), found("1.1", plan.Missing, report.Copied, ""))
	want := encoded(t, r)
	w.ran(web.BySchedule, r, nil)
	r.Pairs[0].Findings[0].Image = "changed"

	plain := w.ask("GET", reportPath)
	if got := body(plain); plain.StatusCode != http.StatusOK || got != want {
		t.Errorf("GET %s = %d, differs (-want +got):\n%s", reportPath, plain.StatusCode, cmp.Diff(want, got))
	}
	zipped := w.ask("GET", reportPath, "Accept-Encoding", "br, GZIP;q=0.5")
	unzip, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(unzip); err != nil || string(got) != want || zipped.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("GET %s, compressed: %v, encoding %q, %d bytes, want %d", reportPath, err, zipped.Header.Get("Content-Encoding"), len(got), len(want))
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json", "Cache-Control": "no-cache", "Vary": "Accept-Encoding", "Content-Length": strconv.Itoa(len(want)),
	} {
		if got := plain.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if one, other := plain.Header.Get("ETag"), zipped.Header.Get("ETag"); one == other || len(one) < 64 {
		t.Errorf("entity tags %s and %s, want one for each form", one, other)
	}
}

func TestTheReportIsSentCompressedWhereItIsWanted(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, made(), nil)
	for accepted, want := range map[string]string{
		"": "", "gzip": "gzip", "deflate, gzip": "gzip", "br": "", "gzip;q=0": "", "gzip; q=0.0": "", "gzip;q=1": "gzip", "gzip;q=x": "", "x-gzip": "",
	} {
		if got := w.ask("GET", reportPath, "Accept-Encoding", accepted).Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: encoding = %q, want %q", accepted, got, want)
		}
	}
}

func TestTheReportIsNotSentTwice(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, made(), nil)
	tag := w.ask("GET", reportPath).Header.Get("ETag")
	zipped := w.ask("GET", reportPath, "Accept-Encoding", "gzip").Header.Get("ETag")
	for _, c := range []struct {
		had    string
		status int
	}{
		{tag, 304}, {zipped, 304}, {"W/" + tag, 304}, {`"x", ` + tag, 304}, {"*", 304}, {`"x"`, 200}, {"", 200}, {`""`, 200},
	} {
		answer := w.ask("GET", reportPath, "If-None-Match", c.had)
		if got := body(answer); answer.StatusCode != c.status || (got == "") != (c.status == 304) {
			t.Errorf("If-None-Match %s: status = %d with %d bytes, want %d", c.had, answer.StatusCode, len(got), c.status)
		}
	}
	w.ran(web.BySchedule, made(found("1.0", plan.Missing, report.Copied, "")), nil)
	if got := w.ask("GET", reportPath, "If-None-Match", tag); got.StatusCode != http.StatusOK {
		t.Errorf("If-None-Match of the report before: status = %d, want 200", got.StatusCode)
	}
}

func TestTheHeaderOfTheReportAlone(t *testing.T) {
	w := newWorld(t)
	w.ran(web.AtStart, made(), nil)
	full, head := w.ask("GET", reportPath), w.ask("HEAD", reportPath)
	if diff := cmp.Diff(full.Header, head.Header); diff != "" || head.StatusCode != http.StatusOK || body(head) != "" {
		t.Errorf("HEAD %s = %d (-GET +HEAD):\n%s", reportPath, head.StatusCode, diff)
	}
}

func TestNoReport(t *testing.T) {
	due := after(75)
	for name, c := range map[string]struct {
		happened func(*world)
		want     map[string]string
	}{
		"nothing yet": {func(*world) {}, map[string]string{"error": "no whole run has ended yet"}},
		"due": {
			func(w *world) { w.history.Next(due.In(time.FixedZone("", 3600))) },
			map[string]string{"error": "no whole run has ended yet; the next is due at 2026-01-02 13:15:00 UTC", "next": "2026-01-02T13:15:00Z"},
		},
		"under way": {
			func(w *world) { w.history.Began(web.ByEvent, noon); w.history.Began(web.AtStart, after(1)) },
			map[string]string{"error": "no whole run has ended yet; one is under way since 2026-01-02 12:01:00 UTC"},
		},
		"an event alone": {
			func(w *world) { w.ran(web.ByEvent, made(), nil) }, map[string]string{"error": "no whole run has ended yet"},
		},
		"not done": {
			func(w *world) { w.ran(web.AtStart, nil, errors.New("no\nserver")) },
			map[string]string{"error": "no whole run has made a report yet; the last was not done: no; server"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.happened(w)
			answer := w.ask("GET", reportPath)
			var got map[string]string
			if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || answer.StatusCode != http.StatusNotFound || answer.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("GET %s = %d %s: %v", reportPath, answer.StatusCode, answer.Header.Get("Content-Type"), err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("GET %s (-want +got):\n%s", reportPath, diff)
			}
		})
	}
}

// Only a whole run says something of everything.
func TestTheLastReportIsOfTheLastWholeRunThatMadeOne(t *testing.T) {
	w := newWorld(t)
	whole := made(found("whole", plan.Missing, report.Copied, ""))
	w.ran(web.AtStart, whole, nil)
	w.ran(web.ByEvent, made(found("event", plan.Missing, report.Copied, "")), nil)
	w.ran(web.BySchedule, nil, errors.New("not done"))
	if got, want := body(w.ask("GET", reportPath)), encoded(t, whole); got != want {
		t.Errorf("GET %s (-want +got):\n%s", reportPath, cmp.Diff(want, got))
	}
}
