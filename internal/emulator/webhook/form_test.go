package webhook_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// TestForms holds artifactory 8: the envelope, the flat form, and the fields
// that not every version has.
func TestForms(t *testing.T) {
	promoted := pushed("1.0")
	promoted.Type, promoted.TargetRepo, promoted.TargetTag = webhook.Promoted, "prod", "1.0-ga"
	single := pushed("1.0")
	single.Platforms, single.ImageType = nil, "oci"
	const (
		source = `"source":"jfrog/jfrt@01k3emulat0rn0de0000000000"`
		common = `"repo_key":"dev","path":"team/img/1.0/list.manifest.json","name":"list.manifest.json","sha256":"35c4","size":1206,"image_name":"img","tag":"1.0",`
		amd64  = `"platforms":[{"architecture":"amd64","os":"linux"}]`
	)
	for _, c := range []struct {
		name   string
		form   webhook.Form
		origin string
		event  webhook.Event
		want   string
	}{
		{
			"8 enveloped", webhook.Form{}, "https://acme.jfrog.io", promoted,
			`{"domain":"docker","event_type":"promoted","data":{` + common + amd64 + `,"image_type":"docker","target_repo":"prod","target_tag":"1.0-ga"},` +
				`"subscription_key":"sub","jpd_origin":"https://acme.jfrog.io",` + source + `}`,
		},
		{
			"8 without a base URL; no targets but for a promotion; no platforms but for an index", webhook.Form{}, "", single,
			`{"domain":"docker","event_type":"pushed","data":{` + common + `"platforms":[],"image_type":"oci"},"subscription_key":"sub",` + source + `}`,
		},
		{
			"8 flat", webhook.Form{Flat: true}, "https://acme.jfrog.io", promoted,
			`{"event_type":"promoted",` + common + amd64 + `,"image_type":"docker","target_repo":"prod","target_tag":"1.0-ga"}`,
		},
		{
			"8 fields left out", webhook.Form{Without: []string{"target_tag", "target_repo", "jpd_origin", "image_type"}}, "https://acme.jfrog.io", promoted,
			`{"domain":"docker","event_type":"promoted","data":{` + common + amd64 + `},"subscription_key":"sub",` + source + `}`,
		},
		{
			"image name and user of the documentation", webhook.Form{FullImageName: true, UserContext: true, Flat: false}, "", single,
			`{"domain":"docker","event_type":"pushed","data":{"repo_key":"dev","path":"team/img/1.0/list.manifest.json","name":"list.manifest.json","sha256":"35c4","size":1206,"image_name":"team/img","tag":"1.0","platforms":[],"image_type":"oci"},` +
				`"subscription_key":"sub",` + source + `,"userContext":{"id":"ci","isToken":false,"realm":"internal"}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := receive(t)
			s := sender(t, webhook.Options{Form: c.form, Origin: c.origin}, webhook.Everything("sub", r.URL, ""))
			s.Send(c.event)
			delivered(t, s)
			if len(r.got) != 1 {
				t.Fatalf("%d requests came, want 1", len(r.got))
			}
			if diff := cmp.Diff(c.want, r.got[0].body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAuthorization holds artifactory 8: the secret as it is, or the lower-case
// hexadecimal HMAC-SHA256 of the raw body without a prefix.
func TestAuthorization(t *testing.T) {
	// printf %s "$body" | openssl dgst -sha256 -hmac s3cret
	const (
		body      = `{"event_type":"pushed","repo_key":"dev","path":"a/b/1/manifest.json","name":"manifest.json","sha256":"","size":0,"image_name":"b","tag":"1","platforms":[]}`
		signature = "0df7922da30347b9d35c93538d46762da485133c759271135286c974708cb992"
	)
	for _, c := range []struct {
		name, secret string
		sign         bool
		want         []string
	}{
		{"8 secret", "s3cret", false, []string{"s3cret"}},
		{"8 signature", "s3cret", true, []string{signature}},
		{"neither", "", true, nil},
	} {
		r := receive(t)
		one := webhook.Everything("sub", r.URL, c.secret)
		one.Handlers[0].UseSecretForSigning = c.sign
		one.Handlers[0].CustomHTTPHeaders = []webhook.Header{{Name: "X-Own", Value: "v"}}
		s := sender(t, webhook.Options{Form: webhook.Form{Flat: true}}, one)
		s.Send(webhook.Event{Type: webhook.Pushed, Repo: "dev", Path: "a/b/1/manifest.json", Image: "a/b", Tag: "1"})
		delivered(t, s)
		got := r.got[0]
		if diff := cmp.Diff(c.want, got.header.Values("X-JFrog-Event-Auth")); diff != "" || got.body != body {
			t.Errorf("%s: X-JFrog-Event-Auth (-want +got):\n%s\nbody %s", c.name, diff, got.body)
		}
		if got.header.Get("Content-Type") != "application/json" || got.header.Get("X-Own") != "v" {
			t.Errorf("%s: header = %v, want JSON and X-Own", c.name, got.header)
		}
	}
}
