package emulator

import (
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/mover"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// copyRequest reads the request's path and parameters.
func (s *Server) copyRequest(c *call) (mover.Request, error) {
	q := s.options.Quirks
	request := mover.Request{
		From: location(c.address.path), To: location(c.query.Get("to")),
		ShallowDryRun: q.ShallowDryRun, SkipReadCheck: q.NoSourceReadCheck,
	}
	numbers := map[string]int{"dry": 0, "failFast": 0, "suppressLayouts": 1, "atomic": 0}
	for name, otherwise := range numbers {
		n, err := integer(c.query, name, otherwise)
		if err != nil {
			return request, s.badInteger()
		}
		numbers[name] = n
	}
	request.DryRun, request.FailFast = numbers["dry"] != 0, numbers["failFast"] != 0
	if r, ok := s.repositories.find(request.From.Repo); ok && r.Class == Remote && q.CopyFromRemoteKey {
		request.From.Repo += cacheSuffix
	}
	return request, nil
}

func (s *Server) badInteger() error {
	if s.options.Quirks.BadIntegerIs400 {
		return refuse(http.StatusBadRequest, "Bad Request")
	}
	return refuse(http.StatusNotFound, "Not Found")
}

func internalBlocked() error {
	return refuse(http.StatusNotFound, "Internal metadata request blocked")
}

func location(text string) mover.Location {
	repo, path, _ := strings.Cut(tree.Clean(text), "/")
	return mover.Location{Repo: repo, Path: path}
}

// checkEnds checks what does not depend on items, in the server's order. Its
// refusals are 400, absent repositories included.
func (s *Server) checkEnds(c *call, request mover.Request) error {
	from, to := request.From, request.To
	if to.Repo == "" {
		return refuse(http.StatusBadRequest, "Target repository key is empty")
	}
	if _, _, ok := s.repositories.holder(from.Repo); !ok {
		return refuse(http.StatusBadRequest, "Local repository %s not found (repository is not local or doesn't exist)", from.Repo)
	}
	if err := s.checkTarget(from, to); err != nil {
		return err
	}
	if from == to && !s.options.Quirks.SameSourceIs500 {
		return refuse(http.StatusBadRequest, "%s", mover.SameMessage(from))
	}
	if c.caller.anonymous && !c.caller.MaySomewhere(access.Deploy, to.Repo) {
		return unauthorized("Unauthorized")
	}
	return nil
}

func (s *Server) checkTarget(from, to mover.Location) error {
	if internal(to.Path) {
		return internalBlocked()
	}
	switch _, cache, ok := s.repositories.holder(to.Repo); {
	case ok && cache:
		return refuse(http.StatusBadRequest, "Target repository %s is a cache repository. copy to cache repositories is not allowed.", to.Repo)
	case ok:
		return nil
	}
	if _, ok := s.repositories.find(to.Repo); ok {
		return refuse(http.StatusBadRequest, "Target repository %s is a virtual repository. copy/move to virtual repositories is not allowed.", to.Repo)
	}
	if s.options.Quirks.LongTargetMissing {
		return refuse(http.StatusBadRequest, "Could not calculate repo path from src=%s, target=%s: repository %s not found", from, to, to.Repo)
	}
	return refuse(http.StatusBadRequest, "Repository '%s' not found!", to.Repo)
}
