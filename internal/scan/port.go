// Package scan builds inventories of repositories from listings. It knows how
// Artifactory lays out docker and OCI content in folders and files.
package scan

import (
	"context"

	"github.com/sigsync/sigsync/internal/oci"
)

// Lister lists the files of a repository that matter to signatures. It only reads.
type Lister interface {
	// List calls visit for every manifest and every file of an attachment's
	// folder that the query asks for, in any order. It may call visit for
	// more, and for a file more than once. An error says that what was visited is not all: it must not be
	// taken for an inventory. An error of visit ends the listing and is
	// returned as it is.
	List(ctx context.Context, q Query, visit func(File) error) error
}

// Query narrows a listing.
type Query struct {
	// Repository is the key of a repository that holds files itself: a local
	// or federated one, or the cache of a remote one.
	Repository string
	// Images are globs over image paths, as doublestar reads them; none means
	// all. A lister may take them as a hint.
	Images []string
	// Beside is about how many attachments are known to be in other images: what it
	// costs to take Images for a hint.
	Beside int
	// Own tells whose files an inventory is made of, by image path; nil is all. Of
	// other images it keeps what says something of these (plan.Builder.Only). No
	// lister is asked for less: no server can choose so.
	Own func(image string) bool
	// OwnOnly keeps of other images no more than says of an own one that it is an
	// attachment, for a target. Of a plain registry it has not even the tags of
	// others listed.
	OwnOnly bool
	// AttachmentsOnly leaves out image manifests, for a look at what was copied.
	AttachmentsOnly bool
}

// File is one file of a listing.
type File struct {
	// Path is the folder of the file, relative to the repository, without
	// leading or trailing slashes.
	Path string
	Name string
	// Digest is the SHA-256 of the content; zero where the server does not tell.
	Digest oci.Digest
	// Size is in bytes.
	Size int64
}
