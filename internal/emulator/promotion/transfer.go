package promotion

import (
	"path"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// transfer replaces the files of the target folder by those of the source.
func (p *promotion) transfer(part part) error {
	if p.inPlace(part) {
		return nil
	}
	for _, old := range p.files(p.TargetRepo, part.to) {
		p.store.Delete(p.TargetRepo, old.Path)
	}
	for _, file := range p.files(p.SourceRepo, part.from) {
		to := part.to + "/" + file.Name()
		if err := p.rules.Veto(p.TargetRepo, to); err != nil {
			return err
		}
		p.store.Place(p.TargetRepo, to, p.renamed(file, part))
	}
	return nil
}

// renamed corrects the properties that name the image and the tag.
func (p *promotion) renamed(file tree.Item, part part) tree.Item {
	if file.Name() != manifestFile && file.Name() != indexFile {
		return file
	}
	return file.Renamed("docker.repoName", path.Dir(part.to)).Renamed("docker.manifest", path.Base(part.to))
}

// removeSources ends a move: it deletes the sources, and tells whether some
// had to stay for lack of rights.
func (p *promotion) removeSources(parts []part) (undeleted bool) {
	for _, part := range parts {
		if p.inPlace(part) || part.child && !p.orphaned(part.from) {
			continue
		}
		for _, file := range p.files(p.SourceRepo, part.from) {
			if !p.rules.May(access.Delete, p.SourceRepo, file.Path) {
				undeleted = true
				continue
			}
			p.store.Delete(p.SourceRepo, file.Path)
		}
		if len(p.store.Children(p.SourceRepo, part.from)) == 0 {
			p.store.Delete(p.SourceRepo, part.from)
		}
	}
	return undeleted
}

// orphaned tells of a folder named after a digest that no index of the image
// names any more. Other folders are tags, and somebody's.
func (p *promotion) orphaned(folder string) bool {
	name := path.Base(folder)
	sum, digest := strings.CutPrefix(strings.Replace(name, "sha256__", "sha256:", 1), "sha256:")
	return digest && !slices.ContainsFunc(p.manifestFolders(), func(other tree.Item) bool {
		return slices.ContainsFunc(p.indexed(other.Path), func(i indexed) bool { return i.Digest == "sha256:"+sum })
	})
}

func (p *promotion) files(repo, folder string) []tree.Item {
	return slices.DeleteFunc(p.store.Children(repo, folder), func(i tree.Item) bool { return i.Folder })
}
