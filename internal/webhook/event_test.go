package webhook_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/webhook"
)

const digits = "05b3abf2579a5eb66403cd78be557fd860633a1fe2103c7642030defe32c657f"

func digest(t testing.TB) oci.Digest {
	t.Helper()
	d, err := oci.ParseHex(digits)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// form returns an event of testdata, in a form that Artifactory sends.
func form(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestParseForms(t *testing.T) {
	d := digest(t)
	for name, want := range map[string]webhook.Event{
		"promoted": {
			Promoted: true, Repository: "docker-dev", Image: "team/img", Tag: "1.0",
			TargetRepository: "docker-prod", TargetTag: "1.0", Digest: d,
		},
		"pushed": {Repository: "docker-dev", Image: "team/img", Tag: "1.0", Digest: d},
		"flat":   {Repository: "hub-cache", Image: "library/debian", Tag: "12", Digest: d},
		"sample": {Promoted: true, Repository: "sample_repo", Image: "sample_arch", Tag: "sample_image"},
		"late":   {Repository: "docker-dev", Image: "team/img", Tag: "sha256-" + digits + ".sig", Digest: d},
	} {
		got, err := webhook.Parse(form(t, name))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Parse(%s) = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// event writes an event of domain docker from the fields of its object.
func event(kind string, fields ...string) string {
	return `{"domain":"docker","event_type":"` + kind + `","data":{` + strings.Join(fields, ",") + `}}`
}

func TestParse(t *testing.T) {
	d := digest(t)
	for _, c := range []struct {
		name, body string
		want       webhook.Event
	}{
		{"the least", event("pushed", `"repo_key":"dev","image_name":"a"`), webhook.Event{Repository: "dev", Image: "a"}},
		{"without a domain", `{"event_type":"pushed","data":{"repo_key":"dev","image_name":"a"}}`, webhook.Event{Repository: "dev", Image: "a"}},
		{"its type inside", `{"domain":"docker","data":{"event_type":"promoted","repo_key":"dev","image_name":"a"}}`,
			webhook.Event{Promoted: true, Repository: "dev", Image: "a"}},
		{"flat with a domain", `{"domain":"docker","event_type":"pushed","repo_key":"dev","image_name":"a","data":null}`, webhook.Event{Repository: "dev", Image: "a"}},
		{"more than is known", event("pushed", `"repo_key":"dev","image_name":"a","tag":"1","new":{"x":[1,{}]},"size":"12","platforms":7`),
			webhook.Event{Repository: "dev", Image: "a", Tag: "1"}},
		{"numbers", event("promoted", `"repo_key":1,"image_name":2,"tag":3.10,"target_repo":4,"target_tag":5`),
			webhook.Event{Promoted: true, Repository: "1", Image: "2", Tag: "3.10", TargetRepository: "4", TargetTag: "5"}},
		{"nulls", event("promoted", `"repo_key":"dev","image_name":"a","tag":null,"target_repo":null,"target_tag":null,"sha256":null,"path":null`),
			webhook.Event{Promoted: true, Repository: "dev", Image: "a"}},
		{"a promotion without a target tag", event("promoted", `"repo_key":"dev","image_name":"a","tag":"1","target_repo":"prod"`),
			webhook.Event{Promoted: true, Repository: "dev", Image: "a", Tag: "1", TargetRepository: "prod"}},
		{"a push with a target", event("pushed", `"repo_key":"dev","image_name":"a","target_repo":"prod","target_tag":"1"`), webhook.Event{Repository: "dev", Image: "a"}},
		{"capital letters", event("pushed", `"repo_key":"Dev.1","image_name":"Team/My_App-x.y","tag":"_V1.0-rc_2"`),
			webhook.Event{Repository: "Dev.1", Image: "Team/My_App-x.y", Tag: "_V1.0-rc_2"}},
		{"from the path", event("pushed", `"repo_key":"dev","path":"team/app/1.0/manifest.json"`), webhook.Event{Repository: "dev", Image: "team/app", Tag: "1.0"}},
		{"from the path of an index", event("pushed", `"repo_key":"dev","path":"/team/app/1.0/list.manifest.json"`), webhook.Event{Repository: "dev", Image: "team/app", Tag: "1.0"}},
		{"from the path of a digest", event("pushed", `"repo_key":"dev","path":"team/app/sha256:`+digits+`/manifest.json"`),
			webhook.Event{Repository: "dev", Image: "team/app", Tag: "sha256:" + digits, Digest: d}},
		{"from the path of a digest in a cache", event("pushed", `"repo_key":"dev","path":"team/app/sha256__`+digits+`/manifest.json"`),
			webhook.Event{Repository: "dev", Image: "team/app", Tag: "sha256:" + digits, Digest: d}},
		{"the tag from the path", event("pushed", `"repo_key":"dev","image_name":"app","path":"app/1.0/manifest.json"`), webhook.Event{Repository: "dev", Image: "app", Tag: "1.0"}},
		{"the image from the path", event("pushed", `"repo_key":"dev","tag":"2.0","path":"app/1.0/manifest.json"`), webhook.Event{Repository: "dev", Image: "app", Tag: "2.0"}},
		{"the last part of the image path alone", event("promoted", `"repo_key":"dev","image_name":"app","tag":"1.0","path":"team/x/app/1.0/manifest.json"`),
			webhook.Event{Promoted: true, Repository: "dev", Image: "team/x/app", Tag: "1.0"}},
		{"not the last part of another's name", event("pushed", `"repo_key":"dev","image_name":"app","path":"team/myapp/1.0/manifest.json"`),
			webhook.Event{Repository: "dev", Image: "app"}},
		{"no tag from another's path", event("pushed", `"repo_key":"dev","image_name":"app","path":"other/1.0/manifest.json"`), webhook.Event{Repository: "dev", Image: "app"}},
		{"no tag from the path of another file", event("pushed", `"repo_key":"dev","image_name":"app","path":"app/1.0/sha256__x"`), webhook.Event{Repository: "dev", Image: "app"}},
		{"a tag that is a digest", event("promoted", `"repo_key":"dev","image_name":"a","tag":"sha256:`+digits+`","target_tag":"sha256__`+digits+`"`),
			webhook.Event{Promoted: true, Repository: "dev", Image: "a", Tag: "sha256:" + digits, TargetTag: "sha256:" + digits, Digest: d}},
		{"a digest with its algorithm", event("pushed", `"repo_key":"dev","image_name":"a","sha256":"sha256:`+digits+`"`), webhook.Event{Repository: "dev", Image: "a", Digest: d}},
		{"a digest that is none", event("pushed", `"repo_key":"dev","image_name":"a","sha256":"sample_checksum"`), webhook.Event{Repository: "dev", Image: "a"}},
		{"the longest names", event("pushed", `"repo_key":"`+long(intake.KeyBytes)+`","image_name":"`+long(intake.NameBytes)+`","tag":"`+long(intake.TagBytes)+`"`),
			webhook.Event{Repository: long(intake.KeyBytes), Image: long(intake.NameBytes), Tag: long(intake.TagBytes)}},
	} {
		got, err := webhook.Parse([]byte(c.body))
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: Parse(%s) = %v (-want +got):\n%s", c.name, c.body, err, diff)
		}
	}
}

func long(n int) string { return strings.Repeat("x", n) }

func TestParseIgnores(t *testing.T) {
	for _, body := range []string{
		event("deleted", `"repo_key":"dev","image_name":"a"`),
		event("anything else"),
		event("Pushed", `"repo_key":"dev","image_name":"a"`),
		`{"domain":"artifact","event_type":"copied","data":{"repo_key":"dev","path":"a/1/manifest.json","source_repo_path":"x","target_repo_path":"y"}}`,
		`{"domain":"artifact","event_type":"pushed","data":{"repo_key":"dev","image_name":"a"}}`,
		`{"domain":"build","event_type":"promoted","data":{"build_name":"b","build_number":"1"}}`,
		`{"domain":"new","event_type":"promoted","data":[{"repo_key":{}}]}`,
		`{"domain":"new","event_type":"promoted"}`,
		`{"event_type":"promoted","build_name":"b","build_number":"1","build_started":"1970-01-01T00:00:00.000+0000"}`,
		`{"event_type":"deployed","repo_key":"dev","path":"x","name":"y"}`,
		`{"event_type":"` + strings.Repeat("x", 10_000) + `"}`,
		`{"domain":"` + strings.Repeat("x", 10_000) + `","event_type":"promoted"}`,
	} {
		got, err := webhook.Parse([]byte(body))
		if !errors.Is(err, webhook.ErrIgnored) || got != (webhook.Event{}) || len(err.Error()) > 200 {
			t.Errorf("Parse(%.200s) = %v, %v, want it to be ignored in a few words", body, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{``, "parse event: "},
		{`null`, "it has no event_type"},
		{`[]`, "parse event: "},
		{`"pushed"`, "parse event: "},
		{`{"event_type":"pushed"`, "parse event: "},
		{event("pushed", `"repo_key":"dev","image_name":"a"`) + `{}`, "parse event: "},
		{`{}`, "it has no event_type"},
		{`{"domain":"docker","data":{"repo_key":"dev","image_name":"a"}}`, "it has no event_type"},
		{`{"domain":"docker","event_type":"pushed","data":[]}`, "parse event: "},
		{`{"domain":"docker","event_type":"pushed","data":"x"}`, "parse event: "},
		{`{"domain":"docker","event_type":["pushed"],"data":{}}`, "expected a string, got ["},
		{event("pushed", `"repo_key":true,"image_name":"a"`), "expected a string, got true"},
		{event("pushed", `"repo_key":"dev","image_name":{"a":1}`), "expected a string, got {"},
		{event("pushed", `"repo_key":"dev","image_name":"a","image_name":"b"`), "duplicate"},
		{event("pushed", "\"repo_key\":\"dev\",\"image_name\":\"\xff\""), "UTF-8"},
		{event("pushed"), "image_name"},
		{event("pushed", `"image_name":"a"`), `the key of a repository, got ""`},
		{event("pushed", `"repo_key":"dev"`), `an image_name, or the path of a manifest, got ""`},
		{event("pushed", `"repo_key":"dev","path":"app/1.0/sha256__x"`), `got "app/1.0/sha256__x"`},
		{event("pushed", `"repo_key":"dev","path":"1.0/manifest.json"`), `got "1.0/manifest.json"`},
		{event("pushed", `"repo_key":"dev","path":"../../1.0/manifest.json"`), `an image path, got "../.."`},
		{event("promoted", `"repo_key":"dev","image_name":"a","target_repo":"a/b"`), `the key of a target repository, got "a/b"`},
		{event("promoted", `"repo_key":"dev","image_name":"a","target_tag":"a/b"`), `a target tag, got "a/b"`},
	} {
		got, err := webhook.Parse([]byte(c.body))
		if err == nil || errors.Is(err, webhook.ErrIgnored) || !strings.Contains(err.Error(), c.want) || got != (webhook.Event{}) {
			t.Errorf("Parse(%s) = %v, %v, want an error with %q", c.body, got, err, c.want)
		}
	}
}

// What an event names becomes a part of queries, globs and logs.
func TestParseRefusesNames(t *testing.T) {
	everywhere := []string{"..", ".", " ", "a b", "a\\u0000", "a\\n", "a\\u001b[31m", "a\\u202eb", "a\\\\b", "a*", "a?", "a\\\"b", "\\ufffd", "a|b", "a:b"}
	for field, names := range map[string][]string{
		"repo_key":    append(everywhere, "a/b", "<a>", long(intake.KeyBytes+1)),
		"target_repo": append(everywhere, "a/b", "<a>", long(intake.KeyBytes+1)),
		"image_name": append(everywhere, "/a", "a/", "a//b", "a/../b", "../a", "a/..", "a/./b", ".jfrog/a", "a/_uploads", "-a", "{a,b}", "[a]", "!a",
			"a$b", "a%2e", "a@b", "é", "a/b:c", "sha256:"+digits, long(intake.NameBytes+1)),
		"tag": append(everywhere, "a/b", ".a", "-a", "é", "{a}", "a@b", "sha256:"+digits[1:], "sha256:"+strings.ToUpper(digits), "sha512:"+digits, "sha256:"+digits+"/x",
			long(intake.TagBytes+1)),
		"target_tag": append(everywhere, "a/b", ".a", "-a", "é", long(intake.TagBytes+1)),
	} {
		for _, name := range names {
			fields := map[string]string{"repo_key": "dev", "image_name": "app", "tag": "1.0", "target_repo": "prod", "target_tag": "1.0"}
			fields[field] = name
			var all []string
			for k, v := range fields {
				all = append(all, `"`+k+`":"`+v+`"`)
			}
			got, err := webhook.Parse([]byte(event("promoted", all...)))
			if err == nil || got != (webhook.Event{}) {
				t.Errorf("Parse with the %s %.80q = %v, want an error", field, name, got)
				continue
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) || len(err.Error()) > 400 {
				t.Errorf("Parse with the %s %.80q = %q, want a short error in printable characters", field, name, err)
			}
		}
	}
}
