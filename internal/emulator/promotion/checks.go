package promotion

import (
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// mayBegin checks the repositories as a whole.
func (p *promotion) mayBegin() error {
	if !p.rules.MaySomewhere(access.Deploy, p.TargetRepo) {
		return refuse(http.StatusForbidden, "No permission to write to the target repository '%s'. Promotion aborted", p.TargetRepo)
	}
	if !p.rules.MaySomewhere(access.Read, p.SourceRepo) {
		return p.unreadable()
	}
	return nil
}

// mayPromote checks one part. Replacing what is at the target takes the right
// to delete, as it does for Copy Item, whose machinery this is.
func (p *promotion) mayPromote(part part) error {
	needed := access.Annotate | access.Deploy
	if _, exists := p.store.Stat(p.TargetRepo, part.to); exists {
		needed |= access.Delete
	}
	switch {
	case !p.rules.May(access.Read, p.SourceRepo, part.from):
		return p.unreadable()
	case !p.rules.Admits(p.TargetRepo, part.to):
		return refuse(http.StatusForbidden, "The repository '%s' rejected the resolution of artifact in path '%s' due to a conflict with its include/exclude patterns.", p.TargetRepo, part.to)
	case !p.inPlace(part) && !p.rules.May(needed, p.TargetRepo, part.to):
		return refuse(http.StatusForbidden, "User doesn't have permissions to annotate/write in '%s/%s'. Promotion aborted", p.TargetRepo, part.to)
	}
	return nil
}

func (p *promotion) unreadable() error {
	return refuse(http.StatusForbidden, "No permission to read from the source repository '%s'. Promotion aborted", p.SourceRepo)
}

// inPlace tells of a part that is where it goes: the children of an index that
// is only given another tag.
func (p *promotion) inPlace(part part) bool {
	return p.SourceRepo == p.TargetRepo && part.from == part.to
}
