package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// world is a running server with users whose passwords are their names:
//
//	admin   everything
//	reader  reads dev, and nothing else
//	syncer  reads and deploys everywhere, deletes nowhere
//	owner   reads, annotates, deploys and deletes everywhere
type world struct {
	*emulator.Server
	t   *testing.T
	url string
}

// monday is the server's time, in a zone of its own.
func monday() time.Time {
	return time.Date(2026, 8, 17, 12, 34, 56, 789e6, time.FixedZone("", 2*60*60))
}

func defaults() emulator.Options {
	grant := func(rights access.Right, repos ...string) []access.Permission {
		return []access.Permission{{Repositories: repos, Rights: rights}}
	}
	return emulator.Options{
		Users: []access.User{
			{Name: "admin", Password: "admin", Admin: true, Tokens: []string{"admin-token"}, APIKey: "AKCp8admin"},
			{Name: "reader", Password: "reader", Permissions: grant(access.Read, "dev")},
			{Name: "syncer", Password: "syncer", Permissions: grant(access.Read|access.Deploy, "*")},
			{Name: "owner", Password: "owner", Permissions: grant(access.All, "*")},
		},
		Repositories: []emulator.Repository{
			{Key: "dev", Description: "where images are made"},
			{Key: "prod", MaxUniqueTags: 7},
			{Key: "narrow", Includes: []string{"team/**"}, Excludes: []string{"team/secret/**"}},
			{Key: "files", PackageType: "generic"},
			{Key: "hub", Class: emulator.Remote},
			{Key: "fed", Class: emulator.Federated, PackageType: "oci"},
			{Key: "docker", Class: emulator.Virtual, Members: []string{"dev", "prod", "hub"}, DefaultDeployment: "dev"},
			{Key: "closed", Class: emulator.Virtual, Members: []string{"dev"}},
		},
		Now: monday,
	}
}

// start runs a server with the default options, changed by change, and files
// "repo:path" whose content is their own name.
func start(t *testing.T, change func(*emulator.Options), files ...string) *world {
	t.Helper()
	options := defaults()
	if change != nil {
		change(&options)
	}
	s, err := emulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		repo, path, _ := strings.Cut(file, ":")
		s.Tree().Put(repo, path, []byte(file), "ci", nil)
	}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return &world{Server: s, t: t, url: web.URL}
}

type answer struct {
	status int
	header http.Header
	body   string
}

// as sends a request below /artifactory by a user, "" for nobody. Headers are
// "Name: value".
func (w *world) as(user, method, path, body string, headers ...string) answer {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.url+"/artifactory"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if user != "" {
		request.SetBasicAuth(user, user)
	}
	for _, header := range headers {
		if name, value, ok := strings.Cut(header, ": "); ok {
			request.Header.Set(name, value)
		}
	}
	return w.send(request)
}

func (w *world) send(request *http.Request) answer {
	w.t.Helper()
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := stay.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// decode reads a JSON answer.
func (a answer) decode(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("decode %q: %v", a.body, err)
	}
	return v
}

// envelope is the body of an error.
func envelope(status, message string) string {
	quoted, _ := json.Marshal(message)
	return "{\n  \"errors\" : [ {\n    \"status\" : " + status + ",\n    \"message\" : " + string(quoted) + "\n  } ]\n}"
}

// message is the body of a Copy Item with one line.
func message(level, text string) string {
	return "{\n  \"messages\" : [ {\n    \"level\" : \"" + level + "\",\n    \"message\" : \"" + text + "\"\n  } ]\n}"
}

// list shows the files of a repository.
func (w *world) list(repo string) []string {
	files := []string{}
	w.Tree().Walk(repo, "", func(i tree.Item) bool {
		if !i.Folder {
			files = append(files, i.Path)
		}
		return true
	})
	return files
}
