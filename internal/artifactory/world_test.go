package artifactory_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// world is a running Artifactory with users whose passwords are their names:
//
//	admin   everything
//	syncer  reads and deploys everywhere, deletes nowhere
//	owner   reads, annotates, deploys and deletes everywhere
//	partial reads only the images of team/ in dev
type world struct {
	*emulator.Server
	t   *testing.T
	url string
}

// start runs a server with files "repo:path" whose content is their own path.
func start(t *testing.T, change func(*emulator.Options), files ...string) *world {
	t.Helper()
	grant := func(rights access.Right, include ...string) []access.Permission {
		return []access.Permission{{Repositories: []string{"*"}, Rights: rights, Include: include}}
	}
	o := emulator.Options{
		Users: []access.User{
			{Name: "admin", Password: "admin", Admin: true, Tokens: []string{"admin-token"}, APIKey: "AKCp8admin"},
			{Name: "syncer", Password: "syncer", Permissions: grant(access.Read | access.Deploy)},
			{Name: "owner", Password: "owner", Permissions: grant(access.All)},
			{Name: "partial", Password: "partial", Permissions: grant(access.Read, "team/**")},
		},
		Repositories: []emulator.Repository{
			{Key: "dev"}, {Key: "prod"},
			{Key: "files", PackageType: "generic"},
			{Key: "hub", Class: emulator.Remote},
			{Key: "fed", Class: emulator.Federated, PackageType: "oci"},
			{Key: "docker", Class: emulator.Virtual, Members: []string{"dev", "prod"}, DefaultDeployment: "dev"},
		},
	}
	if change != nil {
		change(&o)
	}
	server, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		repo, path, _ := strings.Cut(file, ":")
		server.Tree().Put(repo, path, []byte(path), "ci", nil)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return &world{server, t, web.URL + "/artifactory"}
}

// as is a client of one of the users.
func (w *world) as(user string) *artifactory.Client {
	return client(w.t, artifactory.Options{URL: w.url, Authorize: outbound.Basic(user, outbound.Literal(user))})
}

func client(t *testing.T, o artifactory.Options) *artifactory.Client {
	t.Helper()
	c, err := artifactory.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answering runs a server that gives every request that answer, and returns a
// client of it that does not repeat requests.
func answering(t *testing.T, h http.HandlerFunc) *artifactory.Client {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return client(t, artifactory.Options{URL: web.URL + "/artifactory"})
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// intercept answers the requests of one operation.
func (w *world) intercept(operation string, h http.Handler) {
	w.SetIntercept(func(_ *http.Request, asked string) http.Handler {
		if asked == operation {
			return h
		}
		return nil
	})
}

// files lists what a repository holds.
func (w *world) files(repo string) []string {
	files := []string{}
	w.Tree().Walk(repo, "", func(i tree.Item) bool {
		if !i.Folder {
			files = append(files, i.Path)
		}
		return true
	})
	return files
}

// list returns the rows of a listing as sorted paths, and its error.
func list(ctx context.Context, c *artifactory.Client, q scan.Query) ([]string, error) {
	paths := []string{}
	err := c.List(ctx, q, func(f scan.File) error {
		paths = append(paths, f.Path+"/"+f.Name)
		return nil
	})
	slices.Sort(paths)
	return paths, err
}

func in(repo, path string) repository.File { return repository.File{Repository: repo, Path: path} }

func digest(content string) oci.Digest { return oci.FromBytes([]byte(content)) }

// signature is the folder of a signature tag.
var signature = "team/app/sha256-" + strings.Repeat("ab", 32) + ".sig"

// sleeps is a Sleep that writes down how long, and does not wait.
type sleeps []time.Duration

func (s *sleeps) sleep(ctx context.Context, d time.Duration) error {
	*s = append(*s, d)
	return ctx.Err()
}

// read reads the body of a request and leaves it readable.
func read(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}
