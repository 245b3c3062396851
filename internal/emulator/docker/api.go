// Package docker is the registry API of the emulated Artifactory: the OCI
// distribution API on the shared storage tree, with Artifactory's folder
// layout, error bodies and refusals. What another API writes into the tree is
// served at once, and what is pushed here is files there.
package docker

import (
	"net/http"
	"sync"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Backend is what the registry API needs of the server around it.
type Backend interface {
	// Tree is the storage of all repositories.
	Tree() *tree.Store
	// Authenticate returns the user of the request. It takes Basic, Bearer
	// (also tokens of IssueToken) and X-JFrog-Art-Api; anonymous is true if no
	// credentials were sent. The text of an error is the server's own message.
	Authenticate(r *http.Request) (user access.User, anonymous bool, err error)
	// AnonymousAllowed tells whether requests without credentials are served at all.
	AnonymousAllowed() bool
	// IssueToken returns a bearer token for the user.
	IssueToken(user access.User) string
	// Resolve maps a repository key to the repositories that reads look into, in
	// order, and the one that pushes go to, "" for none. It is not ok if there
	// is no docker repository of that key.
	Resolve(key string) (read []string, deploy string, virtual bool, ok bool)
	// PathAllowed applies the repository's include and exclude patterns.
	PathAllowed(repo, path string) bool
	// BaseURL is the scheme, host and context path that the client used, without a trailing slash.
	BaseURL(r *http.Request) string
	// Referrers tells whether the Referrers API of the repository is on.
	Referrers(key string) bool
	// HideUnauthorized tells whether what the user may not see is answered as absent.
	HideUnauthorized() bool
}

// Options are the differences between versions and settings of the real server.
type Options struct {
	// FilterDigestTags hides digest-named folders from tag lists, as from 7.94.1.
	FilterDigestTags bool
	// BlobMount performs cross-repository mounts. The real server was seen to
	// answer 202 and to wait for an upload, which is the default here.
	BlobMount bool
	// LeaveUploads keeps what a push left in _uploads, as until the daily
	// clean-up, and lists that folder as a tag.
	LeaveUploads bool
	// ReferrersPage is the number of referrers on a page; zero puts all on one.
	ReferrersPage int
	// LyingReferrers lists referrers with the type of the empty config, without
	// annotations and with a wrong size.
	LyingReferrers bool
	// SilentSubject leaves OCI-Subject out where the Referrers API is on, and
	// SubjectWithoutReferrers sends it where it is off.
	SilentSubject, SubjectWithoutReferrers bool
	// BearerReferrers asks for a token where the real server was seen to ask for
	// Basic credentials: at the Referrers API.
	BearerReferrers bool
	// CatalogStatus refuses the catalog with that status; zero serves it.
	CatalogStatus int
	// Observe is told of every manifest that is put or deleted, before the client
	// is answered; nil means nobody is.
	Observe func(Change)
}

// API serves the docker registry API of every repository of a server. It is
// safe for concurrent use.
type API struct {
	backend Backend
	options Options

	// pushes has one manifest at a time written or deleted. Each takes several
	// files, so nothing is looked for meanwhile: a blob on its way from the
	// uploads to its folder would be found in neither.
	pushes sync.RWMutex

	mu       sync.Mutex
	uploads  map[string]*upload // by session
	sessions int                // begun so far
}

// New makes a registry API over the server's storage, users and repositories.
func New(b Backend, o Options) *API {
	return &API{backend: b, options: o, uploads: map[string]*upload{}}
}

// ServeRepository serves one repository. Rest is the decoded path that follows
// /v2/, "" for the base itself. PathForm is true for requests to
// host/v2/<repo>/..., whose realm, Location and Link differ from those to
// <context>/api/docker/<repo>/v2/...
func (a *API) ServeRepository(w http.ResponseWriter, r *http.Request, repo, rest string, pathForm bool) {
	c := &call{api: a, w: w, r: r, key: repo, route: parseRoute(rest), pathForm: pathForm}
	c.answer(c.serve())
}

// ServeRoot serves what the repository-path form has above the repositories:
// host/v2/ and host/v2/token.
func (a *API) ServeRoot(w http.ResponseWriter, r *http.Request, rest string) {
	c := &call{api: a, w: w, r: r, route: parseRoute(rest), pathForm: true}
	c.answer(c.serveRoot())
}
