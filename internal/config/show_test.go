package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/config"
)

const example = "../../config.example.yaml"

func exampleEnv(name string) (string, bool) { return "s3cr3t", name == "ARTIFACTORY_TOKEN" }

func TestShowExample(t *testing.T) {
	c, err := config.Load(example, exampleEnv)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Servers["main"].Auth.Token.Reveal(); got != "s3cr3t" {
		t.Errorf("token = %q, want the variable's value", got)
	}
	golden(t, "example.golden", show(t, c))
}

func TestExampleHasEveryKey(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	var shown, written yaml.Node
	if err := yaml.Unmarshal(data, &written); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(show(t, parse(t, good))), &shown); err != nil {
		t.Fatal(err)
	}
	have := keysOf(&written, "")
	for key := range keysOf(&shown, "") {
		if !have[key] {
			t.Errorf("the example lacks %s", key)
		}
	}
	for _, key := range []string{"targets", "token_file", "username", "password", "password_file", "api_key", "oidc", "provider", "audience", "form", "on", "url_file", "template", "repeat"} {
		if !strings.Contains(string(data), key+":") {
			t.Errorf("the example does not mention %s", key)
		}
	}
}

// keysOf is the set of keys in a YAML tree, without numbers of list items.
func keysOf(n *yaml.Node, key string) map[string]bool {
	keys := map[string]bool{key: true}
	for i, content := range n.Content {
		inner := key
		if n.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			inner += "." + n.Content[i-1].Value
		}
		for k := range keysOf(content, inner) {
			keys[k] = true
		}
	}
	return keys
}

func TestShowLoadsAgain(t *testing.T) {
	for name, text := range map[string]string{
		"defaults":   good,
		"literal":    server("url: https://a.example\nauth: {token_file: \"$${A} $$${B} ${REFERENCE}\"}\n"),
		"targets":    pair("targets: [{repository: prod}, {repository: stage}]\nname: x\n"),
		"chain":      version + servers + "pairs: [{source: {repository: b}, target: {repository: c}}, {source: {repository: a}, target: {repository: b}}]",
		"odd text":   server("url: https://a.example\nproxy: \"http://[::1]:1\"\ntls: {ca_file: \" a: b # \", cert_file: \"- \", key_file: \"~\"}\nauth: {token_file: \"1_0\"}\n"),
		"names":      version + "servers: {\"<<\": {url: \"http://a\"}, \"1\": {url: \"http://b\"}, a.b: {url: \"http://c\"}, \"${X}\": {url: \"http://d\"}}\npairs: [{source: {server: \"<<\", repository: x}, target: {server: \"1\", repository: \"0x1\"}}]",
		"notify":     good + "notify: [{url_file: /slack, form: slack, on: [], repeat: 1h}]\n",
		"never fail": good + "fail_on: []\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, text)
			again, err := config.Parse("again", []byte(show(t, c)), variables)
			if err != nil {
				t.Fatalf("Parse(Show):\n%v\n%s", err, show(t, c))
			}
			if diff := cmp.Diff(c, again); diff != "" {
				t.Errorf("Parse(Show) (-first +again):\n%s", diff)
			}
		})
	}
}

func TestShowMasksSecrets(t *testing.T) {
	c := parse(t, server("url: https://a.example\nauth: {username: sync, password: hunter2}\n"))
	c.Serve.Webhook.Secret = "hunter2"
	c.Notify = []config.Notify{{URL: "https://hooks.example/hunter2", Template: `{"key": "hunter2"}`}}
	c.Metrics.Pushgateway = "https://sync:hunter2@gateway.example"
	got := show(t, c)
	if strings.Contains(got, "hunter2") || strings.Count(got, "'***'") != 5 || !strings.Contains(got, "username: sync") {
		t.Errorf("Show = %s\nwant five masks and a username", got)
	}
}

func TestShowReportsAFailedWriter(t *testing.T) {
	err := parse(t, good).Show(fullDisk{})
	if want := "write configuration: "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Show = %v, want %s...", err, want)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
