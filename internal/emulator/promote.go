package emulator

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/promotion"
)

// promote answers Promote Docker Image.
func (s *Server) promote(c *call) error {
	if c.r.Method != http.MethodPost {
		return methodNotAllowed()
	}
	if s.options.Edition == EditionOSS {
		return proOnly()
	}
	if c.caller.anonymous {
		return unauthorized("Unauthorized")
	}
	request, err := s.promoteRequest(c)
	if err != nil {
		return err
	}
	unlock, ok := s.lockPromotions()
	if !ok {
		return refuse(http.StatusBadRequest, "Failed to acquire lock for promotion of '%s' from '%s' to '%s'.", request.Image, request.SourceRepo, request.TargetRepo)
	}
	defer unlock()
	outcome, err := promotion.Promote(s.tree, rules{c.caller, s}, request)
	s.promoted(request, outcome, c.caller.Name)
	return sendPromotion(c, request, outcome.Undeleted, err)
}

func sendPromotion(c *call, request promotion.Request, undeleted bool, err error) error {
	var refused *promotion.Refusal
	switch {
	case errors.As(err, &refused):
		return refuse(refused.Status, "%s", refused.Message)
	case err != nil:
		return err
	case undeleted:
		text(c.w, http.StatusPartialContent, "Promotion executed successfully; however, there were not enough permissions to delete all artifacts under '"+request.Source()+"'.")
	default:
		text(c.w, http.StatusOK, "Promotion ended successfully")
	}
	return nil
}

// promoteRequest reads the body and holds both ends to be registries.
func (s *Server) promoteRequest(c *call) (promotion.Request, error) {
	request := promotion.Request{SourceRepo: c.address.repo, ArchTags: s.options.Quirks.ArchTags}
	if header := c.r.Header.Get("Content-Type"); header != "" {
		if kind, _, err := mime.ParseMediaType(header); err != nil || kind != "application/json" {
			return request, refuse(http.StatusUnsupportedMediaType, "Unsupported Media Type")
		}
	}
	if err := json.NewDecoder(c.r.Body).Decode(&request); err != nil {
		return request, refuse(http.StatusBadRequest, "Bad promotion request: %v", err)
	}
	for _, key := range []string{request.SourceRepo, request.TargetRepo} {
		r, cache, ok := s.repositories.holder(key)
		if key != "" && (!ok || cache || !r.isDocker()) {
			return request, refuse(http.StatusBadRequest, "Unsupported V2 repository request for '%s'", key)
		}
	}
	return request, nil
}

// lockPromotions lets one promotion run at a time; the next one waits, or is
// refused if the server is set so.
func (s *Server) lockPromotions() (unlock func(), ok bool) {
	if !s.options.Quirks.PromotionLock {
		s.promoting.Lock()
		return s.promoting.Unlock, true
	}
	return s.promoting.Unlock, s.promoting.TryLock()
}
