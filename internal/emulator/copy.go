package emulator

import (
	"fmt"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/mover"
)

// copyItem answers Copy Item.
func (s *Server) copyItem(c *call) error {
	if c.r.Method != http.MethodPost {
		return methodNotAllowed()
	}
	if s.options.Edition != EditionPro {
		return proOnly()
	}
	contentType, ok := negotiate(c.r.Header.Get("Accept"), storageType+"CopyOrMoveResult+json")
	if !ok {
		return refuse(http.StatusNotAcceptable, "Not Acceptable")
	}
	request, err := s.copyRequest(c)
	if err != nil {
		return err
	}
	if err := s.checkEnds(c, request); err != nil {
		return err
	}
	if _, ok := s.tree.Stat(request.From.Repo, request.From.Path); !ok {
		return s.missingSource(c, contentType, request.From)
	}
	result, err := mover.Copy(s.tree, rules{c.caller, s}, s.random(), request)
	if err != nil {
		return err
	}
	s.sendResult(c, contentType, request, result)
	return nil
}

// missingSource answers for a source that is not there: never with 404.
func (s *Server) missingSource(c *call, contentType string, from mover.Location) error {
	message := fmt.Sprintf("Could not find item at %s", from)
	if s.options.Quirks.MissingSourceWarns {
		reply(c.w, http.StatusOK, contentType, messages{{"WARN", message}}.body())
		return nil
	}
	return refuse(http.StatusBadRequest, "%s", message)
}

// sendResult answers with a line for each problem, or one of success.
func (s *Server) sendResult(c *call, contentType string, request mover.Request, result mover.Result) {
	var lines messages
	for _, p := range result.Problems {
		lines = append(lines, line{"ERROR", p.Message})
	}
	if len(lines) == 0 {
		prefix := ""
		if request.DryRun {
			prefix = "Dry run for "
		}
		lines = messages{{"INFO", fmt.Sprintf("%scopying %s to %s completed successfully, %d artifacts and %d folders were copied",
			prefix, request.From, request.To, result.Files, result.Folders)}}
	}
	codeless := http.StatusInternalServerError
	if s.options.Quirks.CodelessIs409 {
		codeless = http.StatusConflict
	}
	reply(c.w, result.Status(codeless), contentType, lines.body())
}

// messages is the body of Copy Item's answers.
type messages []line

type line struct {
	Level   string `json:"level"`
	Message string `json:"message"`
}

func (m messages) body() map[string]messages { return map[string]messages{"messages": m} }
