//go:build k8s

package kubernetes_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// The pod has no credentials but a token of its service account, which the API server vouches for, for one audience alone.
func TestIdentity(t *testing.T) {
	t.Parallel()
	const audience = "artifactory.test"
	h := newHouse(t)
	signature := h.promoted("team/app")
	var guard sync.Mutex
	var users []string
	h.emulator.SetIntercept(func(_ *http.Request, operation string) http.Handler {
		if operation != "oidc" {
			return nil
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var asked struct {
				Token string `json:"subject_token"`
			}
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			guard.Lock()
			defer guard.Unlock()
			users = append(users, h.review(r.Context(), asked.Token, audience), h.review(r.Context(), asked.Token, ""))
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300})
		})
	})
	h.install("helm", h.write(strings.Join([]string{
		"suspend: true",
		"credentials: {serviceAccountToken: {enabled: true, audience: " + audience + "}}",
		"config: {servers: {main: {url: \"" + h.url + "\", auth: {token_file: null, " +
			"oidc: {provider: k8s, token_file: /var/run/secrets/sigsync-identity/token, audience: " + audience + "}}}}}",
	}, "\n")))
	h.must("kubectl", "create", "job", "now", "--from=cronjob/"+release)
	if job := h.awaitJob("now"); job.condition("Complete") != "True" || !h.holds(signature) {
		t.Fatalf("the Job failed, or left the signature: %v\n%s", job, h.story())
	}
	guard.Lock()
	defer guard.Unlock()
	if len(users) < 2 || users[0] != "system:serviceaccount:"+h.namespace+":"+release || users[1] != "" {
		t.Errorf("the pod's token is of %q for %s and for the Kubernetes API, want of its service account for the first alone", users, audience)
	}
}

// review asks the API server whose token this is, for an audience or, where there is none, for itself; nobody's is empty.
func (h *house) review(ctx context.Context, of, audience string) string {
	spec := map[string]any{"token": of}
	if audience != "" {
		spec["audiences"] = []any{audience}
	}
	content, err := json.Marshal(object{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec})
	if err != nil {
		return err.Error()
	}
	body, err := cluster.admin.ask(ctx, http.MethodPost, "/apis/authentication.k8s.io/v1/tokenreviews", content)
	if err != nil {
		return err.Error()
	}
	defer body.Close()
	var answer object
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return err.Error()
	}
	return answer.text("status.user.username")
}
