package mover

import (
	"math/rand/v2"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// internalFolder holds the server's own indexes. A copy of a whole repository
// leaves it out, for what is indexed there is not at the target by that.
const internalFolder = ".jfrog"

// run is one copy under way.
type run struct {
	store   *tree.Store
	rules   Rules
	random  *rand.Rand
	request Request
	// children holds the source's items by their folder. They are read before
	// anything is written: a folder copied into itself would never end.
	children map[string][]tree.Item
	result   Result
}

func (r *run) snapshot() {
	from := r.request.From
	r.store.Walk(from.Repo, from.Path, func(i tree.Item) bool {
		if i.Path != from.Path && i.Path != internalFolder {
			r.children[i.Dir()] = append(r.children[i.Dir()], i)
		}
		return true
	})
}

func (r *run) item(from tree.Item, to string) error {
	if from.Folder {
		return r.folder(from, to)
	}
	return r.file(from, to)
}

func (r *run) file(from tree.Item, to string) error {
	if !r.allowed(from, to) {
		return nil
	}
	if err := r.rules.Veto(r.request.To.Repo, to); err != nil {
		return err
	}
	r.place(from, to)
	r.result.Files++
	return nil
}

func (r *run) folder(from tree.Item, to string) error {
	if !r.allowed(from, to) {
		if !r.isFolder(to) {
			r.refuse(0, "Cannot create/override the path '%s'. Skipping this path and all its children.", r.at(to))
		}
		return nil
	}
	if err := r.rules.Veto(r.request.To.Repo, to); err != nil {
		return err
	}
	if r.request.DryRun && r.request.ShallowDryRun {
		return nil
	}
	r.place(from, to)
	r.result.Folders++
	return r.contents(from, to)
}

// contents copies what is in a folder. A target folder that is empty because
// every child was refused does not stay.
func (r *run) contents(from tree.Item, to string) error {
	children := r.children[from.Path]
	r.random.Shuffle(len(children), func(i, j int) { children[i], children[j] = children[j], children[i] })
	for _, child := range children {
		if r.request.FailFast && len(r.result.Problems) > 0 {
			break
		}
		if err := r.item(child, tree.Clean(to+"/"+child.Name())); err != nil {
			return err
		}
	}
	if len(children) > 0 && !r.request.DryRun && len(r.store.Children(r.request.To.Repo, to)) == 0 {
		r.store.Delete(r.request.To.Repo, to)
	}
	return nil
}

// place writes one node. A repository's root is there already and stays as it is.
func (r *run) place(from tree.Item, to string) {
	if !r.request.DryRun && to != "" {
		r.store.Place(r.request.To.Repo, to, from)
	}
}

func (r *run) isFolder(path string) bool {
	i, ok := r.store.Stat(r.request.To.Repo, path)
	return ok && i.Folder
}

func (r *run) at(path string) Location { return Location{Repo: r.request.To.Repo, Path: path} }
