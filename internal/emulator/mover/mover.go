// Package mover is what runs behind Copy Item: where things land, what is
// refused with which words, and what is left behind when some of it is. The
// order of its checks is the server's own, odd codes included.
package mover

import (
	"fmt"
	"math/rand/v2"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Location is an item of a repository; an empty path is the repository's root.
type Location struct {
	Repo, Path string
}

// String writes a location as the server does, "repo:path".
func (l Location) String() string { return l.Repo + ":" + l.Path }

// Rules are what the mover has to ask about the caller and the repositories.
type Rules interface {
	// May tells whether the caller has the right on the path.
	May(right access.Right, repo, path string) bool
	// Admits tells whether the repository's include and exclude patterns let the
	// path in; they bind admins too.
	Admits(repo, path string) bool
	// Veto stands for storage interceptors and user plugins: its error cancels
	// the request and leaves what is already written.
	Veto(repo, path string) error
}

// Request is one Copy Item.
type Request struct {
	From, To Location
	// DryRun checks everything and writes nothing.
	DryRun bool
	// ShallowDryRun makes the dry run of a folder stop at the folder itself, as
	// version 6.20 did.
	ShallowDryRun bool
	// FailFast stops at the first problem.
	FailFast bool
	// SkipReadCheck leaves out the read check on the source, as version 6.20 did.
	SkipReadCheck bool
}

// Problem is one refusal.
type Problem struct {
	Message string
	// Code is the HTTP status that belongs to it; zero when it was reported
	// without one.
	Code int
}

// Result is what a copy did, and what it did not.
type Result struct {
	// Problems are in the order in which they occurred.
	Problems []Problem
	// Files and Folders count what was copied, or would have been.
	Files, Folders int
}

// Status is the HTTP status of the result: the code of the last problem, or
// codeless if that has none, or 200.
func (r Result) Status(codeless int) int {
	if len(r.Problems) == 0 {
		return 200
	}
	if code := r.Problems[len(r.Problems)-1].Code; code != 0 {
		return code
	}
	return codeless
}

// Copy carries out the request in the store. The source must exist. Children
// of a folder are visited in an order drawn from random, for the server
// promises none. The error is the veto that cancelled the request.
func Copy(store *tree.Store, rules Rules, random *rand.Rand, request Request) (Result, error) {
	source, ok := store.Stat(request.From.Repo, request.From.Path)
	if !ok {
		return Result{}, fmt.Errorf("copy %s: no such item", request.From)
	}
	run := run{store: store, rules: rules, random: random, request: request, children: map[string][]tree.Item{}}
	run.snapshot()
	target := Land(store, source, request.To)
	if request.To == request.From || target == request.From {
		run.refuse(0, "%s", SameMessage(request.From))
		return run.result, nil
	}
	err := run.item(source, target.Path)
	return run.result, err
}

// SameMessage is what the server says of a copy onto itself.
func SameMessage(from Location) string {
	return fmt.Sprintf("Skipping copy %s: Destination and source are the same", from)
}

// Land tells where the source really goes: into the target when that is an
// existing folder, onto it otherwise. This happens once, at the top.
func Land(store *tree.Store, source tree.Item, target Location) Location {
	there, ok := store.Stat(target.Repo, target.Path)
	if !ok || !there.Folder {
		return target
	}
	return Location{Repo: target.Repo, Path: tree.Clean(target.Path + "/" + source.Name())}
}
