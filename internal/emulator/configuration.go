package emulator

import (
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

const configurationType = "application/vnd.org.jfrog.artifactory.repositories."

// repositoryConfiguration answers the list of repositories and the
// configuration of one.
func (s *Server) repositoryConfiguration(c *call) error {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return methodNotAllowed()
	}
	if c.address.path == "" {
		reply(c.w, http.StatusOK, configurationType+"RepositoryDetailsList+json", s.listRepositories(c))
		return nil
	}
	r, ok := s.repositories.find(c.address.path)
	switch {
	case !ok && s.options.Quirks.MissingRepositoryIs400:
		return refuse(http.StatusBadRequest, "Bad Request")
	case !ok:
		return refuse(http.StatusNotFound, "Repository '%s' not found", c.address.path)
	case !s.mayList(c.caller, r):
		return s.forbidden(c.caller, r.Key, "")
	}
	kind := configurationType + capital(r.class()) + "RepositoryConfiguration+json"
	if c.caller.Admin {
		reply(c.w, http.StatusOK, kind, r.configuration())
		return nil
	}
	reply(c.w, http.StatusOK, kind, reduced{r.Key, r.packageType(), r.Description, s.repositoryURL(c, r), r.class()})
	return nil
}

// mayList tells whether the caller may read anything in the repository.
func (s *Server) mayList(c caller, r Repository) bool {
	for _, key := range s.repositories.storage(r) {
		if c.MaySomewhere(access.Read, key) {
			return true
		}
	}
	return c.MaySomewhere(access.Read, r.Key)
}

// repositoryDetails is a row of the list, where type and package type are
// spelled otherwise than in the configuration.
type repositoryDetails struct {
	Key         string `json:"key"`
	Description string `json:"description"`
	Type        string `json:"type"`
	URL         string `json:"url"`
	PackageType string `json:"packageType"`
}

func (s *Server) listRepositories(c *call) []repositoryDetails {
	kind, packageType := c.query.Get("type"), c.query.Get("packageType")
	rows := []repositoryDetails{}
	for _, r := range s.repositories {
		wanted := (kind == "" || strings.EqualFold(kind, r.class())) &&
			(packageType == "" || strings.EqualFold(packageType, r.packageType()))
		if wanted && s.mayList(c.caller, r) {
			rows = append(rows, repositoryDetails{
				r.Key, r.Description, strings.ToUpper(r.class()), s.repositoryURL(c, r), capital(r.packageType()),
			})
		}
	}
	return rows
}

func (s *Server) repositoryURL(c *call, r Repository) string { return s.baseURL(c.r) + "/" + r.Key }

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// reduced is what users see who are not admins.
type reduced struct {
	Key         string `json:"key"`
	PackageType string `json:"packageType"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Class       string `json:"rclass"`
}

// configuration is what admins see.
type configuration struct {
	Key                 string   `json:"key"`
	PackageType         string   `json:"packageType"`
	Description         string   `json:"description"`
	IncludesPattern     string   `json:"includesPattern"`
	ExcludesPattern     string   `json:"excludesPattern"`
	Layout              string   `json:"repoLayoutRef"`
	DockerAPIVersion    string   `json:"dockerApiVersion,omitempty"`
	MaxUniqueTags       int      `json:"maxUniqueTags"`
	DockerTagRetention  int      `json:"dockerTagRetention"`
	BlockPushingSchema1 bool     `json:"blockPushingSchema1"`
	BlackedOut          bool     `json:"blackedOut"`
	XrayIndex           bool     `json:"xrayIndex"`
	Members             []string `json:"repositories,omitempty"`
	DefaultDeployment   string   `json:"defaultDeploymentRepo,omitempty"`
	Class               string   `json:"rclass"`
}

func (r Repository) configuration() configuration {
	c := configuration{
		Key: r.Key, PackageType: r.packageType(), Description: r.Description,
		IncludesPattern: strings.Join(r.Includes, ","), ExcludesPattern: strings.Join(r.Excludes, ","),
		Layout: "simple-default", MaxUniqueTags: r.MaxUniqueTags, DockerTagRetention: 1, BlockPushingSchema1: true,
		Members: r.Members, DefaultDeployment: r.DefaultDeployment, Class: r.class(),
	}
	if c.IncludesPattern == "" {
		c.IncludesPattern = "**/*"
	}
	if r.isDocker() {
		c.DockerAPIVersion = "V2"
	}
	return c
}
