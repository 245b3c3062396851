package outbound

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Refuse reads an answer that is not a success into e, which tells of the
// request. It returns what the answer says; nothing where it is not the
// server's own.
func (e *Error) Refuse(answer *http.Response, at Place, hide Hider) Said {
	e.Status = answer.StatusCode
	body, _ := io.ReadAll(io.LimitReader(answer.Body, intake.RefusalBytes)) // a cut-off refusal is a refusal
	e.wait = retryAfter(answer.Header)
	switch {
	case e.Status < http.StatusBadRequest:
		e.Cause = WrongURLError{at.Name, "it redirects" + destination(answer) + "; give the server's final URL"}
	case IsPage(answer.Header.Get("Content-Type"), body):
		e.Cause = pageMeaning(e.Status, at.wrong())
	default:
		said := Read(body)
		e.Messages, e.Cause = hide.Presentable(said.Words), said.Meaning(e.Status)
		return said
	}
	return Said{}
}

// SaysWrong tells whether a refusal says in so many words that the credentials
// are wrong. The answer can still be read.
func SaysWrong(answer *http.Response) bool {
	body, _ := io.ReadAll(io.LimitReader(answer.Body, intake.RefusalBytes)) // a cut-off refusal is a refusal
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), answer.Body), answer.Body}
	return errors.Is(Read(body).saying(), oci.ErrUnauthorized)
}

// destination says where a redirect goes. Its query stays out: it may hold a token.
func destination(answer *http.Response) string {
	u, err := answer.Location()
	if err != nil {
		return ""
	}
	return " to " + Clip(fmt.Sprintf("%s://%s%s", u.Scheme, u.Host, u.EscapedPath()))
}

// Said is what a server says of a request.
type Said struct {
	// Words are its messages as they are, without those of success.
	Words []string
	// Codes are the words that the distribution specification has for refusals,
	// as in NAME_UNKNOWN.
	Codes []string
	// Verdict tells that the words are Copy Item's, whose status may be
	// anything, 500 included.
	Verdict bool
}

// envelope holds the forms in which servers and what stands before them say
// why they refuse.
type envelope struct {
	Errors []struct {
		Code    any    `json:"code"` // a word or a number
		Message string `json:"message"`
	} `json:"errors"`
	Message  string `json:"message"`
	Error    string `json:"error"`
	Messages []struct {
		Level   string `json:"level"`
		Message string `json:"message"`
	} `json:"messages"`
}

// Read reads the body of an answer.
func Read(body []byte) Said {
	var said Said
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		if text := strings.TrimSpace(string(body)); text != "" && text[0] != '{' {
			said.Words = []string{text}
		}
		return said
	}
	for _, m := range e.Errors {
		code, _ := m.Code.(string)
		if code != "" {
			said.Codes = append(said.Codes, code)
		}
		switch {
		case m.Message != "":
			said.Words = append(said.Words, m.Message)
		case m.Code != nil && m.Code != "":
			said.Words = append(said.Words, fmt.Sprint(m.Code))
		}
	}
	if text := cmp.Or(e.Message, e.Error); text != "" {
		said.Words = append(said.Words, text)
	}
	for _, m := range e.Messages {
		if !strings.EqualFold(m.Level, "info") {
			said.Words, said.Verdict = append(said.Words, m.Message), true
		}
	}
	return said
}
