package reconcile

import (
	"context"
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

// Server is what a run reads of a server. It cannot write.
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

// Writer is what a run writes with. Neither call is repeated by the writer. An
// error that leaves open what the server did is a Passing.
type Writer interface {
	// CopyFile copies one file inside the server. attempt counts from 1. The
	// error wraps oci.ErrUnsupported where the server cannot do it at all.
	CopyFile(ctx context.Context, from, to repository.File, attempt int) error
	// PromoteTag copies all files of one tag inside the server.
	PromoteTag(ctx context.Context, from, to repository.Tag) error
}
