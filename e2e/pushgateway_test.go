//go:build e2e

package e2e_test

import (
	"bufio"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// startPushgateway runs a real Pushgateway under the path /push, for the user release, and returns its address.
func startPushgateway(t *testing.T) (address string) {
	t.Helper()
	d := newDesk(t)
	// The password is release-password.
	d.write("web.yaml", "basic_auth_users: {release: $2a$04$ZBnQK2IOWvrq22lYvZhsNe/5HQjXg6R1M5iaL04Wz2/r.qDMPSEXS}\n")
	command := d.command(toolPath(t, "pushgateway"),
		"--web.listen-address=127.0.0.1:0", "--web.route-prefix=/push", "--web.config.file=web.yaml")
	said, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	at := regexp.MustCompile(`Listening on.*address=(127\.0\.0\.1:\d+)`)
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if match := at.FindStringSubmatch(lines.Text()); match != nil {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return match[1]
		}
	}
	t.Fatalf("the Pushgateway ended before it listened: %v", lines.Err())
	return ""
}

// held is what a Pushgateway shows to Prometheus of one job: the values of sigsync's metrics.
func held(t *testing.T, address, job string) map[string]string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/push/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("release", "release-password")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET metrics = %s, %v\n%s", answer.Status, err, text)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "sigsync_") && strings.Contains(name, `job="`+job+`"`) {
			values[strings.NewReplacer(`instance="",job="`+job+`",`, "", `{instance="",job="`+job+`"}`, "").Replace(name)] = value
		}
	}
	return values
}

// pushRun makes what a process measures that makes one run, and leaves it at the gateway.
func pushRun(t *testing.T, address, job string, at time.Time, exitCode int, pairs ...report.Pair) {
	t.Helper()
	m := metrics.New(metrics.Options{Version: "v1"})
	r := &report.Report{Run: report.Run{Started: at.Add(-time.Minute), Finished: at, ExitCode: exitCode}, Pairs: pairs}
	m.WholeRun(r, map[string]time.Duration{"scan": time.Second})
	m.Request("main", "aql", http.StatusOK, time.Second)
	to := metrics.Gateway{URL: "http://release:release-password@" + address + "/push/", Job: job}
	if err := m.Push(t.Context(), to); err != nil {
		t.Fatalf("Push: %v", err)
	}
}

// heldPair is a pair with that many relations in sync and one that was copied.
func heldPair(name string, inSync int) report.Pair {
	p := report.Pair{Name: name, Totals: report.NewTotals(), Findings: []report.Finding{{State: plan.Missing, Outcome: report.Copied}}}
	p.Totals.States[plan.InSync], p.Totals.States[plan.Missing] = inSync, 1
	return p
}

// A failed run leaves the last success at the gateway alone, and of the pairs no number that is not known any more.
func TestPushgatewayKeepsTheLastSuccess(t *testing.T) {
	address := startPushgateway(t)
	first := time.Unix(1_800_000_000, 0)
	pushRun(t, address, "sigsync", first, report.ExitOK, heldPair("a", 5), heldPair("b", 3), heldPair("c", 1))
	pushRun(t, address, "another", first, report.ExitOK, heldPair("a", 9))
	expect := func(want map[string]string) {
		t.Helper()
		got := held(t, address, "sigsync")
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s = %q, want %q", name, got[name], value)
			}
		}
	}
	expect(map[string]string{
		"sigsync_last_success_timestamp_seconds": "1.8e+09", "sigsync_last_run_exit_code": "0",
		`sigsync_subjects{pair="a",state="in-sync"}`: "6", `sigsync_pair_error{pair="a"}`: "0",
		`sigsync_actions_total{family="signature",outcome="copied",pair="a"}`: "1",
		`sigsync_subjects{pair="c",state="in-sync"}`:                          "2",
	})

	failed := report.Pair{Name: "a", Error: "source dev: does not exist", Totals: report.NewTotals()}
	pushRun(t, address, "sigsync", first.Add(time.Hour), report.ExitFailed, failed, heldPair("b", 3))
	expect(map[string]string{
		"sigsync_last_success_timestamp_seconds": "1.8e+09", "sigsync_last_run_exit_code": "1", "sigsync_last_run_timestamp_seconds": "1.8000036e+09",
		`sigsync_subjects{pair="a",state="in-sync"}`: "NaN", `sigsync_subjects{pair="a",state="missing"}`: "NaN", `sigsync_pair_error{pair="a"}`: "1",
		`sigsync_subjects{pair="b",state="in-sync"}`:                          "4",
		`sigsync_actions_total{family="signature",outcome="copied",pair="a"}`: "0",
		// The pair is no more.
		`sigsync_subjects{pair="c",state="in-sync"}`: "", `sigsync_pair_error{pair="c"}`: "",
		`sigsync_actions_total{family="signature",outcome="copied",pair="c"}`: "",
	})
	if got := held(t, address, "another")[`sigsync_subjects{pair="a",state="in-sync"}`]; got != "10" {
		t.Errorf("the other job has %s in sync, want 10", got)
	}

	pushRun(t, address, "sigsync", first.Add(2*time.Hour), report.ExitOK, heldPair("a", 5))
	expect(map[string]string{"sigsync_last_success_timestamp_seconds": "1.8000072e+09", `sigsync_subjects{pair="a",state="in-sync"}`: "6"})
}

// A refusal has the gateway's words, and not the password.
func TestPushgatewayRefuses(t *testing.T) {
	address := startPushgateway(t)
	m := metrics.New(metrics.Options{})
	err := m.Push(t.Context(), metrics.Gateway{URL: "http://release:wrong-password@" + address + "/push", Job: "sigsync"})
	if want := "push metrics to " + address + ": answered 401: Unauthorized"; err == nil || err.Error() != want {
		t.Errorf("Push with a wrong password = %v, want %s", err, want)
	}
	err = m.Push(t.Context(), metrics.Gateway{URL: "http://release:release-password@" + address, Job: "sigsync"})
	if want := "push metrics to " + address + ": answered 404: 404 page not found"; err == nil || err.Error() != want {
		t.Errorf("Push without the prefix = %v, want %s", err, want)
	}
	if got := slices.Collect(func(yield func(string) bool) {
		for name := range held(t, address, "sigsync") {
			if !strings.HasPrefix(name, "sigsync_build_info") && !yield(name) {
				return
			}
		}
	}); len(got) > 0 {
		t.Errorf("the gateway has %v (-none +got):\n%s", got, cmp.Diff([]string(nil), got))
	}
}
