package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// promote has the server promote a tag, and copies unless it is to move:
//
//	promote [-move] REPO IMAGE:TAG TARGET-REPO [IMAGE:TAG]
func promote(_ *testscript.TestScript, w *world, args []string) error {
	move := len(args) > 0 && args[0] == "-move"
	if move {
		args = args[1:]
	}
	if err := arguments(args, 3, 4, "promote [-move] REPO IMAGE:TAG TARGET-REPO [IMAGE:TAG]"); err != nil {
		return err
	}
	to := args[1]
	if len(args) == 4 {
		to = args[3]
	}
	to, err := w.names.resolve(to)
	if err != nil {
		return err
	}
	image, tag, _ := strings.Cut(args[1], ":")
	toImage, toTag, _ := strings.Cut(to, ":")
	body, err := json.Marshal(map[string]any{
		"targetRepo": args[2], "dockerRepository": image, "tag": tag,
		"targetDockerRepository": toImage, "targetTag": toTag, "copy": !move,
	})
	if err != nil {
		return err
	}
	return w.ask("/api/docker/"+args[0]+"/v2/promote", "application/json", string(body))
}

// copyItem is what somebody does by hand: copyitem REPO/PATH TARGET-REPO/PATH.
func copyItem(_ *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 2, 2, "copyitem REPO/PATH TARGET-REPO/PATH"); err != nil {
		return err
	}
	from, err := w.names.resolve(args[0])
	if err != nil {
		return err
	}
	to, err := w.names.resolve(args[1])
	if err != nil {
		return err
	}
	return w.ask("/api/copy/"+from+"?to="+url.QueryEscape("/"+to), "", "")
}

// ask sends a request of the administrator, past the access log and faults.
func (w *world) ask(path, contentType, body string) error {
	server, err := w.started()
	if err != nil {
		return err
	}
	request := httptest.NewRequest(http.MethodPost, "/artifactory"+path, strings.NewReader(body))
	request.SetBasicAuth("admin", "password")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer := httptest.NewRecorder()
	server.Direct().ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		return fmt.Errorf("the server answers %d: %s", answer.Code, answer.Body)
	}
	return nil
}
