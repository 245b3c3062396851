//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/report"
)

const alertsFile, dashboardFile = chart + "/files/alerts.yaml", chart + "/files/dashboard.json"

func TestPromtoolChecksTheAlerts(t *testing.T) {
	stdout, stderr, err := runTool(t, "promtool", "check", "rules", "--lint=all", "--lint-fatal", alertsFile)
	if err != nil {
		t.Errorf("promtool check rules: %v\n%s%s", err, stdout, stderr)
	}
}

// TestPromtoolTriesTheAlerts tries them on histories of both kinds of runs.
func TestPromtoolTriesTheAlerts(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string][]byte{"alerts.yaml": unannotated(t), "alerts.test.yaml": readFile(t, "testdata/alerts.test.yaml")} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stdout, stderr, err := runTool(t, "promtool", "test", "rules", filepath.Join(folder, "alerts.test.yaml"))
	if err != nil {
		t.Errorf("promtool test rules: %v\n%s%s", err, stdout, stderr)
	}
}

// unannotated are the rules without their texts: promtool would want each of them again.
func unannotated(t *testing.T) []byte {
	t.Helper()
	var rules struct {
		Groups []struct {
			Name  string           `yaml:"name"`
			Rules []map[string]any `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(readFile(t, alertsFile), &rules); err != nil {
		t.Fatal(err)
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			delete(r, "annotations")
		}
	}
	return encoded(t, rules)
}

// TestPromtoolReadsTheDashboardsQueries has them checked as rules.
func TestPromtoolReadsTheDashboardsQueries(t *testing.T) {
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(readFile(t, dashboardFile), &dashboard); err != nil {
		t.Fatal(err)
	}
	var rules []map[string]string
	for _, p := range dashboard.Panels {
		for _, q := range p.Targets {
			query := strings.NewReplacer("$__rate_interval", "5m", "$job", ".+", "$pair", ".+").Replace(q.Expr)
			rules = append(rules, map[string]string{"record": "panel", "expr": query})
		}
	}
	if len(rules) < 20 {
		t.Fatalf("the dashboard has %d queries", len(rules))
	}
	file := filepath.Join(t.TempDir(), "queries.yaml")
	if err := os.WriteFile(file, encoded(t, map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}}), 0o600); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, err := runTool(t, "promtool", "check", "rules", "--lint=none", file); err != nil {
		t.Errorf("promtool check rules: %v\n%s%s", err, stdout, stderr)
	}
}

// TestPromtoolChecksTheMetrics has what serve shows checked, Go's and the process's metrics too.
func TestPromtoolChecksTheMetrics(t *testing.T) {
	m := metrics.New(metrics.Options{Version: "v1", Serving: true})
	at := time.Unix(1_800_000_000, 0)
	m.WholeRun(&report.Report{Run: report.Run{Started: at, Finished: at}, Pairs: []report.Pair{heldPair("a", 1), {Name: "b", Error: "gone"}}},
		map[string]time.Duration{"scan": time.Second})
	m.Request("main", "aql", http.StatusOK, time.Second)
	m.Throttled(time.Second)
	m.WebhookEvent("accepted")
	m.Skipped(1)
	m.Notified("json", "sent")
	m.Reloaded(true, at)
	shown := httptest.NewRecorder()
	m.Handler().ServeHTTP(shown, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	command := exec.CommandContext(t.Context(), toolPath(t, "promtool"), "check", "metrics")
	command.Stdin = bytes.NewReader(shown.Body.Bytes())
	if out, err := command.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	text, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
