package emulator

import (
	"net/http"
)

// dispatch hands a request to the API that its path belongs to.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	defer s.retain(r)
	r, login := s.withLogin(r)
	a := s.locate(r.URL.EscapedPath())
	switch a.area {
	case outside:
		s.outside(w, r)
	case tokenExchange:
		s.exchange(w, r)
	case registryRoot, registry:
		s.serveRegistry(w, r, a, login)
	default:
		if err := s.admit(login); err != nil && !a.open() {
			fail(w, err)
			return
		}
		c := &call{w: w, r: r, caller: login.caller, query: query(r.URL.RawQuery), address: a}
		if err := s.handler(a)(c); err != nil {
			fail(w, err)
		}
	}
}

// open tells of what needs no credentials. Wrong ones are refused there too.
func (a address) open() bool {
	return a.area == api && a.name == "system" && a.path == "ping"
}

func (s *Server) handler(a address) func(*call) error {
	switch a.area {
	case subscriptions:
		return s.subscriptions
	case promote:
		return s.promote
	case artifact:
		return s.artifact
	default:
		return s.apiHandler(a)
	}
}

func (s *Server) apiHandler(a address) func(*call) error {
	switch a.name {
	case "copy":
		return s.copyItem
	case "storage":
		return s.storage
	case "search":
		return s.search
	case "repositories":
		return s.repositoryConfiguration
	case "system":
		return s.system
	case "docker", "oci":
		return s.unsupportedRegistry
	default:
		return notFound
	}
}

func notFound(*call) error { return refuse(http.StatusNotFound, "Not Found") }

// outside answers what is not below the context path, like the servlet
// container and the router in front of it: with HTML.
func (s *Server) outside(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" {
		http.Redirect(w, r, "/ui/", http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte("<!doctype html><html lang=\"en\"><head><title>HTTP Status 404 – Not Found</title></head>" +
		"<body><h1>HTTP Status 404 – Not Found</h1></body></html>"))
}
