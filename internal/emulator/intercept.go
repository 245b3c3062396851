package emulator

import (
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/mover"
)

// Intercept sees every request before the server answers it. The handler it
// returns answers instead; nil lets the server go on. Operations are those of
// Entry.
type Intercept func(r *http.Request, operation string) http.Handler

// SetIntercept installs an intercept, or removes it with nil.
func (s *Server) SetIntercept(f Intercept) { s.intercept.Store(&f) }

// Veto stands for a user plugin or storage interceptor. It sees every item
// that Copy Item or a promotion is about to write; a status other than zero
// cancels the request with that status and message, and leaves what is
// already written.
type Veto func(repo, path string) (status int, message string)

// SetVeto installs a veto, or removes it with nil.
func (s *Server) SetVeto(f Veto) { s.veto.Store(&f) }

// rules are what the engines of copy and promotion ask the server.
type rules struct {
	caller
	server *Server
}

var _ mover.Rules = rules{}

// Admits applies include and exclude patterns.
func (r rules) Admits(repo, path string) bool { return r.server.repositories.admits(repo, path) }

// Veto asks the installed veto.
func (r rules) Veto(repo, path string) error {
	veto := r.server.veto.Load()
	if veto == nil || *veto == nil {
		return nil
	}
	if status, message := (*veto)(repo, path); status != 0 {
		return refuse(status, "Request has been canceled: %s", message)
	}
	return nil
}
