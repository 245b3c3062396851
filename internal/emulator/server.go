package emulator

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/delay"
	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// Server is an emulated Artifactory. It is an http.Handler, safe for
// concurrent use.
type Server struct {
	options      Options
	contextPath  string // "" for the root of the host
	tree         *tree.Store
	repositories repositories
	accounts     *accounts
	registry     *docker.API
	queries      *gate
	webhooks     *webhook.Sender
	log          accessLog

	latency   atomic.Int64
	intercept atomic.Pointer[Intercept]
	veto      atomic.Pointer[Veto]
	requests  atomic.Uint64 // numbers the random sources
	promoting sync.Mutex
	retention sync.Mutex // one request removes old tags at a time
}

// New makes a server with empty repositories. Its error names every problem
// of the options.
func New(o Options) (*Server, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("configure emulator: %w", err)
	}
	if o.Version == "" {
		o.Version = currentVersion
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = delay.Sleep
	}
	s := &Server{
		options:      o,
		contextPath:  contextPath(o.ContextPath),
		tree:         tree.New(o.Now),
		repositories: o.Repositories,
		accounts:     newAccounts(o),
		queries:      newGate(o.AQL.Concurrency, o.AQL.Wait),
		webhooks:     newWebhooks(o),
	}
	s.registry = newRegistry(s)
	s.SetLatency(o.Latency)
	for _, key := range s.repositories.all() {
		s.tree.AddRepository(key)
	}
	if o.Ground != nil {
		s.tree.Lay(o.Ground)
	}
	return s, nil
}

// contextPath has a leading slash and no trailing one, or is empty.
func contextPath(option string) string {
	if option == "" {
		option = "artifactory"
	}
	if path := strings.Trim(option, "/"); path != "" {
		return "/" + path
	}
	return ""
}

// Tree is the storage behind every API. What is written into it is seen by all.
func (s *Server) Tree() *tree.Store { return s.tree }

// SetLatency changes what is added to every request from now on.
func (s *Server) SetLatency(d time.Duration) { s.latency.Store(int64(d)) }

// ExpireToken makes a token run out, so that it is refused as such.
func (s *Server) ExpireToken(token string) { s.accounts.expire(token) }

// random is a source of its own for one request.
func (s *Server) random() *rand.Rand {
	return rand.New(rand.NewPCG(s.options.Seed, s.requests.Add(1))) //nolint:gosec // disorder, not secrecy
}

// baseURL starts the URLs in an answer to the request.
func (s *Server) baseURL(r *http.Request) string {
	if s.options.BaseURL != "" {
		return strings.TrimRight(s.options.BaseURL, "/")
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + s.contextPath
}
