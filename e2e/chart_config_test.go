//go:build e2e

package e2e_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

// configuration reads the rendered sigsync.yaml as sigsync does in the pod; any variable of the environment is "hush".
func configuration(t *testing.T, values string) *config.Config {
	t.Helper()
	data, _ := render(t, chart, "--values", "testdata/values/"+values+".yaml").at("ConfigMap.data").(map[string]any)
	text, _ := data["sigsync.yaml"].(string)
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
