package emulator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

const aqlPath = "/api/search/aql"

// find asks for the files of a criterion and lists "repo:path/name".
func (w *world) find(user, criteria, elements string) (paths []string, limits map[string]any) {
	w.t.Helper()
	got := w.as(user, http.MethodPost, aqlPath, `items.find(`+criteria+`).include("repo","path","name")`+elements, "Content-Type: text/plain")
	if got.status != 200 {
		w.t.Fatalf("find(%s) = %d %s", criteria, got.status, got.body)
	}
	answer := got.decode(w.t)
	results, _ := answer["results"].([]any)
	paths = []string{}
	for _, one := range results {
		row, _ := one.(map[string]any)
		paths = append(paths, fmt.Sprintf("%v:%v/%v", row["repo"], row["path"], row["name"]))
	}
	limits, _ = answer["range"].(map[string]any)
	return paths, limits
}

func TestFind(t *testing.T) {
	const sorted = `.sort({"$asc":["path","name"]})`
	for _, c := range []struct {
		name, user, criteria string
		want                 []string
	}{
		{"4.2 one repository", "owner", `{"repo":"dev"}`, []string{"dev:a/m", "dev:b/m"}},
		{"4.4 rows that may not be read are left out", "reader", `{"name":"m"}`, []string{"dev:a/m", "dev:b/m"}},
		{"4.4 repository that may not be read is empty", "reader", `{"repo":"prod"}`, []string{}},
		{"4.4 unknown repository is empty", "admin", `{"repo":"none"}`, []string{}},
		{"4.7 virtual repository is its members", "admin", `{"repo":"docker"}`, []string{"dev:a/m", "dev:b/m", "prod:c/m", "hub-cache:d/m"}},
		{"4.7 remote key finds nothing", "admin", `{"repo":"hub"}`, []string{}},
		{"4.7 cache key", "admin", `{"repo":"hub-cache"}`, []string{"hub-cache:d/m"}},
		{"several repositories", "admin", `{"$or":[{"repo":"dev"},{"repo":"prod"}]}`, []string{"dev:a/m", "dev:b/m", "prod:c/m"}},
		{"any repository", "admin", `{"name":"m"}`, []string{"dev:a/m", "dev:b/m", "prod:c/m", "hub-cache:d/m"}},
		{"4.3 root folders are items", "admin", `{"repo":"dev","type":"folder","name":"."}`, []string{"dev:./."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil, "dev:b/m", "dev:a/m", "prod:c/m", "hub-cache:d/m")
			got, _ := w.find(c.user, c.criteria, sorted)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("find(%s) (-want +got):\n%s", c.criteria, diff)
			}
		})
	}
}

func TestUnsortedRowsComeInDisorder(t *testing.T) {
	var files []string
	for n := range 20 {
		files = append(files, "dev:"+strconv.Itoa(n)+"/m")
	}
	w, again := start(t, nil, files...), start(t, nil, files...)
	first, _ := w.find("admin", `{"repo":"dev"}`, "")
	second, _ := w.find("admin", `{"repo":"dev"}`, "")
	if cmp.Equal(first, second) {
		t.Error("4.5 two answers in one order, want disorder")
	}
	if repeated, _ := again.find("admin", `{"repo":"dev"}`, ""); !cmp.Equal(first, repeated) {
		t.Error("the disorder of one seed is not repeatable")
	}
}

func TestQueryLimits(t *testing.T) {
	limits := func(l emulator.AQLLimits) func(*emulator.Options) {
		return func(o *emulator.Options) { o.AQL = l }
	}
	for _, c := range []struct {
		name, user, elements string
		limits               emulator.AQLLimits
		rows                 int
		limit                any
		notified             bool
	}{
		{"4.3 no limit", "owner", "", emulator.AQLLimits{}, 3, nil, false},
		{"4.6 hard cap", "owner", "", emulator.AQLLimits{HardCap: 2}, 2, 2.0, true},
		{"4.6 limit that nobody asked for", "owner", "", emulator.AQLLimits{UserLimit: 2}, 2, 2.0, false},
		{"4.6 own limit stays", "owner", ".limit(1)", emulator.AQLLimits{UserLimit: 2}, 1, 1.0, false},
		{"4.6 not for admins", "admin", "", emulator.AQLLimits{UserLimit: 2}, 3, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, got := start(t, limits(c.limits), "dev:a/m", "dev:b/m", "dev:c/m").find(c.user, `{"repo":"dev"}`, c.elements)
			if _, notified := got["notification"]; len(rows) != c.rows || got["limit"] != c.limit || notified != c.notified {
				t.Errorf("%d rows and range %v, want %d, limit %v, notification %v", len(rows), got, c.rows, c.limit, c.notified)
			}
		})
	}
}

func TestQueryRequests(t *testing.T) {
	const query = `items.find({"repo":"dev"})`
	anonymous := func(o *emulator.Options) {
		o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}
	}
	for _, c := range []struct {
		name         string
		change       func(*emulator.Options)
		user, method string
		query, body  string
		contentType  string
		status       int
		want         string
	}{
		{"4.1 text", nil, "reader", "POST", "", query, "text/plain", 200, "*"},
		{"4.1 text with a charset", nil, "reader", "POST", "", query, "text/plain; charset=UTF-8", 200, "*"},
		{"4.1 without Content-Type", nil, "reader", "POST", "", query, "", 200, "*"},
		{"4.1 blank body and ?query", nil, "reader", "POST", "?query=items.find()", " \n", "", 200, "*"},
		{"4.1 JSON", nil, "reader", "POST", "", query, "application/json", 415, envelope("415", "Unsupported Media Type")},
		{"4.1 form, as curl -d sends it", nil, "reader", "POST", "", query, "application/x-www-form-urlencoded", 415, envelope("415", "Unsupported Media Type")},
		{"4.1 no query at all", nil, "reader", "POST", "", "", "text/plain", 400, ""},
		{"4.6 longest query", nil, "reader", "POST", "", query + strings.Repeat(" ", 6000-len(query)), "", 200, "*"},
		{"4.6 too long a query", nil, "reader", "POST", "", query + strings.Repeat(" ", 6001-len(query)), "", 400, envelope("400", "AQL query is longer than 6000 characters")},
		{"4.4 anonymous, access off", nil, "", "POST", "", query, "", 401, envelope("401", "Authentication is required")},
		{"4.4 anonymous, access on", anonymous, "", "POST", "", query, "", 401, envelope("401", "Only non-anonymous users are allowed to access AQL queries\n")},
		{"4.4 fields that permissions need", nil, "reader", "POST", "", query + `.include("sha256")`, "", 400, envelope("400", "For permissions reasons AQL demands the following fields: repo, path and name.")},
		{"4.4 not of admins", nil, "admin", "POST", "", query + `.include("sha256")`, "", 200, "*"},
		{"4.8 syntax", nil, "reader", "POST", "", "items.look()", "", 400, "*" + "syntax error"},
		{"4.8 syntax in 6.20", quirk(func(q *emulator.Quirks) { q.PlainAQLErrors = true }), "reader", "POST", "", "items.look()", "", 400, "-Failed to parse query: items.look()"},
		{"4.5 OSS does not sort", func(o *emulator.Options) { o.Edition = emulator.EditionOSS }, "reader", "POST", "", query + `.sort({"$asc":["name"]})`, "", 400, envelope("400", "Sorting is not supported by AQL in the open source version")},
		{"other method", nil, "reader", "GET", "", "", "", 405, envelope("405", "Method Not Allowed")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := start(t, c.change, "dev:f").as(c.user, c.method, aqlPath+c.query, c.body, "Content-Type: "+c.contentType)
			if got.status != c.status || !fits(got.body, c.want) {
				t.Errorf("aql = %d %s, want %d %s", got.status, got.body, c.status, c.want)
			}
		})
	}
}

// fits compares a body with a text, with "*" and what it contains, or with "-"
// and what it starts with.
func fits(body, want string) bool {
	if part, ok := strings.CutPrefix(want, "*"); ok {
		return strings.Contains(body, part) && strings.HasPrefix(strings.TrimSpace(body), "{")
	}
	if start, ok := strings.CutPrefix(want, "-"); ok {
		return strings.HasPrefix(body, start)
	}
	return body == want
}
