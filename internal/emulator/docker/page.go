package docker

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// sendPage answers with the names after last, sorted, at most n of them, and a
// Link if there are more.
func (c *call) sendPage(path string, names []string, body func([]string) any) error {
	slices.Sort(names)
	names = slices.Compact(names)
	query := c.r.URL.Query()
	names = slices.DeleteFunc(names, func(name string) bool { return name <= query.Get("last") })
	if query.Has("n") {
		n, err := strconv.Atoi(query.Get("n"))
		if err != nil || n < 0 {
			return registry(http.StatusBadRequest, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", nil)
		}
		c.link(path, names, n)
		names = names[:min(n, len(names))]
	}
	if names == nil {
		names = []string{} // JSON has [] for none, not null
	}
	return c.sendJSON(body(names))
}

// link points to the page after the first n names.
func (c *call) link(path string, names []string, n int) {
	if n == 0 || n >= len(names) {
		return
	}
	c.linkTo(path, url.Values{"last": {names[n-1]}, "n": {strconv.Itoa(n)}})
}

func (c *call) linkTo(path string, query url.Values) {
	c.w.Header().Set("Link", "<"+c.linkBase()+path+"?"+query.Encode()+`>; rel="next"`)
}
