package reconcile

import (
	"context"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

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

// Writer is what a run writes with. Neither call is repeated by the writer.
type Writer interface {
	// CopyFile copies one file inside the server. The error wraps
	// oci.ErrUnavailable or oci.ErrThrottled where it is open whether the file
	// was copied, and oci.ErrUnsupported where the server cannot do it at all.
	CopyFile(ctx context.Context, from, to repository.File) error
	// PromoteTag copies all files of one tag inside the server.
	PromoteTag(ctx context.Context, from, to repository.Tag) error
}
