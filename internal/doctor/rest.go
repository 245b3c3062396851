package doctor

import (
	"io"
	"net/http"
	"net/url"
)

// restRequest is a request that makes a permission target.
type restRequest struct {
	Server string         `json:"server"`
	Method string         `json:"method"`
	URL    string         `json:"url"`
	Body   restPermission `json:"body"`
}

type restPermission struct {
	Name string   `json:"name"`
	Repo restRepo `json:"repo"`
}

type restRepo struct {
	Include      []string    `json:"include-patterns"`
	Repositories []string    `json:"repositories"`
	Actions      restActions `json:"actions"`
}

type restActions struct {
	Users map[string][]right `json:"users"`
}

// REST writes permission targets as a JSON array of the requests to Artifactory's
// REST API that make or replace them (PUT api/v2/security/permissions/NAME, since
// 6.6.0; for administrators).
func REST(w io.Writer, permissions []Permission) error {
	requests := []restRequest{}
	for _, p := range permissions {
		requests = append(requests, restRequest{
			Server: p.Server, Method: http.MethodPut, URL: p.URL + "/api/v2/security/permissions/" + url.PathEscape(p.Name),
			Body: restPermission{Name: p.Name, Repo: restRepo{
				Include: []string{"**"}, Repositories: p.Repositories,
				Actions: restActions{Users: map[string][]right{p.Account: p.rights}},
			}},
		})
	}
	return encode(w, requests)
}
