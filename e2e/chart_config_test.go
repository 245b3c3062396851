//go:build e2e

package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

// configurationText is the rendered sigsync.yaml; empty where the chart renders none.
func configurationText(t *testing.T, file string) string {
	t.Helper()
	data, _ := render(t, chart, "--values", file).at("ConfigMap.data").(map[string]any)
	text, _ := data["sigsync.yaml"].(string)
	return text
}

// configuration reads the rendered sigsync.yaml as sigsync does in the pod; any variable of the environment is "hush".
func configuration(t *testing.T, values string) *config.Config {
	t.Helper()
	text := configurationText(t, valuesFile(values))
	parsed, err := config.Parse("sigsync.yaml", []byte(text), func(string) (string, bool) { return "hush", true })
	if err != nil {
		t.Fatalf("Parse(%q) = %v, want a configuration", text, err)
	}
	return parsed
}

func TestChartConfigurationServers(t *testing.T) {
	tests := []struct {
		values string
		want   map[string]string
		auth   config.Auth
	}{
		{
			values: "default",
			want:   map[string]string{"main": "https://artifactory.example.com/artifactory"},
			auth:   config.Auth{TokenFile: "/var/run/secrets/sigsync/token"},
		},
		{
			values: "credentials",
			want:   map[string]string{"acme": "https://acme.example.com/artifactory"},
			auth:   config.Auth{Token: "hush"},
		},
		{
			values: "oidc",
			want:   map[string]string{"main": "https://acme.example.com/artifactory"},
			auth:   config.Auth{OIDC: &config.OIDC{Provider: "kubernetes", TokenFile: "/var/run/secrets/sigsync-identity/token"}},
		},
		{
			values: "private-ca",
			want:   map[string]string{"main": "https://artifactory.internal.test/artifactory"},
			auth:   config.Auth{TokenFile: "/etc/artifactory/token"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.values, func(t *testing.T) {
			c := configuration(t, tt.values)
			got := map[string]string{}
			for name, server := range c.Servers {
				got[name] = server.URL
				if !cmp.Equal(server.Auth, tt.auth) {
					t.Errorf("auth of %s = %#v, want %#v", name, server.Auth, tt.auth)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("servers (-want +got):\n%s", diff)
			}
			if len(c.Pairs) != 1 || c.Pairs[0].Name == "" {
				t.Errorf("pairs = %+v, want one with a name", c.Pairs)
			}
		})
	}
}

// A Deployment has no schedule of its own: the chart's goes into the configuration, where the user set none.
func TestChartConfigurationSchedule(t *testing.T) {
	tests := []struct {
		values string
		want   config.Schedule
	}{
		{"default", config.Schedule{Cron: "*/15 * * * *", Timezone: "UTC", RunOnStart: true}},
		{"audit", config.Schedule{Cron: "*/15 * * * *", Timezone: "UTC", RunOnStart: true}},
		{"deployment", config.Schedule{Cron: "*/5 * * * *", Timezone: "Europe/Zurich", RunOnStart: true}},
		{"own-schedule", config.Schedule{Cron: "@hourly", Timezone: "Europe/Zurich"}},
	}
	for _, tt := range tests {
		t.Run(tt.values, func(t *testing.T) {
			if got := configuration(t, tt.values).Schedule; got != tt.want {
				t.Errorf("schedule = %+v, want %+v", got, tt.want)
			}
		})
	}
}

// What serve needs is in the configuration of a Deployment alone, and what the user says wins.
func TestChartConfigurationServe(t *testing.T) {
	const mounted = "/var/run/secrets/sigsync-webhook/secret"
	serve := func(listen string, grace time.Duration, w config.Webhook) config.Serve {
		if w.Gather == 0 {
			w.Gather = time.Second
		}
		return config.Serve{Listen: listen, Grace: grace, Webhook: w}
	}
	tests := []struct {
		values string
		want   config.Serve
	}{
		{"default", serve("127.0.0.1:8080", 30*time.Second, config.Webhook{})},
		{"pushgateway", serve("127.0.0.1:8080", 2*time.Minute, config.Webhook{})},
		{"deployment", serve(":8080", 30*time.Second, config.Webhook{})},
		{"serve", serve("0.0.0.0:9090", 90500*time.Millisecond, config.Webhook{SecretFile: "/etc/webhook/secret", Gather: 2 * time.Second})},
		{"loopback", serve("localhost:8082", 30*time.Second, config.Webhook{SecretFile: mounted})},
		{"own-secret-file", serve(":8080", 30*time.Second, config.Webhook{SecretFile: "/etc/events/secret"})},
		{"deaf", serve("", 30*time.Second, config.Webhook{})},
	}
	for _, tt := range tests {
		t.Run(tt.values, func(t *testing.T) {
			if got := configuration(t, tt.values).Serve; got != tt.want {
				t.Errorf("serve = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestChartConfigurationPushgateway(t *testing.T) {
	got := configuration(t, "pushgateway").Metrics
	if got.Pushgateway.Reveal() != "https://hush:hush@gateway.example.com" || got.Job != "signatures" {
		t.Errorf("metrics = %q as %q, want what the values say", got.Pushgateway.Reveal(), got.Job)
	}
}

func TestChartConfigurationIsValid(t *testing.T) {
	for _, values := range valueSets(t) {
		data, _ := render(t, chart, "--values", values).at("ConfigMap.data").(map[string]any)
		for name, text := range data { // none where the ConfigMap is the user's, two with audits beside
			t.Run(filepath.Base(values)+"/"+name, func(t *testing.T) { isValid(t, text) })
		}
	}
}

func isValid(t *testing.T, text any) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sigsync.yaml")
	if err := os.WriteFile(file, fmt.Append(nil, text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), sigsyncPath, "config", "validate", "--config", file)
	command.Env = append(os.Environ(),
		"ARTIFACTORY_TOKEN=hush", "USER=hush", "PASSWORD=hush", "WEBHOOK=hush", "CHAT=https://chat.example.com/hush")
	if out, err := command.CombinedOutput(); err != nil || !strings.Contains(string(out), "is valid: 1 pair, ") {
		t.Errorf("sigsync config validate: %v\n%s\n%s", err, out, text)
	}
}
