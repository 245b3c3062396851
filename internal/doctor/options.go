package doctor

import (
	"context"
	"time"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// Artifactory is what is asked of an Artifactory server. None of it writes.
type Artifactory interface {
	// Version returns the server's version, as in 7.117.21.
	Version(ctx context.Context) (string, error)
	// License returns the kind of the licence; the error wraps oci.ErrDenied for
	// who is no administrator.
	License(ctx context.Context) (string, error)
	// Repository describes a repository; the error wraps oci.ErrNotFound where
	// there is none.
	Repository(ctx context.Context, key string) (repository.Info, error)
	// Readable returns nil if the account may read the repository.
	Readable(ctx context.Context, key string) error
	// Sample lists some manifests; trimmed is what the server says of rows that it
	// held back.
	Sample(ctx context.Context, key string, most int) (files []scan.File, trimmed string, err error)
	// QueryLimit returns the limit that the server gives queries; 0 for none.
	QueryLimit(ctx context.Context, key string) (int, error)
	// FileDigest returns the SHA-256 of a file; the error wraps oci.ErrNotFound
	// where there is none.
	FileDigest(ctx context.Context, at repository.File) (oci.Digest, error)
	// TryCopy returns what Copy Item would answer, and has nothing copied.
	TryCopy(ctx context.Context, from, to repository.File) error
}

// Registry is what is asked of a server through the distribution API.
type Registry interface {
	// Ping returns nil if the server answers and takes the credentials.
	Ping(ctx context.Context) error
	// Reach returns nil if the API of a repository does.
	Reach(ctx context.Context, key string) error
	// Catalog calls visit for every image below a prefix.
	Catalog(ctx context.Context, prefix string, visit func(image string) error) error
	// Tags calls visit for every tag of an image.
	Tags(ctx context.Context, in repository.Image, visit func(tag string) error) error
	// Resolve returns the media type and digest of what a tag names.
	Resolve(ctx context.Context, at repository.Tag) (oci.Descriptor, error)
	// Referrers tells whether an image has the Referrers API.
	Referrers(ctx context.Context, in repository.Image, subject oci.Digest) (list []oci.Descriptor, supported bool, err error)
}

// Options say what to examine.
type Options struct {
	// Servers are examined at the same time, and told of in this order.
	Servers []Server
	Pairs   []Pair
	// Version is that of the program.
	Version string
	// Now tells the time.
	Now func() time.Time
}

// Server is one server.
type Server struct {
	// Name is that of the configuration, URL the base URL.
	Name, URL string
	// Artifactory is nil for a plain registry.
	Artifactory Artifactory
	Registry    Registry
	// Look looks at an address of the server, without credentials.
	Look func(ctx context.Context, address string) outbound.Sight
	// Login is what the configuration says of it.
	Login Login
	// Unverified tells that any certificate is taken.
	Unverified bool
	// Throttled returns how many requests were sent, and how many of them the
	// server answered with 429.
	Throttled func() (sent, throttled int)
	// Patience is how long the examination of the server may take; 0 is without
	// end.
	Patience time.Duration
}

func (s Server) kind() string {
	if s.Artifactory == nil {
		return "oci"
	}
	return "artifactory"
}

// Login is what is known of an account without asking.
type Login struct {
	// Form is what the credentials are, as in "an access token"; "" for none.
	Form string
	// User is the name that is known before the server was asked; "" for none.
	User string
	// Ends is when the credentials end; zero where that is not known.
	Ends time.Time
	// Account returns whose account it is, once the server said so; nil where it
	// does not.
	Account func() string
}

// End is one end of a pair.
type End struct {
	Server     string `json:"server"`
	Repository string `json:"repository"`
}

// Pair is one source and one target, as far as it matters here.
type Pair struct {
	Name           string
	Source, Target End
	// Transport is auto, copy, promote or registry.
	Transport string
	// Overwrites tells that differences are mended (update, merge).
	Overwrites bool
	// Referrers tells that referrers are carried.
	Referrers bool
	// Evicts tells that limits.allow_tag_eviction is set.
	Evicts bool
	// Named are the images that images.include names where it has no wildcards;
	// none where it has some.
	Named []string
	// Selects tells whether the pair is about an image; nil is about all.
	Selects func(image string) bool
}

func (p Pair) about(image string) bool { return p.Selects == nil || p.Selects(image) }

// copies tells whether Copy Item is to carry what the pair is about.
func (p Pair) copies() bool {
	return p.Source.Server == p.Target.Server && (p.Transport == "auto" || p.Transport == "copy")
}
