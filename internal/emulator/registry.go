package emulator

import (
	"errors"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// newRegistry makes the registry API of a server.
func newRegistry(s *Server) *docker.API {
	q := s.options.Quirks
	return docker.New(backend{s}, docker.Options{
		FilterDigestTags: !q.DigestTagsListed, BlobMount: q.BlobMount, LeaveUploads: q.LeaveUploads,
		ReferrersPage: s.options.ReferrersPage, LyingReferrers: q.LyingReferrers,
		SilentSubject: q.SilentSubject, SubjectWithoutReferrers: q.SubjectWithoutReferrers,
		BearerReferrers: q.BearerReferrers, CatalogStatus: q.CatalogStatus,
		Observe: s.manifestChanged,
	})
}

// serveRegistry answers docker clients. A locked-out user does not get as far
// as the registry.
func (s *Server) serveRegistry(w http.ResponseWriter, r *http.Request, a address, l login) {
	var refused *refusal
	if errors.As(l.err, &refused) && refused.status == http.StatusForbidden {
		fail(w, refused)
		return
	}
	if s.options.Edition == EditionOSS {
		fail(w, refuse(http.StatusBadRequest, "Unsupported docker repository request for '%s'", a.repo))
		return
	}
	if a.area == registryRoot {
		s.registry.ServeRoot(w, r, a.path)
		return
	}
	s.registry.ServeRepository(w, r, a.repo, a.path, a.pathForm)
}

// unsupportedRegistry answers what is below a registry's address but not
// below its /v2.
func (s *Server) unsupportedRegistry(c *call) error {
	return refuse(http.StatusBadRequest, "Unsupported docker repository request for '%s'", c.address.repo)
}

// backend is the server as the registry API needs it.
type backend struct{ *Server }

var _ docker.Backend = backend{}

// Authenticate returns who sends the request.
func (b backend) Authenticate(r *http.Request) (access.User, bool, error) {
	_, l := b.withLogin(r)
	return l.caller.User, l.caller.anonymous, l.err
}

// AnonymousAllowed tells whether requests without credentials are served.
func (b backend) AnonymousAllowed() bool { return b.accounts.anonymousOn }

// IssueToken returns a bearer token for the user.
func (b backend) IssueToken(user access.User) string {
	return b.accounts.issue(caller{User: user, anonymous: user.Name == anonymousName})
}

// Resolve maps a key to the repositories behind it, if it is a registry's.
func (b backend) Resolve(key string) (read []string, deploy string, virtual, ok bool) {
	r, found := b.repositories.find(key)
	if !found {
		r, _, found = b.repositories.holder(key)
	}
	if !found || !r.isDocker() {
		return nil, "", false, false
	}
	if r.Key == key {
		deploy = b.repositories.deployTo(key)
	}
	return b.repositories.readFrom(key), deploy, r.Class == Virtual, true
}

// PathAllowed applies include and exclude patterns.
func (b backend) PathAllowed(repo, path string) bool { return b.repositories.admits(repo, path) }

// BaseURL starts the URLs in an answer.
func (b backend) BaseURL(r *http.Request) string { return b.baseURL(r) }

// Referrers tells whether the Referrers API is on: a cache's is that of its remote.
func (b backend) Referrers(key string) bool {
	r, found := b.repositories.find(key)
	if !found {
		r, _, _ = b.repositories.holder(key)
	}
	return r.Referrers
}

// HideUnauthorized tells whether what a user may not see is answered as absent.
func (b backend) HideUnauthorized() bool { return b.options.HideUnauthorized }
