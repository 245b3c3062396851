package promotion

import (
	"path"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Outcome is what a promotion did.
type Outcome struct {
	// Undeleted tells of a move that left something at the source, because the
	// caller may not delete it.
	Undeleted bool
	// Tags are the tags that were promoted. What an index brought along by digest
	// is not among them.
	Tags []Tag
}

// Tag is a tag that was promoted.
type Tag struct {
	// Manifest is the manifest's file as it was at the source, Content its bytes.
	Manifest tree.Item
	Content  []byte
	// Target is the tag's name at the target.
	Target string
}

// tags reads what is promoted under a tag, before it is.
func (p *promotion) tags(parts []part) []Tag {
	var tags []Tag
	for _, part := range parts {
		name := path.Base(part.from)
		if part.child || strings.HasPrefix(name, "sha256:") || strings.HasPrefix(name, "sha256__") {
			continue
		}
		file, content := p.manifest(part.from)
		tags = append(tags, Tag{Manifest: file, Content: content, Target: path.Base(part.to)})
	}
	return tags
}

// manifest reads the manifest of a folder that has one: an index before an image.
func (p *promotion) manifest(folder string) (tree.Item, []byte) {
	file, ok := p.store.Stat(p.SourceRepo, folder+"/"+indexFile)
	if !ok {
		file, _ = p.store.Stat(p.SourceRepo, folder+"/"+manifestFile)
	}
	content, _ := p.store.Content(file.Repo, file.Path)
	return file, content
}
