package emulator

import (
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// operation names what a request asks for; see Entry.
func (a address) operation(method string) string {
	switch a.area {
	case promote:
		return "promote"
	case registryRoot, registry:
		return docker.Operation(a.path)
	case artifact:
		return artifactOperation(method)
	case tokenExchange:
		return "oidc"
	case subscriptions:
		return subscriptionsOperation
	case api:
		return a.apiOperation()
	default:
		return other
	}
}

const (
	other                  = "other"
	subscriptionsOperation = "subscriptions"
)

func artifactOperation(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead:
		return "download"
	case http.MethodPut:
		return "upload"
	case http.MethodDelete:
		return "delete"
	default:
		return other
	}
}

func (a address) apiOperation() string {
	switch a.name {
	case "copy", "storage", "repositories":
		return a.name
	case "search":
		if a.path == "aql" {
			return "aql"
		}
		return a.name
	case "system":
		switch a.path {
		case "ping", "version", "license":
			return a.path
		}
	}
	return other
}

// writes tells whether a request may change the storage.
func writes(r *http.Request, operation string) bool {
	switch r.Method {
	case http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete:
	default:
		return false
	}
	if operation == "copy" {
		dry, err := integer(query(r.URL.RawQuery), "dry", 0)
		return err == nil && dry == 0
	}
	return operation != "aql" && operation != "token" && operation != subscriptionsOperation
}
