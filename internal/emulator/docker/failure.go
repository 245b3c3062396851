package docker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// failure is an answer that is an error. The server has two shapes for it:
// the registry's for what is absent or malformed, and its own, pretty-printed
// and without a code, for refused logins and uploads.
type failure struct {
	status  int
	code    string // "" for the server's own shape
	message string
	detail  any
	header  map[string]string
}

func (f *failure) Error() string { return f.message }

func registry(status int, code, message string, detail any) *failure {
	return &failure{status: status, code: code, message: message, detail: detail}
}

func generic(status int, message string) *failure {
	return &failure{status: status, message: message}
}

func unsupportedPath() *failure {
	return registry(http.StatusNotFound, "UNSUPPORTED", "The operation is unsupported.", nil)
}

func manifestUnknown(image string) *failure {
	return registry(http.StatusNotFound, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry.",
		map[string]string{"manifest": image})
}

func nameUnknown(image string) *failure {
	return registry(http.StatusNotFound, "NAME_UNKNOWN", "repository name not known to registry", map[string]string{"name": image})
}

func blobUnknown(digest string) *failure {
	return registry(http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown to registry", map[string]string{"blobSum": digest})
}

func manifestInvalid(description string) *failure {
	return registry(http.StatusBadRequest, "MANIFEST_INVALID", "manifest invalid", map[string]string{"description": description})
}

func digestInvalid(digest string) *failure {
	return registry(http.StatusBadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content",
		map[string]string{"digest": digest})
}

// answer writes the error of a call, if it has one.
func (c *call) answer(err error) {
	if err == nil {
		return
	}
	var f *failure
	if !errors.As(err, &f) {
		f = generic(http.StatusInternalServerError, err.Error())
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Docker-Distribution-Api-Version", "registry/2.0")
	for k, v := range f.header {
		h.Set(k, v)
	}
	c.w.WriteHeader(f.status)
	_, _ = c.w.Write(f.body()) // the client went away; nobody is left to tell
}

func (f *failure) body() []byte {
	if f.code == "" {
		return fmt.Appendf(nil, "{\n  \"errors\" : [ {\n    \"status\" : %d,\n    \"message\" : %s\n  } ]\n}", f.status, quote(f.message))
	}
	type entry struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Detail  any    `json:"detail"`
	}
	b, err := json.Marshal(map[string][]entry{"errors": {{f.code, f.message, f.detail}}})
	if err != nil {
		return []byte(err.Error())
	}
	return b
}

// quote writes a JSON string without Go's escapes of HTML characters.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return strconv.Quote(s)
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
