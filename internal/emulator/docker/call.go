package docker

import (
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// call is one request on its way.
type call struct {
	api      *API
	w        http.ResponseWriter
	r        *http.Request
	key      string // repository key of the URL, maybe a virtual repository's; "" at the root
	route    route
	pathForm bool

	user      access.User
	anonymous bool

	read   []string
	deploy string
}

func (c *call) serveRoot() error {
	switch c.route.kind {
	case tokenRoute:
		return c.token()
	case pingRoute:
		return c.ping()
	default:
		return unsupportedPath()
	}
}

func (c *call) serve() error {
	if c.route.kind == tokenRoute {
		return c.token()
	}
	if c.route.kind == pingRoute {
		return c.ping()
	}
	if err := c.login(); err != nil {
		return err
	}
	var ok bool
	if c.read, c.deploy, _, ok = c.api.backend.Resolve(c.key); !ok {
		return generic(http.StatusBadRequest, "Unsupported docker repository request for '"+c.key+"'")
	}
	return c.dispatch()
}

func (c *call) dispatch() error {
	switch c.route.kind {
	case catalogRoute:
		return c.byMethod(methods{http.MethodGet: c.catalog})
	case tagsRoute:
		return c.byMethod(methods{http.MethodGet: c.tags})
	case referrersRoute:
		return c.byMethod(methods{http.MethodGet: c.referrers})
	case blobRoute:
		return c.byMethod(methods{http.MethodGet: c.pullBlob, http.MethodHead: c.pullBlob})
	case manifestRoute:
		return c.byMethod(methods{
			http.MethodGet: c.pullManifest, http.MethodHead: c.pullManifest,
			http.MethodPut: c.putManifest, http.MethodDelete: c.deleteManifest,
		})
	case uploadRoute:
		return c.serveUpload()
	default:
		return unsupportedPath()
	}
}

func (c *call) serveUpload() error {
	if c.route.reference == "" {
		return c.byMethod(methods{http.MethodPost: c.startUpload})
	}
	return c.byMethod(methods{
		http.MethodGet: c.uploadStatus, http.MethodPatch: c.appendUpload,
		http.MethodPut: c.finishUpload, http.MethodDelete: c.cancelUpload,
	})
}

type methods map[string]func() error

func (c *call) byMethod(m methods) error {
	serve, ok := m[c.r.Method]
	if !ok {
		return registry(http.StatusMethodNotAllowed, "UNSUPPORTED", "The operation is unsupported.", nil)
	}
	return serve()
}
