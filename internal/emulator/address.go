package emulator

import (
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// area is a part of the server that answers for some of its paths.
type area int

const (
	outside       area = iota // nothing of Artifactory's
	tokenExchange             // of the Access service
	subscriptions             // of the Event service
	registryRoot
	registry
	promote
	api
	artifact
)

// address is what the path of a request means.
type address struct {
	area area
	// name is the first word of an API's path, and repo the repository key of a
	// registry, promotion or artifact.
	name, repo string
	// path is decoded. It is relative to name or repo.
	path string
	// folder tells of an artifact whose path ends in a slash.
	folder bool
	// matrix are the parameters that stood in the path after semicolons.
	matrix url.Values
	// pathForm tells of a registry addressed as host/v2/repository.
	pathForm bool
}

// locate reads the escaped path of a request.
func (s *Server) locate(escaped string) address {
	if escaped == exchangePath {
		return address{area: tokenExchange}
	}
	if rest, ok := below(escaped, subscriptionsPath); ok {
		return address{area: subscriptions, path: unescape(rest)}
	}
	if rest, ok := below(escaped, "/v2"); ok {
		return inPathForm(rest)
	}
	if rest, ok := below(escaped, s.contextPath); ok {
		return inContext(rest)
	}
	if rest, ok := below(escaped, "/api/docker"); ok {
		return inRegistry("docker", rest)
	}
	return address{area: outside, path: escaped}
}

// below strips a path prefix that ends at a slash or at the end.
func below(path, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(path, prefix)
	return strings.TrimPrefix(rest, "/"), ok && (rest == "" || rest[0] == '/')
}

func inPathForm(rest string) address {
	path, _ := decode(rest)
	if path == "" || path == "token" {
		return address{area: registryRoot, path: path}
	}
	repo, path, _ := strings.Cut(path, "/")
	return address{area: registry, repo: repo, path: path, pathForm: true}
}

func inContext(rest string) address {
	if inAPI, ok := below(rest, "api"); ok {
		name, path, _ := strings.Cut(inAPI, "/")
		if name == "docker" || name == "oci" {
			return inRegistry(name, path)
		}
		path, matrix := decode(path)
		return address{area: api, name: name, path: path, matrix: matrix}
	}
	path, matrix := decode(rest)
	repo, path, _ := strings.Cut(path, "/")
	return address{area: artifact, repo: repo, path: path, matrix: matrix, folder: strings.HasSuffix(rest, "/")}
}

func inRegistry(name, rest string) address {
	path, _ := decode(rest)
	repo, path, _ := strings.Cut(path, "/")
	switch inV2, ok := below(path, "v2"); {
	case !ok:
		return address{area: api, name: name, repo: repo, path: path}
	case inV2 == "promote":
		return address{area: promote, repo: repo}
	default:
		return address{area: registry, repo: repo, path: inV2}
	}
}

// decode unescapes a path segment by segment and takes the matrix parameters
// out, so that only an escaped semicolon stays one. A bad escape stays as it is.
func decode(escaped string) (string, url.Values) {
	matrix := url.Values{}
	segments := strings.Split(escaped, "/")
	for n, segment := range segments {
		name, parameters, _ := strings.Cut(segment, ";")
		for p := range strings.SplitSeq(parameters, ";") {
			if key, value, _ := strings.Cut(p, "="); key != "" {
				matrix.Add(unescape(key), unescape(value))
			}
		}
		segments[n] = unescape(name)
	}
	return tree.Clean(strings.Join(segments, "/")), matrix
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
