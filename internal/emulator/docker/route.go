package docker

import "strings"

// kind is an endpoint of the distribution API.
type kind int

const (
	unknownRoute kind = iota
	pingRoute
	tokenRoute
	catalogRoute
	tagsRoute
	manifestRoute
	blobRoute
	uploadRoute
	referrersRoute
)

// route is a parsed request path.
type route struct {
	kind  kind
	image string
	// reference is a tag or digest, for uploads the session, "" for a new one.
	reference string
}

// Operation names the endpoint that the path after /v2/ addresses: manifest,
// blob (uploads too), tags, catalog, token, referrers, or other. It serves
// request counts and fault injection.
func Operation(rest string) string {
	switch parseRoute(rest).kind {
	case manifestRoute:
		return "manifest"
	case blobRoute, uploadRoute:
		return "blob"
	case tagsRoute:
		return "tags"
	case catalogRoute:
		return "catalog"
	case tokenRoute:
		return "token"
	case referrersRoute:
		return "referrers"
	default:
		return "other"
	}
}

// parseRoute reads from the end, because image paths may hold any word.
func parseRoute(rest string) route {
	rest = strings.Trim(rest, "/")
	switch rest {
	case "":
		return route{kind: pingRoute}
	case "token":
		return route{kind: tokenRoute}
	case "_catalog":
		return route{kind: catalogRoute}
	}
	for _, e := range []struct {
		suffix string
		kind   kind
	}{{"/tags/list", tagsRoute}, {"/blobs/uploads", uploadRoute}} {
		if image, ok := strings.CutSuffix(rest, e.suffix); ok {
			return route{kind: e.kind, image: image}
		}
	}
	return parseReference(rest)
}

func parseReference(rest string) route {
	n := strings.LastIndexByte(rest, '/')
	if n < 0 {
		return route{}
	}
	for _, e := range []struct {
		suffix string
		kind   kind
	}{{"/manifests", manifestRoute}, {"/blobs/uploads", uploadRoute}, {"/blobs", blobRoute}, {"/referrers", referrersRoute}} {
		if image, ok := strings.CutSuffix(rest[:n], e.suffix); ok && image != "" {
			return route{kind: e.kind, image: image, reference: rest[n+1:]}
		}
	}
	return route{}
}
