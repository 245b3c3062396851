package reconcile

import (
	"context"
	"io"
	"time"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// Passing is an error that may go away by itself.
type Passing interface {
	error
	// Passing tells whether it may.
	Passing() bool
	// RetryAfter is how long the server wants to be left alone; not above 0
	// where it does not say.
	RetryAfter() time.Duration
}

// Server is what a run reads of an Artifactory server. It cannot write.
type Server interface {
	scan.Lister
	// Repository describes a repository; the error wraps oci.ErrNotFound where
	// there is none.
	Repository(ctx context.Context, key string) (repository.Info, error)
	// Readable returns nil if the account may read the repository.
	Readable(ctx context.Context, key string) error
	// Manifest returns the bytes of the manifest that a tag names.
	Manifest(ctx context.Context, at repository.Tag) ([]byte, error)
	// FileDigest returns the SHA-256 of a file; the error wraps
	// oci.ErrNotFound where there is none.
	FileDigest(ctx context.Context, at repository.File) (oci.Digest, error)
}

// Registry is what a run reads of a server through the distribution API.
type Registry interface {
	scan.Registry
	// Ping returns nil if the server answers and takes the credentials.
	Ping(ctx context.Context) error
	// Blob returns the content of a blob of an image. A read that ends with
	// other content than the descriptor names ends with an error.
	Blob(ctx context.Context, in repository.Image, d oci.Descriptor) (io.ReadCloser, error)
	// HasBlob tells whether an image has a blob.
	HasBlob(ctx context.Context, in repository.Image, d oci.Descriptor) (bool, error)
	// Referrers returns what the Referrers API lists for a subject; supported
	// tells whether the image has that API.
	Referrers(ctx context.Context, in repository.Image, subject oci.Digest) (list []oci.Descriptor, supported bool, err error)
}

// Pusher is what a run writes with through the distribution API. Either call
// may be repeated: it says what is to be there, not what is to be changed.
type Pusher interface {
	// Push stores a blob. from is an image of the same server that has it, to
	// be mounted from where the server does that; the zero value is none. open
	// is called where the content is needed, for each attempt anew.
	Push(
		ctx context.Context, to repository.Image, d oci.Descriptor,
		open func(context.Context) (io.ReadCloser, error), from repository.Image,
	) error
	// PutManifest stores a manifest under a tag or its digest.
	PutManifest(ctx context.Context, at repository.Tag, mediaType string, raw []byte) error
}

// Memory keeps, between runs, what manifests were found to be. What it
// forgets, or cannot keep, is found out again.
type Memory interface {
	// Recall returns what was kept for a digest; nil where nothing was.
	Recall(digest oci.Digest) []byte
	// Keep keeps it.
	Keep(digest oci.Digest, what []byte)
}

// Writer is what a run writes with. Neither call is repeated by the writer. An
// error that leaves open what the server did is a Passing.
type Writer interface {
	// CopyFile copies one file inside the server. attempt counts from 1. The
	// error wraps oci.ErrUnsupported where the server cannot do it at all.
	CopyFile(ctx context.Context, from, to repository.File, attempt int) error
	// PromoteTag copies all files of one tag inside the server.
	PromoteTag(ctx context.Context, from, to repository.Tag) error
}
