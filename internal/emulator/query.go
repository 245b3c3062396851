package emulator

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sigsync/sigsync/internal/emulator/aql"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// longestQuery is the length of a query's text in characters that is still read.
const longestQuery = 6000

// aql answers a query of the Artifactory Query Language.
func (s *Server) aql(c *call) error {
	if c.r.Method != http.MethodPost {
		return methodNotAllowed()
	}
	if c.caller.anonymous {
		return unauthorized("Only non-anonymous users are allowed to access AQL queries\n")
	}
	text, err := queryText(c)
	if err != nil {
		return err
	}
	result, err := s.runQuery(c.caller, text)
	if err != nil {
		return s.queryError(err)
	}
	c.w.Header().Set("Content-Type", "application/json")
	_, _ = result.WriteTo(c.w) // the client went away, and the answer cannot become another
	return nil
}

// queryText reads the query: the body or, if that is blank, ?query.
func queryText(c *call) (string, error) {
	if header := c.r.Header.Get("Content-Type"); header != "" {
		if kind, _, err := mime.ParseMediaType(header); err != nil || kind != "text/plain" {
			return "", refuse(http.StatusUnsupportedMediaType, "Unsupported Media Type")
		}
	}
	body, err := io.ReadAll(c.r.Body)
	if err != nil {
		return "", fmt.Errorf("read query: %w", err)
	}
	text := string(body)
	if strings.TrimSpace(text) == "" {
		text = c.query.Get("query")
	}
	switch {
	case strings.TrimSpace(text) == "":
		return "", &refusal{status: http.StatusBadRequest, plain: true}
	case utf8.RuneCountInString(text) > longestQuery:
		return "", refuse(http.StatusBadRequest, "AQL query is longer than %d characters", longestQuery)
	}
	return text, nil
}

func (s *Server) runQuery(c caller, text string) (*aql.Result, error) {
	query, err := s.parse(c, text)
	if err != nil {
		return nil, err
	}
	env := aql.Env{
		Now: s.options.Now(), Admin: c.Admin, CanRead: c.reads, OSS: s.options.Edition == EditionOSS,
		HardCap: s.options.AQL.HardCap, IgnoreCase: s.options.AQL.IgnoreCase, Rand: s.random(), Members: s.members,
	}
	if s.tree.Ground() != nil && query.Plain() && s.options.AQL.TimeoutRows == 0 {
		return query.Stream(s.strewn(query), env)
	}
	result, err := query.Run(s.stored(query.Repositories()), env)
	if most := s.options.AQL.TimeoutRows; err == nil && most > 0 && result.Rows() > most {
		return nil, &aql.Refused{Status: http.StatusRequestTimeout, Message: "Query timed out"}
	}
	return result, err
}

// parse reads a query and gives it the limit that it does not ask for, on
// servers that impose one. A query that has a limit does not parse with two.
func (s *Server) parse(c caller, text string) (*aql.Query, error) {
	if limit := s.options.AQL.UserLimit; limit > 0 && !c.Admin {
		if query, err := aql.Parse(fmt.Sprintf("%s.limit(%d)", strings.TrimSpace(text), limit)); err == nil {
			return query, nil
		}
	}
	return aql.Parse(text)
}

// members expands virtual repositories. A remote one is not its cache.
func (s *Server) members(key string) ([]string, bool) {
	r, ok := s.repositories.find(key)
	if !ok || r.Class != Virtual {
		return nil, false
	}
	return s.repositories.storage(r), true
}

// holding are the keys of the storage behind the named repositories, or all.
func (s *Server) holding(named []string) []string {
	keys := s.repositories.all()
	if named == nil {
		return keys
	}
	return slices.DeleteFunc(keys, func(key string) bool {
		return !slices.ContainsFunc(named, func(name string) bool { return slices.Contains(s.repositories.readFrom(name), key) })
	})
}

// stored goes through what the named repositories hold, or all.
func (s *Server) stored(named []string) iter.Seq[tree.Item] {
	keys := s.holding(named)
	return func(yield func(tree.Item) bool) {
		more := true
		for _, key := range keys {
			s.tree.Walk(key, "", func(i tree.Item) bool {
				more = more && yield(i)
				return more
			})
		}
	}
}

// queryError puts a refused query into the server's envelope, or not, as
// versions differ.
func (s *Server) queryError(err error) error {
	answer := refuse(http.StatusBadRequest, "%v", err)
	if refused, ok := errors.AsType[*aql.Refused](err); ok {
		answer.status = refused.Status
	}
	answer.plain = s.options.Quirks.PlainAQLErrors
	return answer
}
