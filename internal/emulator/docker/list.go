package docker

import (
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// tags lists the tag folders of an image.
func (c *call) tags() error {
	absent := nameUnknown(c.route.image)
	var found []string
	denied := false
	for _, repo := range c.read {
		denied = denied || !c.may(access.Read, repo, c.route.image)
		for _, folder := range folders(c.api.backend.Tree(), Place{Repo: repo, Image: c.route.image}) {
			if c.listed(Place{repo, c.route.image, folder}) {
				found = append(found, folder)
			}
		}
	}
	if len(found) == 0 && denied {
		return c.denied(absent, "The client does not have permission for the repository")
	}
	if len(found) == 0 {
		return absent
	}
	return c.sendPage("/"+c.route.image+"/tags/list", found, func(page []string) any {
		return struct {
			Name string   `json:"name"`
			Tags []string `json:"tags"`
		}{c.route.image, page}
	})
}

// listed tells whether a folder of an image shows up as a tag for the user.
func (c *call) listed(at Place) bool {
	if at.Reference == UploadsFolder {
		return c.api.options.LeaveUploads
	}
	if c.api.options.FilterDigestTags && isDigestFolder(at.Reference) {
		return false
	}
	for item := range manifestsIn(c.api.backend.Tree(), at) {
		return c.may(access.Read, at.Repo, item.Path)
	}
	return false
}

// catalog lists every image path below which a tag or digest folder is.
func (c *call) catalog() error {
	if status := c.api.options.CatalogStatus; status != 0 {
		return generic(status, http.StatusText(status))
	}
	var found []string
	denied := false
	for _, repo := range c.read {
		denied = denied || !c.user.MaySomewhere(access.Read, repo)
		c.api.backend.Tree().Walk(repo, "", func(i tree.Item) bool {
			if image := imageOf(i); image != "" && c.may(access.Read, repo, i.Path) {
				found = append(found, image)
			}
			return true
		})
	}
	if len(found) == 0 && denied {
		return c.denied(unsupportedPath(), "The client does not have permission for the repository")
	}
	return c.sendPage("/_catalog", found, func(page []string) any {
		return map[string][]string{"repositories": page}
	})
}

// imageOf is the image path that a manifest file belongs to, "" for any other item.
func imageOf(i tree.Item) string {
	if i.Folder || (i.Name() != ManifestFile && i.Name() != ListFile) {
		return ""
	}
	return i.Dir()[:max(strings.LastIndexByte(i.Dir(), '/'), 0)]
}
