package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

const full = `
context_path: /repo
edition: jcr
version: 7.90.1
base_url: https://acme.example/repo
hide_unauthorized: true
latency: 20ms
seed: 7
users:
  - {name: admin, password: secret, admin: true, tokens: [t1], api_key: AKCp8x}
  - name: ci
    password: ci
    permissions:
      - {repositories: [dev], include: ["team/**"], exclude: ["team/x/**"], rights: [read, deploy, annotate, delete]}
anonymous: []
repositories:
  - {key: dev, includes: ["a/**"], excludes: ["b/**"], max_unique_tags: 3, description: d, referrers: true}
  - {key: hub, class: remote}
  - {key: fed, class: federated, package_type: oci}
  - {key: all, class: virtual, members: [dev, hub], default_deployment: dev}
quirks: {codeless_is_409: true, missing_source_warns: true, catalog_status: 404}
referrers_page: 2
aql: {hard_cap: 5, user_limit: 4, concurrency: 3, wait: 10s}
`

func TestParse(t *testing.T) {
	got, err := parse(strings.NewReader(full))
	if err != nil {
		t.Fatal(err)
	}
	want := emulator.Options{
		ContextPath: "/repo", Edition: emulator.EditionJCR, Version: "7.90.1", BaseURL: "https://acme.example/repo",
		HideUnauthorized: true, Latency: 20 * time.Millisecond, Seed: 7,
		Users: []access.User{
			{Name: "admin", Password: "secret", Admin: true, Tokens: []string{"t1"}, APIKey: "AKCp8x"},
			{Name: "ci", Password: "ci", Permissions: []access.Permission{{
				Repositories: []string{"dev"}, Include: []string{"team/**"}, Exclude: []string{"team/x/**"}, Rights: access.All,
			}}},
		},
		Anonymous: []access.Permission{},
		Repositories: []emulator.Repository{
			{Key: "dev", Includes: []string{"a/**"}, Excludes: []string{"b/**"}, MaxUniqueTags: 3, Description: "d", Referrers: true},
			{Key: "hub", Class: emulator.Remote},
			{Key: "fed", Class: emulator.Federated, PackageType: "oci"},
			{Key: "all", Class: emulator.Virtual, Members: []string{"dev", "hub"}, DefaultDeployment: "dev"},
		},
		Quirks:        emulator.Quirks{CodelessIs409: true, MissingSourceWarns: true, CatalogStatus: 404},
		ReferrersPage: 2,
		AQL:           emulator.AQLLimits{HardCap: 5, UserLimit: 4, Concurrency: 3, Wait: 10 * time.Second},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parse (-want +got):\n%s", diff)
	}
	if _, err := emulator.New(got); err != nil {
		t.Errorf("New: %v", err)
	}
}

func TestParseKeepsAnonymousAccessOff(t *testing.T) {
	got, err := parse(strings.NewReader("repositories: [{key: dev}]"))
	if err != nil || got.Anonymous != nil {
		t.Errorf("parse = %v, %v, want no anonymous access", got.Anonymous, err)
	}
	if got, err := parse(strings.NewReader("")); err != nil || len(got.Repositories) != 0 {
		t.Errorf("parse of nothing = %+v, %v, want nothing", got, err)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"edition: ultimate", `line 1: unknown word "ultimate"`},
		{"repositories:\n  - {key: a, class: odd}", `line 2: unknown word "odd"`},
		{"anonymous:\n  - rights: [fly]", `line 2: unknown word "fly"`},
		{"anonymous:\n  - rights: read", "line 2: rights are not a list"},
		{"unknown: 1", "field unknown not found"},
		{"quirks: {odd: true}", "field odd not found"},
		{"webhooks: {form: round}", `line 1: unknown word "round"`},
		{"webhooks: {by_digest: odd}", `line 1: unknown word "odd"`},
		{"webhooks:\n  subscriptions: [{uri: x}]", "field uri not found"},
	} {
		if _, err := parse(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("parse(%q) = %v, want %q", c.text, err, c.want)
		}
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "emulator.yaml")
	if err := os.WriteFile(path, []byte("version: 7.1.1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := load(path); err != nil || got.Version != "7.1.1" {
		t.Errorf("load = %+v, %v", got, err)
	}
	if err := os.WriteFile(path, []byte("edition: x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("load of a bad file = %v, want its name", err)
	}
	if _, err := load(path + ".none"); err == nil {
		t.Error("load of an absent file = nil error, want one")
	}
}
