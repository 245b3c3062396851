package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
)

const rightExchange = `{"grant_type":"urn:ietf:params:oauth:grant-type:token-exchange","subject_token_type":"urn:ietf:params:oauth:token-type:id_token",` +
	`"subject_token":"identity","provider_name":"k8s","audience":"acme"}`

// exchange asks outside the context path.
func (w *world) exchange(body string) (int, string) {
	w.t.Helper()
	answer, err := http.Post(w.url+"/access/api/v1/oidc/token", "application/json", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func exchanging(now func() time.Time) func(*emulator.Options) {
	return func(o *emulator.Options) {
		o.Now = now
		o.OIDC = []emulator.Identity{{Provider: "k8s", Token: "identity", Audience: "acme", User: "syncer", Lifetime: time.Minute}}
	}
}

func TestTokenExchange(t *testing.T) {
	var passed atomic.Int64
	w := start(t, exchanging(func() time.Time { return monday().Add(time.Duration(passed.Load())) }))
	token := func() string {
		t.Helper()
		status, body := w.exchange(rightExchange)
		var got map[string]any
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK {
			t.Fatalf("exchange = %d %s", status, body)
		}
		token, _ := got["access_token"].(string)
		delete(got, "access_token")
		want := map[string]any{
			"issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer", "expires_in": 60.0,
			"scope": "applied-permissions/user", "username": "syncer",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("6.2 exchange (-want +got):\n%s", diff)
		}
		return token
	}
	holds := func(token string, want int) {
		t.Helper()
		got := w.try("Authorization: Bearer " + token)
		if got.status != want || want == http.StatusUnauthorized && got.body != envelope("401", "Token failed verification: expired") {
			t.Errorf("6.4 a token = %d %s, want %d", got.status, got.body, want)
		}
	}
	first := token()
	passed.Store(int64(time.Minute - 1))
	holds(first, http.StatusOK)
	passed.Store(int64(time.Minute))
	holds(first, http.StatusUnauthorized)
	second := token()
	holds(second, http.StatusOK)
	w.ExpireExchanged()
	holds(second, http.StatusUnauthorized)
	holds(token(), http.StatusOK)
}

func TestTokenExchangeRefuses(t *testing.T) {
	w := start(t, exchanging(monday))
	for change, want := range map[string]int{
		`"identity" "other"`: 401, `"k8s" "other"`: 401, `"acme" "other"`: 401,
		`token-exchange password`: 400, `id_token jwt`: 400, `{ [`: 400,
	} {
		from, to, _ := strings.Cut(change, " ")
		status, body := w.exchange(strings.Replace(rightExchange, from, to, 1))
		if status != want || !strings.Contains(body, `"code"`) || !strings.Contains(body, `"message"`) {
			t.Errorf("6.2 exchange with %s = %d %s, want %d", change, status, body, want)
		}
	}
	if got := w.as("", http.MethodPost, "/access/api/v1/oidc/token", rightExchange); got.status == http.StatusOK {
		t.Errorf("6.2 exchange below the context path = %d, want a refusal", got.status)
	}
}

func TestIdentitiesAreChecked(t *testing.T) {
	for _, i := range []emulator.Identity{
		{Token: "t", User: "syncer"}, {Provider: "p", User: "syncer"}, {Provider: "p", Token: "t"},
		{Provider: "p", Token: "t", User: "nobody"}, {Provider: "p", Token: "t", User: "anonymous"},
		{Provider: "p", Token: "t", User: "syncer", Lifetime: -1},
	} {
		o := defaults()
		o.OIDC = []emulator.Identity{i}
		if _, err := emulator.New(o); err == nil {
			t.Errorf("New with %+v = nil, want an error", i)
		}
	}
}
