package metrics_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

const (
	document  = "../../docs/metrics.md"
	dashboard = "../../charts/sigsync/files/dashboard.json"
	alerts    = "../../charts/sigsync/files/alerts.yaml"
)

// mentioned are the metrics that a query or a text names.
func mentioned(text string) []string {
	names := regexp.MustCompile(`\bsigsync_[a-z0-9_]+`).FindAllString(text, -1)
	for i, name := range names {
		if n, ok := strings.CutSuffix(name, "_bucket"); ok {
			names[i] = n
		}
	}
	return names
}

// exist checks that there are the metrics that a query or a text names.
func exist(t *testing.T, where, text string) {
	t.Helper()
	for _, name := range mentioned(text) {
		if !slices.ContainsFunc(contract, func(line string) bool { return strings.HasPrefix(line, name+" ") }) {
			t.Errorf("%s names %s, which is no metric", where, name)
		}
	}
}

func TestTheDocumentListsEveryMetric(t *testing.T) {
	text := read(t, document)
	row := regexp.MustCompile("(?m)^\\| `(sigsync_[a-z_]+)` \\| ([a-z]+) \\| ([^|]*)\\|")
	var got []string
	for _, found := range row.FindAllStringSubmatch(text, -1) {
		got = append(got, found[1]+" "+found[2]+" "+strings.NewReplacer("`", "", " ", "").Replace(found[3]))
	}
	slices.Sort(got)
	if diff := cmp.Diff(contract, got); diff != "" {
		t.Errorf("%s lists (-want +got):\n%s", document, diff)
	}
	// A family of them is written with a star.
	exist(t, document, strings.ReplaceAll(text, "sigsync_last_*", ""))
}

func TestTheDashboardShowsMetricsThatThereAre(t *testing.T) {
	type source struct{ Type, UID string }
	var d struct {
		Title, UID    string
		SchemaVersion int
		Templating    struct {
			List []struct{ Name, Type, Definition string }
		}
		Panels []struct {
			ID                       int
			Type, Title, Description string
			Datasource               source
			GridPos                  struct{ H, W, X, Y int }
			Targets                  []struct {
				Expr       string
				Datasource source
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, dashboard)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Title == "" || d.UID == "" || d.SchemaVersion < 38 || d.Templating.List[0].Type != "datasource" {
		t.Errorf("dashboard %q %q has schema %d and begins with the variable %+v", d.Title, d.UID, d.SchemaVersion, d.Templating.List[0])
	}
	for _, v := range d.Templating.List {
		exist(t, "variable "+v.Name, v.Definition)
	}
	prometheus := source{"prometheus", "${datasource}"}
	ids, cells := map[int]bool{}, map[[2]int]string{}
	var shown []string
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" {
			t.Errorf("panel %d %q has no title, or not an id of its own", p.ID, p.Title)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := cells[[2]int{x, y}]; other != "" || x > 23 {
					t.Fatalf("panel %q lies on %q, or beside the dashboard", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || p.Datasource != prometheus || len(p.Targets) == 0 {
			t.Errorf("panel %q has the description %q, the source %+v and %d queries", p.Title, p.Description, p.Datasource, len(p.Targets))
		}
		for _, q := range p.Targets {
			exist(t, "panel "+p.Title, q.Expr)
			shown = append(shown, mentioned(q.Expr)...)
			if q.Datasource != prometheus || !strings.Contains(q.Expr, `job=~"$job"`) {
				t.Errorf("panel %q asks %+v for %s", p.Title, q.Datasource, q.Expr)
			}
		}
	}
	for _, line := range contract {
		if name, _, _ := strings.Cut(line, " "); !slices.Contains(shown, name) {
			t.Errorf("no panel shows %s", name)
		}
	}
}

func TestTheAlertsWatchMetricsThatThereAre(t *testing.T) {
	var f struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	rules := yaml.NewDecoder(strings.NewReader(read(t, alerts)))
	rules.KnownFields(true)
	if err := rules.Decode(&f); err != nil {
		t.Fatal(err)
	}
	var names, severities []string
	for _, r := range f.Groups[0].Rules {
		if len(mentioned(r.Expr)) == 0 {
			t.Errorf("%s watches nothing", r.Alert)
		}
		exist(t, r.Alert, r.Expr)
		for _, key := range []string{"summary", "description", "action"} {
			if len(r.Annotations[key]) < 20 {
				t.Errorf("%s has the %s %q", r.Alert, key, r.Annotations[key])
			}
			exist(t, r.Alert, r.Annotations[key])
		}
		names, severities = append(names, r.Alert), append(severities, r.Labels["severity"])
	}
	row := regexp.MustCompile("(?m)^\\| `(Sigsync[A-Za-z]+)` \\| ([a-z]+) \\|")
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var documented, importance []string
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		documented, importance = append(documented, found[1]), append(importance, found[2])
	}
	if diff := cmp.Diff(names, documented); diff != "" {
		t.Errorf("alerts, and those of %s (-there +listed):\n%s", document, diff)
	}
	if diff := cmp.Diff(severities, importance); diff != "" {
		t.Errorf("severities, and those of %s (-there +listed):\n%s", document, diff)
	}
}
