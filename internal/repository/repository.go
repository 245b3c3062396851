// Package repository holds the nouns of what lies on a server: repositories,
// and places in them. It does no I/O.
package repository

// Info describes a repository.
type Info struct {
	Key string
	// Class is local, remote, virtual or federated.
	Class string
	// PackageType is docker, oci, generic and so on.
	PackageType string
	// DefaultDeployment is where a virtual repository puts what is pushed; ""
	// for none, and where the account may not see it.
	DefaultDeployment string
	// MaxUniqueTags is how many tags of an image it keeps: beyond it, the server
	// removes older ones. 0 keeps all, UnknownTags is what an account gets that
	// is not shown it.
	MaxUniqueTags int
}

// UnknownTags is a MaxUniqueTags that nobody told.
const UnknownTags = -1

// File names a file.
type File struct {
	Repository string
	// Path is relative to the repository, without a leading slash.
	Path string
}

// Image names an image path in a repository.
type Image struct {
	Repository, Path string
}

// In names a tag, or a digest, of the image.
func (i Image) In(reference string) Tag {
	return Tag{Repository: i.Repository, Image: i.Path, Tag: reference}
}

// Tag names a tag of an image.
type Tag struct {
	Repository, Image, Tag string
}
