package artifactory_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

func TestCredentials(t *testing.T) {
	w := start(t, nil)
	w.ExpireToken("old-token")
	literal := outbound.Literal
	for _, c := range []struct {
		name string
		by   outbound.Authorizer
		want error
	}{
		{"password", outbound.Basic("admin", literal("admin")), nil},
		{"token as the password", outbound.Basic("admin", literal("admin-token")), nil},
		{"API key as the password", outbound.Basic("admin", literal("AKCp8admin")), nil},
		{"token", outbound.Bearer(literal("admin-token")), nil},
		{"API key", outbound.APIKey(literal("AKCp8admin")), nil},
		{"wrong password", outbound.Basic("syncer", literal("wrong")), oci.ErrUnauthorized},
		{"unknown token", outbound.Bearer(literal("unknown")), oci.ErrUnauthorized},
		{"expired token", outbound.Bearer(literal("old-token")), oci.ErrUnauthorized},
		{"wrong API key, which is 403", outbound.APIKey(literal("wrong")), oci.ErrUnauthorized},
		{"none", nil, oci.ErrUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := client(t, artifactory.Options{URL: w.url, Authorize: c.by}).Readable(t.Context(), "dev")
			if !errors.Is(err, c.want) {
				t.Errorf("Readable = %v, want %v", err, c.want)
			}
			if c.want != nil && errors.Is(err, oci.ErrDenied) {
				t.Errorf("Readable = %v, want not denied", err)
			}
		})
	}
}

func TestLockedAccounts(t *testing.T) {
	w := start(t, nil)
	for range 5 {
		wrong := client(t, artifactory.Options{URL: w.url, Authorize: outbound.Basic("syncer", outbound.Literal("wrong"))})
		_ = wrong.Readable(t.Context(), "dev")
	}
	if err := w.as("syncer").Readable(t.Context(), "dev"); !errors.Is(err, oci.ErrUnauthorized) {
		t.Errorf("Readable of a locked account = %v, want unauthorized", err)
	}
}

func TestSecretFilesAreReadAgain(t *testing.T) {
	w := start(t, nil)
	file := filepath.Join(t.TempDir(), "token")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := client(t, artifactory.Options{URL: w.url, Authorize: outbound.Bearer(outbound.FromFile(file))})
	if err := c.Readable(t.Context(), "dev"); err == nil || !strings.Contains(err.Error(), "read credentials") || c.Requests().Total != 0 {
		t.Errorf("Readable without the file = %v after %d requests, want an error and none", err, c.Requests().Total)
	}
	write(" \n")
	if err := c.Readable(t.Context(), "dev"); err == nil || !strings.Contains(err.Error(), "is empty") || c.Requests().Total != 0 {
		t.Errorf("Readable with an empty file = %v after %d requests, want an error and none", err, c.Requests().Total)
	}
	write("\tadmin-token\r\n")
	if err := c.Readable(t.Context(), "dev"); err != nil {
		t.Errorf("Readable = %v", err)
	}
	w.ExpireToken("admin-token")
	if err := c.Readable(t.Context(), "dev"); !errors.Is(err, oci.ErrUnauthorized) {
		t.Errorf("Readable with an expired token = %v, want unauthorized", err)
	}
	write("AKCp8admin")
	byKey := client(t, artifactory.Options{URL: w.url, Authorize: outbound.APIKey(outbound.FromFile(file))})
	if err := byKey.Readable(t.Context(), "dev"); err != nil {
		t.Errorf("Readable after the file changed = %v", err)
	}
}

// Neither the server's answer, nor the network, nor a redirect brings a
// credential into an error, and none goes to another host.
func TestErrorsHoldNoSecrets(t *testing.T) {
	const secret = `<hunter2/"é+?%`
	basic := base64.StdEncoding.EncodeToString([]byte("user:" + secret))[:12]
	strangers := 0
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers++ }))
	t.Cleanup(stranger.Close)
	failing := map[string]http.HandlerFunc{
		"401": answer(401, "application/json", `{"errors":[{"message":"Bad Credentials"}]}`), "500": answer(500, "", ""), "page": answer(200, "text/html", "<html>"),
		"not JSON": answer(200, "application/json", "x"), "half": breakOff, "no answer": hangUp, "echo": echo, "JSON echo": echoJSON,
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, strings.Replace(stranger.URL, "://", "://user:"+secret+"@", 1)+"/?token="+secret+"#"+secret, http.StatusTemporaryRedirect)
		},
	}
	for name, h := range failing {
		web := httptest.NewServer(h)
		t.Cleanup(web.Close)
		for way, by := range map[string]outbound.Authorizer{
			"basic": outbound.Basic("user", outbound.Literal(secret)), "bearer": outbound.Bearer(outbound.Literal(secret)),
			"key": outbound.APIKey(outbound.Literal(secret)), "a token that is no header": outbound.Bearer(outbound.Literal(secret + "\n" + secret)),
		} {
			c := client(t, artifactory.Options{URL: web.URL, Authorize: by})
			_, digestErr := c.FileDigest(t.Context(), in("dev", "a"))
			_, listErr := list(t.Context(), c, scan.Query{Repository: "dev"})
			for call, err := range map[string]error{
				"FileDigest": digestErr, "List": listErr,
				"CopyFile": c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1), "PromoteTag": c.PromoteTag(t.Context(), tag("dev"), tag("prod")),
			} {
				if call == "PromoteTag" && strings.Contains(name, "JSON") && err == nil {
					continue // its answer is a text
				}
				if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "user:") || strings.Contains(err.Error(), basic) {
					t.Errorf("%s with %s answered with %s = %v, want an error without the secret", call, way, name, err)
				}
			}
		}
	}
	if strangers > 0 {
		t.Errorf("%d requests went where a redirect leads", strangers)
	}
}

// echo refuses with the request in several spellings, as badly set proxies do.
func echo(w http.ResponseWriter, r *http.Request) {
	_, password, _ := r.BasicAuth()
	inJSON, _ := json.Marshal(password)
	http.Error(w, fmt.Sprintf("%v %s %s %s %q %+q %s %s", r.Header, inJSON, strings.TrimRight(r.Header.Get("Authorization"), "="),
		password, password, password, url.QueryEscape(password), url.PathEscape(password)), http.StatusBadRequest)
}

func echoJSON(w http.ResponseWriter, r *http.Request) {
	message, _ := json.Marshal(fmt.Sprint(r.Header))
	answer(http.StatusOK, "application/json", `{"messages":[{"level":"ERROR","message":`+string(message)+`}]}`)(w, r)
}

func TestErrorsKeepTheWordsAroundASecret(t *testing.T) {
	for _, c := range []struct{ name, secret, said, want string }{
		{"in the middle", "12345678", "what is 12345678?", "what is ***?"},
		{"too short to be told from words", "1234567", "what is 1234567?", "what is 1234567?"},
		{"where the text is cut off", "12345678", strings.Repeat(".", 996) + "12345678", strings.Repeat(".", 996) + "***"},
	} {
		web := httptest.NewServer(answer(http.StatusBadRequest, "text/plain", c.said))
		t.Cleanup(web.Close)
		err := client(t, artifactory.Options{URL: web.URL, Authorize: outbound.APIKey(outbound.Literal(c.secret))}).Ping(t.Context())
		if e, ok := errors.AsType[*outbound.Error](err); !ok || e.Reason() != c.want {
			t.Errorf("%s: Ping = %v, want %q", c.name, err, c.want)
		}
	}
}
