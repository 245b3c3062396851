package doctor_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/doctor"
)

// needs is what Permissions wants, as "SERVER NAME ACCOUNT REPOSITORY...".
func needs(servers []doctor.Server, pairs []doctor.Pair) []string {
	var all []string
	for _, p := range doctor.Permissions(servers, pairs) {
		all = append(all, strings.Join(append([]string{p.Server, p.Name, p.Account}, p.Repositories...), " "))
	}
	return all
}

func TestPermissions(t *testing.T) {
	a := doctor.Server{Name: "a", Artifactory: &server{}, Login: doctor.Login{User: "ci"}}
	b := doctor.Server{Name: "b", Artifactory: &server{}}
	plain := doctor.Server{Name: "plain"}
	pair := func(source, target string, change func(*doctor.Pair)) doctor.Pair {
		end := func(text string) doctor.End {
			server, repository, _ := strings.Cut(text, "/")
			return doctor.End{Server: server, Repository: repository}
		}
		p := doctor.Pair{Source: end(source), Target: end(target), Transport: "auto"}
		if change != nil {
			change(&p)
		}
		return p
	}
	for _, c := range []struct {
		name  string
		pairs []doctor.Pair
		want  []string
	}{
		{"one server", []doctor.Pair{pair("a/dev", "a/prod", nil)}, []string{"a sigsync-read ci dev", "a sigsync-deploy ci prod"}},
		{"a chain", []doctor.Pair{pair("a/dev", "a/stage", nil), pair("a/stage", "a/prod", nil)}, []string{"a sigsync-read ci dev", "a sigsync-deploy ci prod stage"}},
		{"two servers", []doctor.Pair{pair("a/dev", "b/prod", nil)}, []string{"a sigsync-read ci dev", "b sigsync-deploy sigsync prod"}},
		{"a registry", []doctor.Pair{pair("a/dev", "plain/eu", nil)}, []string{"a sigsync-read ci dev"}},
		{"merging", []doctor.Pair{pair("a/dev", "a/prod", func(p *doctor.Pair) { p.Overwrites = true })}, []string{"a sigsync-read ci dev", "a sigsync-deploy-delete ci prod"}},
		{"promoting", []doctor.Pair{pair("a/dev", "a/prod", func(p *doctor.Pair) { p.Transport = "promote" })}, []string{"a sigsync-read ci dev", "a sigsync-deploy-annotate ci prod"}},
	} {
		if diff := cmp.Diff(c.want, needs([]doctor.Server{a, b, plain}, c.pairs)); diff != "" {
			t.Errorf("Permissions of %s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Names are not to be trusted: HCL has templates in its strings.
func TestTerraformQuotes(t *testing.T) {
	name := "a\"b\\c${d}%{e}\n"
	var b bytes.Buffer
	s := doctor.Server{Name: "m.1", URL: "https://a.example/artifactory", Artifactory: &server{}, Login: doctor.Login{User: name}}
	other := s
	other.Name = "m-1"
	permissions := doctor.Permissions([]doctor.Server{s, other}, []doctor.Pair{
		{Source: doctor.End{Server: "m.1", Repository: "dev"}, Target: doctor.End{Server: "m-1", Repository: "prod"}},
		{Source: doctor.End{Server: "m-1", Repository: "dev"}, Target: doctor.End{Server: "m.1", Repository: "prod"}},
	})
	if err := doctor.Terraform(&b, permissions); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{ name = "a\"b\\c$${d}%%{e}?", permissions = ["READ", "WRITE"] },`, `{ name = "prod", include_patterns = ["**"] },`,
		`resource "platform_permission" "sigsync_read_m_1" {`, `resource "platform_permission" "sigsync_read_m_1_2" {`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("Terraform lacks %s in\n%s", want, b.String())
		}
	}
}
