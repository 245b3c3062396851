package artifactory_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// The traps that a client of a real server must survive, by their numbers in
// the facts that this project collected about Artifactory.
func TestTraps(t *testing.T) {
	for _, c := range []struct {
		name string
		test func(t *testing.T)
	}{
		{"trap 1: a copy does not nest, whatever is at the target", trapNesting},
		{"trap 2: a missing source is not found, though it answers 400 or 200", trapMissingSource},
		{"trap 3: 401 for a missing delete right is denied, not a login failure", trapMissingDelete},
		{"trap 4: 500 with messages is a final refusal, not an outage", trapVerdictWith500},
		{"trap 5: 200 with an error among the messages is a refusal", trapRefusalWith200},
		{"trap 6: a listing shows the files of a folder, not that it is whole", trapPartialFolder},
		{"trap 7: an identical copy again needs the right to delete", trapCopyAgain},
		{"trap 8: a listing tells signatures apart by the manifest's digest", trapMutableSignature},
		{"trap 9: rows that a permission filter took out are not the end of the list", trapFilteredRows},
		{"trap 10: the query asks for what it needs, and neither sorts nor pages", trapQuery},
		{"trap 11: a trimmed or broken listing is an error", trapTrimmed},
		{"trap 12: an unknown repository is an empty listing and no repository", trapUnknownRepository},
		{"trap 13: timestamps take no part in a listing", trapTimestamps},
		{"trap 14: only a 404 of the REST API means not found", trap404},
		{"trap 15: a redirect never turns a POST into a GET", trapRedirect},
	} {
		t.Run(c.name, c.test)
	}
}

func trapNesting(t *testing.T) {
	manifest := signature + "/manifest.json"
	for name, present := range map[string][]string{
		"neither image nor tag": nil,
		"the image":             {"team/app/1.0/manifest.json"},
		"the tag":               {signature + "/sha256__" + strings.Repeat("0", 64)},
		"the file":              {manifest},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, nil, "dev:"+manifest)
			for _, path := range present {
				w.Tree().Put("prod", path, []byte("old"), "ci", nil)
			}
			if err := w.as("owner").CopyFile(t.Context(), in("dev", manifest), in("prod", manifest), 1); err != nil {
				t.Fatalf("CopyFile = %v", err)
			}
			want := slices.Sorted(slices.Values(append(present, manifest)))
			if diff := cmp.Diff(slices.Compact(want), w.files("prod")); diff != "" {
				t.Errorf("files at the target (-want +got):\n%s", diff)
			}
			if got, err := w.as("owner").FileDigest(t.Context(), in("prod", manifest)); got != digest(manifest) || err != nil {
				t.Errorf("FileDigest = %s, %v, want the source's", got.Short(), err)
			}
		})
	}
}

func trapMissingSource(t *testing.T) {
	for _, warns := range []bool{false, true} {
		w := start(t, func(o *emulator.Options) { o.Quirks.MissingSourceWarns = warns })
		err := w.as("owner").CopyFile(t.Context(), in("dev", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1)
		var e *outbound.Error
		if !errors.Is(err, oci.ErrNotFound) || !errors.As(err, &e) || e.Side != "source" {
			t.Errorf("CopyFile with MissingSourceWarns %t = %v, want not found at the source", warns, err)
		}
	}
	err := start(t, nil).as("owner").CopyFile(t.Context(), in("nowhere", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1)
	if err == nil || errors.Is(err, oci.ErrNotFound) {
		t.Errorf("CopyFile from no repository = %v, want an error that says nothing about the file", err)
	}
}

func trapMissingDelete(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json", "prod:app/1.0/manifest.json")
	err := w.as("syncer").CopyFile(t.Context(), in("dev", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1)
	var e *outbound.Error
	if !errors.As(err, &e) || e.Status != http.StatusUnauthorized || e.Side != "target" {
		t.Fatalf("CopyFile = %v, want 401 about the target", err)
	}
	if !errors.Is(err, oci.ErrDenied) || errors.Is(err, oci.ErrUnauthorized) {
		t.Errorf("CopyFile = %v, want denied and not unauthorized", err)
	}
	want := "User doesn't have permissions to override 'prod:app/1.0/manifest.json'. Needs delete permissions."
	if e.Reason() != want {
		t.Errorf("Reason = %q, want %q", e.Reason(), want)
	}
}

func trapVerdictWith500(t *testing.T) {
	for _, codeless409 := range []bool{false, true} {
		w := start(t, func(o *emulator.Options) { o.Quirks.CodelessIs409 = codeless409 },
			"dev:app/1.0/manifest.json", "prod:app")
		err := w.as("owner").CopyFile(t.Context(), in("dev", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1)
		if err == nil || errors.Is(err, oci.ErrUnavailable) || !strings.Contains(err.Error(), "Expected a folder but found a file") {
			t.Errorf("CopyFile = %v, want a refusal in the server's words that is no outage", err)
		}
	}
	denied := answering(t, answer(http.StatusInternalServerError, "application/json",
		`{"messages":[{"level":"error","message":"Cannot create/override the path 'prod:app'. Skipping this path and all its children."}]}`))
	if err := denied.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1); !errors.Is(err, oci.ErrDenied) {
		t.Errorf("CopyFile = %v, want denied", err)
	}
}

func trapRefusalWith200(t *testing.T) {
	for body, want := range map[string]error{
		`{"messages":[{"level":"ERROR","message":"User doesn't have permissions to create 'prod:a'. Needs write permissions."}]}`:                           oci.ErrDenied,
		`{"messages":[{"level":"Warning","message":"Could not find item at dev:a"}]}`:                                                                       oci.ErrNotFound,
		`{"messages":[{"level":"INFO","message":"done"},{"level":"WARN","message":"User doesn't have permissions to override. Needs delete permissions"}]}`: oci.ErrDenied,
		`{"errors":[{"status":403,"message":"doesn't have permissions"}]}`:                                                                                  oci.ErrDenied,
		`{"messages":[{"level":"info"`: oci.ErrIncomplete,
		"copied":                       oci.ErrIncomplete,
		"":                             oci.ErrIncomplete,
	} {
		c := answering(t, answer(http.StatusOK, "application/json", body))
		if err := c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1); !errors.Is(err, want) {
			t.Errorf("CopyFile answered with %s = %v, want %v", body, err, want)
		}
	}
	c := answering(t, answer(http.StatusOK, "application/json", `{"messages":[{"level":"info","message":"copying dev:a to prod:a completed successfully"}]}`))
	if err := c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1); err != nil {
		t.Errorf("CopyFile = %v, want nil", err)
	}
}

func trapPartialFolder(t *testing.T) {
	blob := signature + "/sha256__" + digest("payload").Hex()
	w := start(t, nil, "dev:"+signature+"/manifest.json")
	w.Tree().Put("prod", blob, []byte("payload"), "ci", nil)
	for repo, want := range map[string][]string{"dev": {signature + "/manifest.json"}, "prod": {blob}} {
		got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: repo})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("List(%s) = %v (-want +got):\n%s", repo, err, diff)
		}
	}
	if _, err := w.as("syncer").FileDigest(t.Context(), in("prod", signature+"/manifest.json")); !errors.Is(err, oci.ErrNotFound) {
		t.Errorf("FileDigest of the manifest that is not there = %v, want not found", err)
	}
}

func trapCopyAgain(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json")
	copyIt := func() error {
		return w.as("syncer").CopyFile(t.Context(), in("dev", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1)
	}
	if err := copyIt(); err != nil {
		t.Fatalf("first CopyFile = %v", err)
	}
	if err := copyIt(); !errors.Is(err, oci.ErrDenied) {
		t.Errorf("second CopyFile = %v, want denied", err)
	}
}

func trapMutableSignature(t *testing.T) {
	w := start(t, nil)
	w.Tree().Put("dev", signature+"/manifest.json", []byte("two signers"), "ci", nil)
	w.Tree().Put("prod", signature+"/manifest.json", []byte("one signer"), "ci", nil)
	for repo, content := range map[string]string{"dev": "two signers", "prod": "one signer"} {
		var got []scan.File
		err := w.as("syncer").List(t.Context(), scan.Query{Repository: repo}, func(f scan.File) error {
			got = append(got, f)
			return nil
		})
		want := []scan.File{{Path: signature, Name: "manifest.json", Digest: digest(content), Size: int64(len(content))}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("List(%s) = %v (-want +got):\n%s", repo, err, diff)
		}
	}
}

func trap404(t *testing.T) {
	at := in("dev", "app/1.0/manifest.json")
	for _, c := range []struct {
		name          string
		hide          bool
		user, context string
		want, not     error
	}{
		{"absent", false, "admin", "", oci.ErrNotFound, oci.ErrUnavailable},
		{"hidden", true, "partial", "", oci.ErrNotFound, oci.ErrDenied},
		{"not hidden", false, "partial", "", oci.ErrDenied, oci.ErrNotFound},
		{"a wrong context path", false, "admin", "/wrong", oci.ErrUnavailable, oci.ErrNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(o *emulator.Options) { o.HideUnauthorized = c.hide })
			if c.user == "partial" {
				w.Tree().Put("dev", at.Path, []byte("m"), "ci", nil)
			}
			w.url += c.context
			if c.context != "" {
				w.url = strings.Replace(w.url, "/artifactory", "", 1)
			}
			if _, err := w.as(c.user).FileDigest(t.Context(), at); !errors.Is(err, c.want) || errors.Is(err, c.not) {
				t.Errorf("FileDigest = %v, want %v", err, c.want)
			}
		})
	}
}

func trapRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var followed []string
		elsewhere := answering(t, func(_ http.ResponseWriter, r *http.Request) { followed = append(followed, r.Method) })
		c := answering(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL()+"/api/copy", status)
		})
		for name, call := range map[string]func(context.Context) error{
			"CopyFile":   func(ctx context.Context) error { return c.CopyFile(ctx, in("dev", "a"), in("prod", "a"), 1) },
			"PromoteTag": func(ctx context.Context) error { return c.PromoteTag(ctx, tag("dev"), tag("prod")) },
			"List": func(ctx context.Context) error {
				_, err := list(ctx, c, scan.Query{Repository: "dev"})
				return err
			},
			"Ping": c.Ping,
		} {
			err := call(t.Context())
			if err == nil || !strings.Contains(err.Error(), "it redirects to "+elsewhere.URL()) || errors.Is(err, oci.ErrNotFound) {
				t.Errorf("%s redirected with %d = %v, want an error that says where to", name, status, err)
			}
		}
		if len(followed) > 0 {
			t.Errorf("%d was followed: %v", status, followed)
		}
	}
}

func tag(repo string) repository.Tag {
	return repository.Tag{Repository: repo, Image: "team/app", Tag: signature[len("team/app/"):]}
}
