package mover_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/mover"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// world is a store with rules that a test can take rights away from.
type world struct {
	*tree.Store
	user     access.User
	excluded string
	veto     func(path string) error
}

// newWorld fills a store: "repo:path" is a file with its own path as content,
// "repo:path/" an empty folder, "repo:" an empty repository.
func newWorld(items ...string) *world {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := tree.New(func() time.Time { at = at.Add(time.Second); return at })
	for _, item := range items {
		repo, path, _ := strings.Cut(item, ":")
		s.AddRepository(repo)
		switch {
		case path == "":
		case strings.HasSuffix(path, "/"):
			s.MakeFolder(repo, path)
		default:
			s.Put(repo, path, []byte(item), "ci", map[string][]string{"from": {item}})
		}
	}
	return &world{Store: s, user: access.User{Admin: true}}
}

// user is somebody who has the rights everywhere in the repositories.
func user(rights access.Right, repos ...string) access.User {
	return access.User{Permissions: []access.Permission{{Repositories: repos, Rights: rights}}}
}

func (w *world) May(right access.Right, repo, path string) bool {
	return w.user.May(right, repo, path)
}

func (w *world) Admits(_, path string) bool {
	return w.excluded == "" || !strings.HasPrefix(path, w.excluded)
}

func (w *world) Veto(_, path string) error {
	if w.veto == nil {
		return nil
	}
	return w.veto(path)
}

func (w *world) copy(t *testing.T, from, to string, options ...func(*mover.Request)) mover.Result {
	t.Helper()
	result, err := w.try(from, to, options...)
	if err != nil {
		t.Fatalf("Copy(%s, %s): %v", from, to, err)
	}
	return result
}

func (w *world) try(from, to string, options ...func(*mover.Request)) (mover.Result, error) {
	request := mover.Request{From: at(from), To: at(to)}
	for _, option := range options {
		option(&request)
	}
	return mover.Copy(w.Store, w, rand.New(rand.NewPCG(1, 2)), request)
}

func at(location string) mover.Location {
	repo, path, _ := strings.Cut(location, ":")
	return mover.Location{Repo: repo, Path: tree.Clean(path)}
}

// list shows what a repository holds, folders with a trailing slash.
func (w *world) list(repo string) []string {
	paths := []string{}
	w.Walk(repo, "", func(i tree.Item) bool {
		switch {
		case i.Path == "":
		case i.Folder:
			paths = append(paths, i.Path+"/")
		default:
			paths = append(paths, i.Path)
		}
		return true
	})
	return slices.Clip(paths)
}

func summary(r mover.Result) []string {
	lines := []string{fmt.Sprintf("%d files, %d folders, status %d", r.Files, r.Folders, r.Status(500))}
	for _, p := range r.Problems {
		lines = append(lines, fmt.Sprintf("%d %s", p.Code, p.Message))
	}
	return lines
}
