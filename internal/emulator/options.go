// Package emulator is an in-process Artifactory, as far as sigsync and its
// neighbours can see one: the REST API, the registry API and AQL on one
// storage tree. It is meant for tests, the demo and benchmarks, and it is as
// unkind to its clients as the real server.
package emulator

import (
	"context"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// Options say what server to be.
type Options struct {
	// ContextPath is where Artifactory is mounted: "" means "/artifactory", "/"
	// means the root of the host.
	ContextPath string
	Edition     Edition
	// Version is what the server says it is; "" means a current 7.x.
	Version string
	Users   []access.User
	// Anonymous is what a request without credentials may do; nil turns
	// anonymous access off.
	Anonymous    []access.Permission
	Repositories []Repository
	// Ground is what lies in some of them without being stored before somebody
	// looks at it; nil is nothing.
	Ground tree.Ground
	// OIDC are the identity tokens that are taken in exchange for access tokens.
	OIDC []Identity
	// HideUnauthorized answers 404 instead of 403 for what the user may not see.
	HideUnauthorized bool
	// Quirks choose between readings of what is known of real servers; the zero
	// value is the most likely reading.
	Quirks Quirks
	AQL    AQLLimits
	// ReferrersPage is the number of referrers on a page of the Referrers API;
	// zero puts all on one.
	ReferrersPage int
	// Latency is added to every request.
	Latency time.Duration
	// Wait waits that long for it, and tells whether ctx is still alive; nil means
	// by a timer of Go's, which comes up to a millisecond late.
	Wait func(ctx context.Context, d time.Duration) bool
	// Now stamps what is written; nil means time.Now.
	Now func() time.Time
	// Skew is how far the clock that the server's answers are dated by is ahead of
	// Now.
	Skew time.Duration
	// Seed makes what has no order on the real server come in a repeatable disorder.
	Seed uint64
	// BaseURL starts every URL in an answer, context path included; "" means the
	// URL that the request came to.
	BaseURL string
	// Subscriptions are the webhooks that are there from the beginning. A server
	// that sends some is to be closed.
	Subscriptions []webhook.Subscription
	// Webhooks say how events are sent.
	Webhooks webhook.Options
	// Observe is told of every request as its answer begins, from the goroutine
	// that answers it; nil means nobody is.
	Observe func(Entry)
}

// Edition is an edition of Artifactory.
type Edition int

// The editions, by what they can do. EditionPro is any commercial one.
const (
	EditionPro Edition = iota
	EditionJCR         // without Copy Item, File List and checksum search
	EditionOSS         // without these and promotion; AQL neither sorts nor shows properties
)

// Class is the kind of a repository.
type Class int

// The classes of repositories. A Remote one comes with its "-cache", where its
// files are; a Virtual one shows the files of its members.
const (
	Local Class = iota
	Remote
	Virtual
	Federated
)

// Repository is the configuration of one repository.
type Repository struct {
	Key   string
	Class Class
	// PackageType is docker, oci or generic; "" means docker.
	PackageType string
	// Members are the repositories behind a virtual one, in order.
	Members []string
	// DefaultDeployment is the member that a virtual repository's uploads go to.
	DefaultDeployment string
	// Includes and Excludes are Ant patterns of the paths that may be written;
	// empty Includes let everything in.
	Includes, Excludes []string
	// MaxUniqueTags is how many tags of an image are kept: the oldest make way
	// for new ones. 0 keeps all.
	MaxUniqueTags int
	Description   string
	// Referrers turns the repository's Referrers API on. A virtual repository
	// lists what its members have entered, if its own is on.
	Referrers bool
}

// AQLLimits are the limits of the Artifactory Query Language; zero means none.
type AQLLimits struct {
	// HardCap is the number of rows after which a result is trimmed, with a notification.
	HardCap int
	// TimeoutRows is the number of rows that a query finds in its time; one that
	// finds more is refused with 408.
	TimeoutRows int
	// IgnoreCase is the collation of a database that does not tell upper case from lower.
	IgnoreCase bool
	// UserLimit is the limit that queries of users who are not admins get without asking.
	UserLimit int
	// Concurrency is the number of queries at a time; more are refused with 429.
	Concurrency int
	// Wait is how long a query waits for its turn before it is refused. The
	// server's default is ten seconds.
	Wait time.Duration
}

// currentVersion is the newest self-managed version that the facts know of.
const currentVersion = "7.161.20"
