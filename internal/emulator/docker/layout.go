package docker

import "strings"

// Names of Artifactory's layout of docker repositories.
const (
	// ManifestFile is the file of an image manifest in its tag or digest folder.
	ManifestFile = "manifest.json"
	// ListFile is the file of an index or manifest list in its tag or digest folder.
	ListFile = "list.manifest.json"
	// UploadsFolder is the folder of an image that pushed blobs land in first.
	UploadsFolder = "_uploads"

	digestPrefix = "sha256:"  // of by-digest folders of local repositories
	filePrefix   = "sha256__" // of blob files, and of by-digest folders of remote caches
)

// Place is where a manifest is kept: a folder named by its reference, a tag or
// a digest, in the folder of an image.
type Place struct {
	// Repo is a repository key, Image an image path in it.
	Repo, Image string
	// Reference is a tag or a digest.
	Reference string
}

// Folder is the path of the manifest's folder in its repository.
func (p Place) Folder() string { return p.Image + "/" + p.Reference }

// Blob is the path of a blob beside the manifest.
func (p Place) Blob(digest string) string { return p.Folder() + "/" + BlobFile(digest) }

func (p Place) manifest(index bool) string {
	if index {
		return p.Folder() + "/" + ListFile
	}
	return p.Folder() + "/" + ManifestFile
}

// uploads is the folder of the image that blobs wait in.
func (p Place) uploads() Place { return Place{p.Repo, p.Image, UploadsFolder} }

// BlobFile is the file name of a blob with that SHA-256 digest.
func BlobFile(digest string) string { return filePrefix + strings.TrimPrefix(digest, digestPrefix) }

// isDigest tells whether s is a SHA-256 digest, the only kind the server keeps.
func isDigest(s string) bool {
	hex, ok := strings.CutPrefix(s, digestPrefix)
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// isDigestFolder tells whether a folder name is a digest in either spelling.
func isDigestFolder(name string) bool {
	return isDigest(strings.Replace(name, filePrefix, digestPrefix, 1))
}

// isTag tells whether s is a tag by the OCI grammar.
func isTag(s string) bool {
	if s == "" || len(s) > 128 || strings.ContainsRune(".-", rune(s[0])) {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == ""
}
