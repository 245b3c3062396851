package emulator

import "net/http"

// system answers about the server itself.
func (s *Server) system(c *call) error {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return methodNotAllowed()
	}
	switch c.address.path {
	case "ping":
		text(c.w, http.StatusOK, "OK")
		return nil
	case "version":
		return s.version(c)
	case "license":
		return s.licenses(c)
	default:
		return notFound(c)
	}
}

func (s *Server) version(c *call) error {
	reply(c.w, http.StatusOK, "application/vnd.org.jfrog.artifactory.system.Version+json", struct {
		Version  string   `json:"version"`
		Revision string   `json:"revision"`
		Addons   []string `json:"addons"`
		License  string   `json:"license"`
	}{s.options.Version, revision(s.options.Version), s.addons(), "8f2d1c7ab3e94055a6c1"})
	return nil
}

func (s *Server) addons() []string {
	switch s.options.Edition {
	case EditionOSS:
		return []string{}
	case EditionJCR:
		return []string{"docker", "properties"}
	default:
		return []string{"aql", "build", "docker", "properties", "replication", "search"}
	}
}

func (s *Server) licenses(c *call) error {
	if !c.caller.Admin {
		return refuse(http.StatusForbidden, "Forbidden")
	}
	reply(c.w, http.StatusOK, "application/json", struct {
		Type         string `json:"type"`
		ValidThrough string `json:"validThrough"`
		LicensedTo   string `json:"licensedTo"`
	}{s.options.Edition.license(), "Jan 1, 2040", "Emulator"})
	return nil
}
