package promotion

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	manifestFile = "manifest.json"
	indexFile    = "list.manifest.json"
)

// part is one folder with a manifest, and where it goes.
type part struct {
	from, to string
	// child tells that an index brought the part along.
	child bool
}

// parts lists the asked tag, or every tag of the image, each with the children
// of its index. There are none when the tag or image is not there.
func (p *promotion) parts() []part {
	if p.Tag != "" {
		from := p.Image + "/" + p.Tag
		if !p.hasManifest(from) {
			return nil
		}
		return p.withChildren(part{from: from, to: p.TargetImage + "/" + p.TargetTag})
	}
	var parts []part
	for _, folder := range p.manifestFolders() {
		parts = append(parts, part{from: folder.Path, to: p.TargetImage + "/" + folder.Name()})
	}
	return parts
}

// withChildren appends the manifests that an index names, by digest, and theirs.
func (p *promotion) withChildren(root part) []part {
	parts := []part{root}
	for n := 0; n < len(parts); n++ {
		for _, child := range p.indexed(parts[n].from) {
			from, found := p.byDigest(child.Digest)
			if !found {
				continue
			}
			parts = appendNew(parts, part{from: from, to: p.TargetImage + "/" + child.Digest, child: true})
			if p.ArchTags {
				parts = appendNew(parts, part{from: from, to: p.TargetImage + "/" + p.TargetTag + "-" + child.platform(), child: true})
			}
		}
	}
	return parts
}

func appendNew(parts []part, one part) []part {
	if slices.Contains(parts, one) {
		return parts
	}
	return append(parts, one)
}

// indexed is an entry of an index.
type indexed struct {
	Digest   string
	Platform struct{ OS, Architecture string }
}

func (i indexed) platform() string { return i.Platform.OS + "-" + i.Platform.Architecture }

// indexed reads the entries of the index in a folder, if there is one.
func (p *promotion) indexed(folder string) []indexed {
	content, _ := p.store.Content(p.SourceRepo, folder+"/"+indexFile)
	var index struct{ Manifests []indexed }
	if json.Unmarshal(content, &index) != nil {
		return nil
	}
	return index.Manifests
}

// byDigest finds the folder of a manifest of the image: the one named after
// the digest, in either spelling, or else a tag.
func (p *promotion) byDigest(digest string) (string, bool) {
	sum := strings.TrimPrefix(digest, "sha256:")
	for _, name := range []string{"sha256:" + sum, "sha256__" + sum} {
		if folder := p.Image + "/" + name; p.hasManifest(folder) {
			return folder, true
		}
	}
	for _, folder := range p.manifestFolders() {
		for _, name := range []string{manifestFile, indexFile} {
			if file, ok := p.store.Stat(p.SourceRepo, folder.Path+"/"+name); ok && file.SHA256 == sum {
				return folder.Path, true
			}
		}
	}
	return "", false
}

// manifestFolders lists the image's tags and digests. Deeper images are not its own.
func (p *promotion) manifestFolders() []tree.Item {
	return slices.DeleteFunc(p.store.Children(p.SourceRepo, p.Image), func(i tree.Item) bool {
		return !p.hasManifest(i.Path)
	})
}

func (p *promotion) hasManifest(folder string) bool {
	return slices.ContainsFunc([]string{manifestFile, indexFile}, func(name string) bool {
		i, ok := p.store.Stat(p.SourceRepo, folder+"/"+name)
		return ok && !i.Folder
	})
}
