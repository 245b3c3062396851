// Package promotion is what runs behind Promote Docker Image: it takes tags,
// manifest by manifest, from one docker repository to another. It moves unless
// told to copy, and it does not know about signatures.
package promotion

import (
	"fmt"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Rules are what a promotion has to ask about the caller and the repositories.
type Rules interface {
	// May tells whether the caller has the right on the path.
	May(right access.Right, repo, path string) bool
	// MaySomewhere tells whether the caller has the right on any path.
	MaySomewhere(right access.Right, repo string) bool
	// Admits tells whether the repository's include and exclude patterns let the
	// path in.
	Admits(repo, path string) bool
	// Veto stands for storage interceptors and user plugins: its error ends the
	// promotion and leaves what is already written.
	Veto(repo, path string) error
}

// Refusal is the server's answer to a promotion that it did not carry out.
type Refusal struct { //nolint:errname // the server refuses, it does not err
	// Status is the HTTP status.
	Status  int
	Message string
}

// Error returns the server's words.
func (r *Refusal) Error() string { return r.Message }

func refuse(status int, format string, args ...any) *Refusal {
	return &Refusal{Status: status, Message: fmt.Sprintf(format, args...)}
}

// Promote carries out the request, whose repositories exist and are docker
// repositories. The error is a *Refusal or a veto.
func Promote(store *tree.Store, rules Rules, request Request) (Outcome, error) {
	if err := request.complete(); err != nil {
		return Outcome{}, err
	}
	p := promotion{store: store, rules: rules, Request: request}
	if err := p.mayBegin(); err != nil {
		return Outcome{}, err
	}
	parts := p.parts()
	if len(parts) == 0 {
		return Outcome{}, refuse(http.StatusNotFound, "Unable to find docker image '%s', request aborted", request.Source())
	}
	for _, part := range parts {
		if err := p.mayPromote(part); err != nil {
			return Outcome{}, err
		}
	}
	outcome := Outcome{Tags: p.tags(parts)}
	for _, part := range parts {
		if err := p.transfer(part); err != nil {
			return Outcome{}, err
		}
	}
	if !request.Copy {
		outcome.Undeleted = p.removeSources(parts)
	}
	return outcome, nil
}

// promotion is one request under way.
type promotion struct {
	Request
	store *tree.Store
	rules Rules
}
