package registry_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
)

// storage takes note of the credentials that reach it.
type storage struct {
	http.Handler
	headers []http.Header
}

func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.headers = append(s.headers, r.Header)
	s.Handler.ServeHTTP(w, r)
}

// Blobs are where a redirect leads to, and credentials stay.
func TestBlobsElsewhere(t *testing.T) {
	for status := range map[int]bool{301: true, 302: true, 303: true, 307: true, 308: true} {
		for name, o := range map[string]registry.Options{
			"password": {Artifactory: true, Authorize: outbound.Basic("user", outbound.Literal("password"))},
			"token":    {Artifactory: true, Authorize: outbound.Bearer(outbound.Literal("secret-token"))},
			"API key":  {Artifactory: true, Authorize: outbound.APIKey(outbound.Literal("secret-key"))},
			"registry": {Credentials: literal("user", "password")},
			"literal":  {Credentials: registry.Credentials{Token: outbound.Literal("secret-token")}},
		} {
			store := &storage{Handler: answer(200, "", blobText)}
			// The way leads over two places of another port of the same host, and then
			// to a third: nothing may come back on it.
			elsewhere := serve(t, store)
			via := serve(t, &storage{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				store.headers = append(store.headers, r.Header)
				if r.URL.Path != "/second" {
					http.Redirect(w, r, "/second?signature=secret", status)
					return
				}
				http.Redirect(w, r, elsewhere+"/blob?signature=secret", status)
			})})
			o.URL = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization")+r.Header.Get("X-JFrog-Art-Api") == "" {
					with(answer(401, "", ""), "WWW-Authenticate", `Basic realm="r"`)(w, r)
					return
				}
				http.Redirect(w, r, via+"/blob?signature=secret", status)
			}))
			c := client(t, o)
			if text, err := readBlob(t.Context(), c, app("dev"), pushed()); text != blobText || err != nil {
				t.Errorf("Blob redirected with %d = %q, %v, want %q", status, text, err, blobText)
			}
			if has, err := c.HasBlob(t.Context(), app("dev"), pushed()); !has || err != nil {
				t.Errorf("HasBlob redirected with %d = %t, %v, want true", status, has, err)
			}
			if len(store.headers) != 6 {
				t.Errorf("%d requests went where the redirects lead, want 6", len(store.headers))
			}
			for _, h := range store.headers {
				if h.Get("Authorization")+h.Get("X-JFrog-Art-Api")+h.Get("Cookie") != "" {
					t.Errorf("a redirect with %d took the %s along: %v", status, name, h)
				}
			}
		}
	}
}

// A redirect's URL is as good as a password while it lasts.
func TestErrorsElsewhere(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"refused": answer(403, "application/xml", "<Error>"), "no answer": hangUp, "half": breakOff, "an outage": answer(503, "", ""),
		"a login": with(answer(401, "", ""), "WWW-Authenticate", `Basic realm="r"`),
		"a circle": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"?signature=hunter2", http.StatusFound)
		},
		"no URL": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://%hunter2")
			w.WriteHeader(http.StatusFound)
		},
	} {
		elsewhere := serve(t, h)
		c := client(t, registry.Options{
			Credentials: literal("user", "password"),
			URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere+"/blob?signature=hunter2", http.StatusFound)
			})),
		})
		text, err := readBlob(t.Context(), c, app("dev"), pushed())
		if err == nil || text == blobText || strings.Contains(err.Error(), "hunter2") || errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Blob with %s elsewhere = %q, %v, want an error without the signature", name, text, err)
		}
		if err != nil && (name == "a circle" || name == "no URL") && !strings.Contains(err.Error(), "it redirects") {
			t.Errorf("Blob with %s elsewhere = %v, want that it is a redirect", name, err)
		}
	}
}

// What began in secret does not go on in clear.
func TestRedirectsStayEncrypted(t *testing.T) {
	asked := 0
	plain := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain, http.StatusFound) }))
	t.Cleanup(web.Close)
	c := client(t, registry.Options{URL: web.URL, Transport: web.Client().Transport})
	if _, err := c.Blob(t.Context(), app("dev"), pushed()); err == nil || asked > 0 {
		t.Errorf("Blob = %v after %d requests in clear, want an error and none", err, asked)
	}
}
