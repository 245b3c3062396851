package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/config"
)

func TestSecretMasksItself(t *testing.T) {
	type holder struct{ S config.Secret }
	for secret, want := range map[config.Secret]string{"hunter2": "***", "": ""} {
		h := holder{secret}
		for _, got := range []string{
			secret.String(), secret.GoString(),
			fmt.Sprint(secret), fmt.Sprintf("%s", secret), fmt.Sprintf("%v", secret), fmt.Sprintf("%+v", secret),
			fmt.Sprintf("%#v", secret), fmt.Sprintf("%q", secret), fmt.Sprintf("%x", secret), fmt.Sprintf("%d", secret),
		} {
			if got != want {
				t.Errorf("a printed secret of %d bytes = %s, want %s", len(secret), got, want)
			}
		}
		if got, want := fmt.Sprintf("%+v", h), "{S:"+want+"}"; got != want {
			t.Errorf("Sprintf(%%+v) = %s, want %s", got, want)
		}
		if got, err := secret.MarshalText(); err != nil || string(got) != want {
			t.Errorf("MarshalText = %s, %v, want %s", got, err, want)
		}
		if got, err := json.Marshal(h); err != nil || string(got) != `{"S":"`+want+`"}` {
			t.Errorf("json.Marshal = %s, %v", got, err)
		}
		if got, err := yaml.Marshal(map[string]config.Secret{"s": secret}); err != nil || string(got) != "s: "+quoted(want)+"\n" {
			t.Errorf("yaml.Marshal = %s, %v", got, err)
		}
		if secret.Reveal() != string(secret) {
			t.Errorf("Reveal = %s, want the secret itself", secret.Reveal())
		}
	}
}

// quoted is a string the way YAML writes these two.
func quoted(s string) string {
	if s == "" {
		return `""`
	}
	return "'" + s + "'"
}

// Wherever a configuration ends up, its secrets do not.
func TestSecretsStayHiddenInWhatHoldsThem(t *testing.T) {
	const secret = config.Secret("hunter2")
	auth := config.Auth{Token: secret, Password: secret, APIKey: secret}
	c := &config.Config{Servers: map[string]*config.Server{"main": {Auth: auth}}, Serve: config.Serve{Webhook: config.Webhook{Secret: secret}}}
	notify, metrics := config.Notify{URL: secret, Template: config.Template(secret)}, config.Metrics{Pushgateway: secret}
	c.Metrics = metrics
	holders := []any{
		secret, new(secret), []config.Secret{secret}, map[string]config.Secret{"k": secret}, auth, &auth, *c.Servers["main"], c,
		c.Servers, []*config.Config{c}, []*config.Auth{&auth}, []*config.Serve{&c.Serve}, []*config.Webhook{&c.Serve.Webhook},
		[]*config.Notify{&notify}, []config.Notify{notify}, notify.Template, metrics, []*config.Metrics{&metrics},
	}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%08v", "%-20s"} {
		for _, holder := range holders {
			fmt.Fprintf(&out, verb+"\n", holder)
		}
	}
	fmt.Fprintln(&out, fmt.Errorf("log in: %w", errors.Join(fmt.Errorf("with %v: %w", auth, os.ErrPermission), fmt.Errorf("%s", secret))))
	for _, encode := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		text, err := encode(map[string]any{"auth": auth, "all": c, "alone": secret, "notify": notify})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	log := logrus.New()
	log.SetOutput(&out)
	for _, formatter := range []logrus.Formatter{&logrus.JSONFormatter{}, &logrus.TextFormatter{DisableColors: true}} {
		log.SetFormatter(formatter)
		log.WithFields(logrus.Fields{"secret": secret, "auth": auth, "config": c}).WithError(fmt.Errorf("with %v", secret)).Info(secret, auth)
	}
	for _, form := range []string{"hunter2", "68756e74657232", "68756E74657232", "aHVudGVyMg"} {
		if strings.Contains(out.String(), form) {
			at := strings.Index(out.String(), form)
			t.Errorf("there is a secret in the output, as %s: %q", form, out.String()[max(0, at-60):at+len(form)])
		}
	}
	if !strings.Contains(out.String(), "***") {
		t.Error("the output shows no masks: it shows no secrets either")
	}
}
