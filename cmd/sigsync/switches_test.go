package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/doctor"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	faults "github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/emulator/invariant"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// patient is a server that doctor has nothing to say against, until a test
// changes it.
func patient() emulator.Options {
	return emulator.Options{
		Repositories: []emulator.Repository{{Key: source, Referrers: true}, {Key: target, Referrers: true}},
		Users: []access.User{{Name: "sigsync", Password: "secret", APIKey: "a-key", Tokens: []string{"a-token"}, Permissions: []access.Permission{
			{Repositories: []string{"*"}, Rights: access.Read},
			{Repositories: []string{target}, Rights: access.Deploy},
		}}},
	}
}

// examinedServer has doctor look at a server with one promoted image, and returns what
// it says. Nothing may have changed afterwards.
func examinedServer(t *testing.T, o emulator.Options, auth string, spoil func(direct http.Handler) emulator.Intercept) *doctor.Report {
	t.Helper()
	server, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	seed.Push(server.Tree(), source, "team/app", "1.0", "app")
	seed.Promote(server.Tree(), source, "team/app", "1.0", target, "team/app", "1.0")
	before := invariant.Contents(server.Tree(), target)
	if spoil != nil {
		server.SetIntercept(spoil(server.Direct()))
	}
	web := httptest.NewServer(server)
	defer web.Close()
	file := filepath.Join(t.TempDir(), "sigsync.yaml")
	content := fmt.Sprintf(`version: 1
servers: {main: {url: "%s/artifactory", timeout: 5s, auth: %s}}
pairs: [{source: {repository: %s}, target: {repository: %s}}]
retry: {attempts: 2, initial: 1ms, max: 2ms}
`, web.URL, auth, source, target)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, complaint bytes.Buffer
	code := run(t.Context(), []string{"doctor", "-c", file, "-o", "json"}, environment{stdout: &out, stderr: &complaint, lookup: nothing})
	var r doctor.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || code != r.ExitCode {
		t.Fatalf("doctor = exit %d, %v: %s%s", code, err, &out, &complaint)
	}
	if diff := cmp.Diff(before, invariant.Contents(server.Tree(), target)); diff != "" {
		t.Errorf("doctor changed the target (-before +after):\n%s", diff)
	}
	return &r
}

// said are the lines that are not ok, as in "login failed".
func said(r *doctor.Report) []string {
	var lines []string
	for _, c := range r.Checks {
		if line := c.ID + " " + string(c.Outcome); c.Outcome != doctor.OK && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// usual is what an account that is no administrator's is never told.
func usual(more ...string) []string {
	return append([]string{"edition unknown", "tag-limit unknown"}, more...)
}

const password = "{username: sigsync, password: secret}"

// switches are what doctor says of each setting of the emulator that it can see,
// by the setting's name.
func switches() map[string]struct {
	turn func(*emulator.Options)
	auth string
	want []string
} {
	type position = struct {
		turn func(*emulator.Options)
		auth string
		want []string
	}
	quirk := func(turn func(*emulator.Quirks), want ...string) position {
		return position{func(o *emulator.Options) { turn(&o.Quirks) }, password, want}
	}
	set := func(turn func(*emulator.Options), want ...string) position { return position{turn, password, want} }
	at := func(key string, turn func(*emulator.Repository), want ...string) position {
		return set(func(o *emulator.Options) {
			turn(&o.Repositories[slices.IndexFunc(o.Repositories, func(r emulator.Repository) bool { return r.Key == key })])
		}, want...)
	}
	return map[string]position{
		"Options.ContextPath": set(func(o *emulator.Options) { o.ContextPath = "/" }, "base-url failed", "exists unknown", "compatible unknown"),
		"Options.Edition": set(func(o *emulator.Options) { o.Edition = emulator.EditionOSS },
			"edition unknown", "copy-item warning", "docker-api failed", "referrers failed", "tag-limit unknown", "deploy unknown", "delete unknown"),
		"Options.Version": set(func(o *emulator.Options) { o.Version = "6.23.1" }, append([]string{"version warning"}, usual()...)...),
		"Options.Users":   {func(o *emulator.Options) { o.Users = nil }, password, []string{"login failed", "exists unknown", "compatible unknown"}},
		"Options.Anonymous": {func(o *emulator.Options) {
			o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}
		}, "{}", []string{"login failed", "exists unknown", "compatible unknown"}},
		"Options.Repositories": set(func(o *emulator.Options) { o.Repositories = o.Repositories[:1] },
			"edition unknown", "exists failed", "compatible unknown"),
		"Options.OIDC": {func(o *emulator.Options) {
			o.OIDC = []emulator.Identity{{Provider: "k8s", Token: "an-identity", Audience: "acme", User: "sigsync"}}
		}, "{oidc: {provider: k8s, token_file: nowhere, audience: other}}", []string{"login failed", "exists unknown", "compatible unknown"}},
		"Options.HideUnauthorized": set(func(o *emulator.Options) {
			o.HideUnauthorized, o.Users[0].Permissions = true, nil
		}, "edition unknown", "exists failed", "compatible unknown"),
		"Options.Latency":       set(func(o *emulator.Options) { o.Latency = time.Microsecond }, usual()...),
		"Options.Skew":          set(func(o *emulator.Options) { o.Skew = -time.Hour }, append([]string{"clock warning"}, usual()...)...),
		"Options.BaseURL":       set(func(o *emulator.Options) { o.BaseURL = "https://elsewhere.invalid/artifactory" }, usual()...),
		"Options.ReferrersPage": set(func(o *emulator.Options) { o.ReferrersPage = 1 }, usual()...),

		"Repository.Class": at(target, func(r *emulator.Repository) { r.Class = emulator.Remote }, "edition unknown", "class failed", "compatible unknown"),
		"Repository.PackageType": at(target, func(r *emulator.Repository) { r.PackageType = "oci" },
			"edition unknown", "tag-limit unknown", "compatible failed"),
		"Repository.Includes": at(target, func(r *emulator.Repository) { r.Includes = []string{"team/app/1.0/**"} }, "edition unknown", "tag-limit unknown", "deploy failed", "delete unknown"),
		"Repository.Excludes": at(target, func(r *emulator.Repository) { r.Excludes = []string{"**/sha256-*/**"} }, "edition unknown", "tag-limit unknown", "deploy failed", "delete unknown"),
		"Repository.MaxUniqueTags": set(func(o *emulator.Options) {
			o.Users[0].Admin, o.Repositories[1].MaxUniqueTags = true, 3
		}, "account warning", "tag-limit failed", "delete warning"),
		"Repository.Referrers": at(target, func(r *emulator.Repository) { r.Referrers = false }, "edition unknown", "referrers warning", "tag-limit unknown", "delete warning"),

		"AQLLimits.HardCap":     set(func(o *emulator.Options) { o.AQL.HardCap = 1 }, usual()...), // of one row it trims none
		"AQLLimits.UserLimit":   set(func(o *emulator.Options) { o.AQL.UserLimit = 1 }, "edition unknown", "query-limit failed", "tag-limit unknown"),
		"AQLLimits.TimeoutRows": set(func(o *emulator.Options) { o.AQL.TimeoutRows = 1 }, usual()...), // one row is found in time
		"AQLLimits.IgnoreCase":  set(func(o *emulator.Options) { o.AQL.IgnoreCase = true }, usual()...),
		"AQLLimits.Concurrency": set(func(o *emulator.Options) { o.AQL.Concurrency = 1 }, usual()...),

		"Quirks.MissingSourceWarns": quirk(func(q *emulator.Quirks) { q.MissingSourceWarns = true }, usual()...),
		"Quirks.CodelessIs409":      quirk(func(q *emulator.Quirks) { q.CodelessIs409 = true }, usual()...),
		"Quirks.SameSourceIs500":    quirk(func(q *emulator.Quirks) { q.SameSourceIs500 = true }, usual()...),
		"Quirks.LongTargetMissing":  quirk(func(q *emulator.Quirks) { q.LongTargetMissing = true }, usual()...),
		"Quirks.ShallowDryRun":      quirk(func(q *emulator.Quirks) { q.ShallowDryRun = true }, usual()...),
		"Quirks.NoSourceReadCheck":  quirk(func(q *emulator.Quirks) { q.NoSourceReadCheck = true }, usual()...),
		"Quirks.BadIntegerIs400":    quirk(func(q *emulator.Quirks) { q.BadIntegerIs400 = true }, usual()...),
		"Quirks.MissingRepositoryIs400": set(func(o *emulator.Options) {
			o.Quirks.MissingRepositoryIs400, o.Repositories = true, o.Repositories[:1]
		}, "edition unknown", "exists failed", "compatible unknown"),
		"Quirks.PlainAQLErrors":          quirk(func(q *emulator.Quirks) { q.PlainAQLErrors = true }, usual()...),
		"Quirks.SilentSubject":           quirk(func(q *emulator.Quirks) { q.SilentSubject = true }, usual()...),
		"Quirks.LyingReferrers":          quirk(func(q *emulator.Quirks) { q.LyingReferrers = true }, usual()...),
		"Quirks.SubjectWithoutReferrers": quirk(func(q *emulator.Quirks) { q.SubjectWithoutReferrers = true }, usual()...),
		"Quirks.BearerReferrers":         quirk(func(q *emulator.Quirks) { q.BearerReferrers = true }, usual()...),
		"Quirks.DigestTagsListed":        quirk(func(q *emulator.Quirks) { q.DigestTagsListed = true }, usual()...),
		"Quirks.KeepAllTags":             quirk(func(q *emulator.Quirks) { q.KeepAllTags = true }, usual()...),
	}
}

// unseen are the settings that nothing of doctor's depends on, and why.
func unseen() map[string]string {
	return map[string]string{
		"Options.Quirks": "told of one by one", "Options.AQL": "told of one by one",
		"Options.Now": "clock", "Options.Wait": "clock", "Options.Seed": "order", "Options.Observe": "tests", "Options.Ground": "content",

		"Options.Subscriptions": "webhooks", "Options.Webhooks": "webhooks",
		"Repository.Key": "a name", "Repository.Description": "a text",
		"Repository.Members": "doctorvirtual.txtar", "Repository.DefaultDeployment": "doctornodeployment.txtar",
		"AQLLimits.Wait":           "how long a refusal takes",
		"Quirks.CopyFromRemoteKey": "nothing is copied by that key", "Quirks.ArchTags": "promotion", "Quirks.PromotionLock": "promotion",
		"Quirks.BlobMount": "pushes", "Quirks.LeaveUploads": "pushes", "Quirks.CatalogStatus": "the catalog is not asked of Artifactory",
	}
}

// TestDoctorKnowsEverySwitchOfTheEmulator has each setting made, and a new one
// looked at by whoever adds it.
func TestDoctorKnowsEverySwitchOfTheEmulator(t *testing.T) {
	if got := said(examinedServer(t, patient(), password, nil)); !cmp.Equal(got, usual()) {
		t.Errorf("doctor of a sound server says %v, want %v", got, usual())
	}
	all := switches()
	for _, settings := range []any{emulator.Options{}, emulator.Repository{}, emulator.AQLLimits{}, emulator.Quirks{}} {
		for field := range reflect.TypeOf(settings).Fields() {
			name := reflect.TypeOf(settings).Name() + "." + field.Name
			if _, known := all[name]; !known && unseen()[name] == "" {
				t.Errorf("%s has no test of what doctor says of it", name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			o := patient()
			all[name].turn(&o)
			r := examinedServer(t, o, all[name].auth, nil)
			if got := said(r); !cmp.Equal(got, all[name].want) {
				t.Errorf("doctor says %v, want %v", got, all[name].want)
			}
			failed := slices.ContainsFunc(all[name].want, func(line string) bool { return strings.HasSuffix(line, " failed") })
			if (r.ExitCode == 1) != failed {
				t.Errorf("doctor = exit %d with %v", r.ExitCode, all[name].want)
			}
		})
	}
}

// Whatever goes wrong with whichever request, doctor says something of everything
// and leaves nothing behind.
func TestDoctorLeavesNothingWhateverIsAnswered(t *testing.T) {
	operations := map[string]bool{}
	examinedServer(t, patient(), password, func(http.Handler) emulator.Intercept {
		return func(_ *http.Request, operation string) http.Handler {
			operations[operation] = true
			return nil
		}
	})
	if len(operations) < 7 {
		t.Errorf("doctor sent %v, want more than that", operations)
	}
	for operation := range operations {
		for _, kind := range faults.Kinds() {
			if kind.Stalls {
				continue
			}
			t.Run(operation+" "+kind.Name, func(t *testing.T) {
				r := examinedServer(t, patient(), password, func(direct http.Handler) emulator.Intercept {
					fault := kind.Make(direct, rand.New(rand.NewPCG(1, 1)))
					return func(_ *http.Request, of string) http.Handler {
						if of != operation {
							return nil
						}
						return fault
					}
				})
				if sound := cmp.Equal(said(r), usual()); sound != harmless(operation, kind.Name) {
					t.Errorf("doctor says %v", said(r))
				}
			})
		}
	}
}

// harmless tells of what keeps doctor from nothing: an answer that is slow, a lie
// about what would have had no effect, a page of which the header is enough, and
// who is told nothing of the licence anyway.
func harmless(operation, kind string) bool {
	switch kind {
	case "slow body":
		return true
	case "success without effect":
		return operation != "copy" && operation != "aql"
	case "truncate":
		return operation == "ping" || operation == "other" || operation == "license"
	case "401":
		return operation == "ping"
	case "403":
		return operation == "ping" || operation == "license"
	default:
		return operation == "license" && !strings.HasPrefix(kind, "429")
	}
}
