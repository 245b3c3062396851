package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

func smallEstate() seed.Estate {
	return seed.Estate{
		Images: 12, TagsPerImage: 5, MultiArchShare: 0.4, SignedShare: 0.6, PromotedShare: 0.7, CopiedShare: 0.5, Seed: 3,
		Source: "dev", Target: "prod", Mirrors: []string{"mirror"},
	}
}

func serveEstate(t *testing.T, ground bool, change ...func(*emulator.Options)) *emulator.Server {
	e := smallEstate()
	o := emulator.Options{
		Repositories: []emulator.Repository{{Key: "dev"}, {Key: "prod"}, {Key: "mirror"}, {Key: "other"}},
		Users:        []access.User{{Name: "admin", Password: "password", Admin: true}},
	}
	if ground {
		o.Ground = e
	}
	for _, c := range change {
		c(&o)
	}
	s, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if !ground {
		e.Fill(s.Tree())
	}
	return s
}

// rows are those of a query's answer, sorted.
func rows(t *testing.T, s *emulator.Server, query string) []string {
	r := httptest.NewRequest(http.MethodPost, "/artifactory/api/search/aql", strings.NewReader(query))
	r.SetBasicAuth("admin", "password")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer struct {
		Results []map[string]any `json:"results"`
		Range   map[string]any   `json:"range"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v\n%.500s", query, err, w.Body)
	}
	found := make([]string, 0, len(answer.Results))
	for _, row := range answer.Results {
		found = append(found, fmt.Sprint(row))
	}
	slices.Sort(found)
	return append(found, fmt.Sprint(answer.Range))
}

// What nobody looked at is listed as if it lay there, before and after
// somebody looked at some of it.
func TestGroundIsListedAsStored(t *testing.T) {
	stored, ground := serveEstate(t, false), serveEstate(t, true)
	include := `.include("repo","path","name","sha256","size")`
	queries := []string{
		`items.find({"repo":"dev"})` + include,
		`items.find({"repo":"prod"})` + include,
		`items.find({"repo":"mirror","name":{"$match":"*manifest.json"}})` + include,
		`items.find({"repo":"dev","$or":[{"path":{"$match":"*/sha256-*.sig"}},{"name":"manifest.json"}]})` + include,
		`items.find({"repo":"dev","$and":[{"$or":[{"name":"manifest.json"}]},{"$or":[{"path":{"$match":"team-03/*"}}]}]})` + include,
		`items.find({"repo":"prod","path":{"$match":"team-0*/app-00004/*"}})` + include,
		`items.find({"repo":"dev","path":{"$eq":"team-02/app-00002/1.0.0"}})` + include,
		`items.find({"repo":"dev"})` + include + `.limit(7)`,
		`items.find({"repo":"other"})` + include,
		`items.find({"name":"manifest.json"})` + include,
	}
	compare := func(when string) {
		t.Helper()
		for _, q := range queries {
			want, got := rows(t, stored, q), rows(t, ground, q)
			if strings.Contains(q, "limit") {
				want, got = want[len(want)-1:], got[len(got)-1:]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: rows (-stored +ground):\n%s", when, q, diff)
			}
		}
	}
	compare("before anybody looks")
	for _, s := range []*emulator.Server{stored, ground} {
		if _, ok := s.Tree().Stat("prod", "team-04/app-00004"); !ok {
			t.Error("an image of the estate is not there")
		}
		s.Tree().Put("dev", "team-02/app-00002/more/manifest.json", []byte("{}"), "ci", nil)
		s.Tree().Delete("dev", "team-03/app-00003/1.1.0")
	}
	compare("after a look at some")
	// A query about more than names, sizes and SHA-256 makes all of it.
	queries = append(queries, `items.find({"repo":"dev","@docker.manifest":"1.2.0"}).include("repo","path","name","actual_md5")`)
	compare("with properties")
	if diff := cmp.Diff(contents(stored), contents(ground)); diff != "" {
		t.Errorf("contents (-stored +ground):\n%s", diff)
	}
}

func TestGroundOfADatabaseThatIgnoresCase(t *testing.T) {
	fold := func(o *emulator.Options) { o.AQL.IgnoreCase = true }
	query := `items.find({"repo":"dev","path":{"$match":"TEAM-03/*"}}).include("repo","path","name","sha256","size")`
	want, got := rows(t, serveEstate(t, false, fold), query), rows(t, serveEstate(t, true, fold), query)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 2 {
		t.Errorf("%d rows (-stored +ground):\n%s", len(want), diff)
	}
}

func contents(s *emulator.Server) map[string]string {
	all := map[string]string{}
	for _, repo := range []string{"dev", "prod", "mirror"} {
		var visit func(path string)
		visit = func(path string) {
			for _, i := range s.Tree().Children(repo, path) {
				content, _ := s.Tree().Content(repo, i.Path)
				all[repo+":"+i.Path] = fmt.Sprint(string(content), i.Properties)
				if i.Folder {
					visit(i.Path)
				}
			}
		}
		visit("")
	}
	return all
}
