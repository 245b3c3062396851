package artifactory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxRefusal is how many bytes of a refusal are read: enough for a message per
// file of an attachment.
const maxRefusal = 64 << 10

// refusal reads an answer that is not a success into an Error.
func (c *Client) refusal(r request, answer *http.Response) error {
	e := c.failure(r, answer.StatusCode, nil)
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxRefusal)) // a cut-off refusal is a refusal
	e.retryAfter = retryAfter(answer.Header)
	switch {
	case e.Status < http.StatusBadRequest:
		e.Cause = notBaseError{"it redirects" + destination(answer) + "; give the server's final URL"}
	case isPage(answer.Header.Get("Content-Type"), body):
		e.Cause = pageMeaning(e.Status)
	default:
		words, verdict := messages(body)
		e.Messages, e.Cause = c.presentable(words), meaning(e.Status, words, verdict)
	}
	return e
}

// destination says where a redirect goes. Its query stays out: it may hold a token.
func destination(answer *http.Response) string {
	u, err := answer.Location()
	if err != nil {
		return ""
	}
	return " to " + clip(fmt.Sprintf("%s://%s%s", u.Scheme, u.Host, u.EscapedPath()))
}

// envelope holds the forms in which Artifactory and what stands before it say
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

// messages returns the server's words as they are, without those of success.
// verdict tells that they are Copy Item's, whose status may be anything, 500
// included.
func messages(body []byte) (words []string, verdict bool) {
	var said envelope
	if json.Unmarshal(body, &said) != nil {
		if text := strings.TrimSpace(string(body)); text != "" && text[0] != '{' {
			return []string{text}, false
		}
		return nil, false
	}
	for _, m := range said.Errors {
		switch {
		case m.Message != "":
			words = append(words, m.Message)
		case m.Code != nil && m.Code != "":
			words = append(words, fmt.Sprint(m.Code))
		}
	}
	if text := cmp.Or(said.Message, said.Error); text != "" {
		words = append(words, text)
	}
	for _, m := range said.Messages {
		if !strings.EqualFold(m.Level, "info") {
			words, verdict = append(words, m.Message), true
		}
	}
	return words, verdict
}
