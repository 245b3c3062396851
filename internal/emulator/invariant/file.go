package invariant

import (
	"encoding/json"
	"strings"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// kind is what a folder of an image is for.
type kind int

const (
	ofAnImage   kind = iota // a tag of somebody's
	attachment              // sha256-<hex>.sig, .att or .sbom
	fallback                // sha256-<hex>: a referrers index
	byDigest                // sha256:<hex>: a referrer, or an image without a tag
	underWay                // what was uploaded and is not yet named
	serverIndex             // the server's own index of referrers
)

// file is one that changed.
type file struct {
	tree.Change
	look               tree.Look
	kind               kind
	image, folder      string // image path, and the name of the folder in it
	name               string
	before, after      docker.Manifest
	wasThere, isThere  bool // as a manifest
	isManifest, isBlob bool
}

func place(change tree.Change, look tree.Look) file {
	f := file{Change: change, look: look}
	if strings.HasPrefix(change.Path, ".jfrog/") {
		f.kind = serverIndex
		return f
	}
	dir, name := cut(change.Path)
	f.name = name
	f.image, f.folder = cut(dir)
	f.kind = kindOf(f.folder)
	f.isManifest = name == docker.ManifestFile || name == docker.ListFile
	f.isBlob = strings.HasPrefix(name, docker.BlobFile(""))
	if f.isManifest {
		f.before, f.wasThere = parse(change.Before)
		f.after, f.isThere = parse(change.After)
	}
	return f
}

func kindOf(folder string) kind {
	if folder == docker.UploadsFolder {
		return underWay
	}
	if hex, ok := strings.CutPrefix(folder, "sha256:"); ok && isHex(hex) {
		return byDigest
	}
	rest, ok := strings.CutPrefix(folder, "sha256-")
	if !ok || len(rest) < hexLength || !isHex(rest[:hexLength]) {
		return ofAnImage
	}
	switch rest[hexLength:] {
	case "":
		return fallback
	case ".sig", ".att", ".sbom":
		return attachment
	default:
		return ofAnImage
	}
}

const hexLength = 64

func isHex(s string) bool { return len(s) == hexLength && strings.Trim(s, "0123456789abcdef") == "" }

func parse(content []byte) (docker.Manifest, bool) {
	if content == nil {
		return docker.Manifest{}, false
	}
	m, err := docker.ParseManifest(content, "")
	return m, err == nil
}

// manifest finds a manifest of the file's image by its digest.
func (f file) manifest(digest string) (docker.Manifest, bool) {
	for _, name := range []string{docker.ManifestFile, docker.ListFile} {
		if content, ok := f.look(f.Repo, f.image+"/"+digest+"/"+name); ok {
			return parse(content)
		}
	}
	return docker.Manifest{}, false
}

// beside finds the manifest in the file's own folder.
func (f file) beside() (docker.Manifest, bool) {
	content, ok := f.look(f.Repo, f.image+"/"+f.folder+"/"+docker.ManifestFile)
	if !ok {
		return docker.Manifest{}, false
	}
	return parse(content)
}

// entries are those of the server's own index, by subject.
func entries(content []byte) map[string][]v1.Descriptor {
	var index map[string][]v1.Descriptor
	_ = json.Unmarshal(content, &index) // none where there is no index
	return index
}

func cut(path string) (dir, name string) {
	n := strings.LastIndexByte(path, '/')
	return path[:max(n, 0)], path[n+1:]
}
