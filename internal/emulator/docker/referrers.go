package docker

import "net/http"

// referrers answers as a repository whose Referrers API is off: 404 with an
// empty body. A repository that has it would list its manifests by subject
// here, and putManifest would answer OCI-Subject.
func (c *call) referrers() error {
	c.w.WriteHeader(http.StatusNotFound)
	return nil
}
