package mover

import (
	"fmt"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// allowed makes the server's checks of one item, in the server's order, and
// reports the first that fails.
func (r *run) allowed(from tree.Item, to string) bool {
	repo := r.request.To.Repo
	switch {
	case !r.request.SkipReadCheck && !r.rules.May(access.Read, from.Repo, from.Path):
		r.refuse(http.StatusForbidden, "User doesn't have permissions to read '%s:%s'. Needs read permissions.", from.Repo, from.Path)
	case !r.rules.Admits(repo, to):
		r.refuse(http.StatusForbidden, "The repository '%s' rejected the resolution of artifact in path '%s' due to a conflict with its include/exclude patterns.", repo, to)
	default:
		target, exists := r.store.Stat(repo, to)
		if exists {
			return r.mayReplace(from, target)
		}
		return r.mayCreate(to)
	}
	return false
}

// mayReplace checks an item that exists at the target: also a folder into
// which another is merged. The missing right has the code 401, not 403.
func (r *run) mayReplace(from, target tree.Item) bool {
	at := r.at(target.Path)
	switch {
	case !r.rules.May(access.Delete, target.Repo, target.Path):
		r.refuse(http.StatusUnauthorized, "User doesn't have permissions to override '%s'. Needs delete permissions.", at)
	case from.Folder && !target.Folder:
		r.refuse(http.StatusBadRequest, "Can't move folder under file '%s'.", at)
	case !from.Folder && target.Folder:
		r.refuse(0, "Expected a file but found a folder, at: %s", at)
	default:
		return true
	}
	return false
}

func (r *run) mayCreate(to string) bool {
	if file, blocked := r.fileAbove(to); blocked {
		r.refuse(0, "Expected a folder but found a file, at: %s", r.at(file))
		return false
	}
	if !r.rules.May(access.Deploy, r.request.To.Repo, to) {
		r.refuse(http.StatusForbidden, "User doesn't have permissions to create '%s'. Needs write permissions.", r.at(to))
		return false
	}
	return true
}

// fileAbove finds a file where a parent folder of the path would have to be.
func (r *run) fileAbove(path string) (string, bool) {
	for n := range path {
		if path[n] != '/' {
			continue
		}
		if i, ok := r.store.Stat(r.request.To.Repo, path[:n]); ok && !i.Folder {
			return path[:n], true
		}
	}
	return "", false
}

func (r *run) refuse(code int, format string, args ...any) {
	r.result.Problems = append(r.result.Problems, Problem{Message: fmt.Sprintf(format, args...), Code: code})
}
