package config_test

import (
	"encoding/json"
	"fmt"
	"testing"

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
