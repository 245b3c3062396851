// Package webhook is the part of the emulated platform that tells other
// servers what happened to docker images: subscriptions, the forms of what is
// sent, and its delivery, which is as careless as the switches say. It knows
// nothing of the storage.
package webhook

// Domain is the only domain of events that is sent.
const Domain = "docker"

// Type is what happened to a tag.
type Type string

// The types of events of the docker domain.
const (
	Pushed   Type = "pushed"
	Promoted Type = "promoted"
	Deleted  Type = "deleted"
)

// Event is something that happened to the manifest of a tag.
type Event struct {
	Type Type
	// Repo is the key of the repository that holds the manifest; for a promotion
	// that is the source.
	Repo string
	// Cache tells of a remote repository's cache.
	Cache bool
	// Path is that of the manifest's file in the repository.
	Path string
	// SHA256 is hexadecimal, Size is in bytes.
	SHA256 string
	Size   int64
	// Image is the image path, Tag the tag, which may be a digest.
	Image, Tag string
	// Platforms are those that an index lists.
	Platforms []Platform
	// ImageType is docker or oci.
	ImageType string
	// TargetRepo and TargetTag are where a promotion went; else empty.
	TargetRepo, TargetTag string
	// By is the name of the user who did it.
	By string
}

// Platform is what an image of an index runs on.
type Platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}
