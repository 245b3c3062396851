package docker

import (
	"fmt"
	"net/http"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// mayDeploy refuses a push that would write to that path.
func (c *call) mayDeploy(path string) error {
	if err := c.writable(path); err != nil {
		return err
	}
	if !c.may(access.Deploy, c.deploy, path) {
		return c.denied(hidden(), "The client does not have permission for push to the repository")
	}
	return nil
}

// mayDelete refuses to remove what is at that path.
func (c *call) mayDelete(path string) error {
	if err := c.writable(path); err != nil {
		return err
	}
	if !c.may(access.Delete, c.deploy, path) {
		return c.denied(hidden(), "The client does not have permission for delete from the repository")
	}
	return nil
}

// mayOverwrite refuses other content where a file is, to those who may not delete it.
func (c *call) mayOverwrite(path string, content []byte) error {
	old, ok := c.api.backend.Tree().Content(c.deploy, path)
	if !ok || digest.FromBytes(old) == digest.FromBytes(content) || c.may(access.Delete, c.deploy, path) {
		return nil
	}
	return c.denied(hidden(), fmt.Sprintf("User doesn't have permissions to override '%s:%s'. Needs delete permissions.", c.deploy, path))
}

func (c *call) writable(path string) error {
	if c.deploy == "" {
		return generic(http.StatusMethodNotAllowed, fmt.Sprintf("Repository '%s' does not accept deployments.", c.key))
	}
	if !c.api.backend.PathAllowed(c.deploy, path) {
		return generic(http.StatusForbidden, fmt.Sprintf(
			"The repository '%s' rejected the resolution of artifact in path '%s' due to a conflict with its include/exclude patterns.",
			c.deploy, path))
	}
	return nil
}

// hidden is what a refused upload looks like where the server hides what exists.
func hidden() *failure { return generic(http.StatusNotFound, "Could not locate artifact") }
