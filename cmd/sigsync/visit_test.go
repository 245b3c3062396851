package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// canaryWebhook is the secret that Artifactory was given for the webhook.
const canaryWebhook = "c4n4ry-webhook/secret+"

// address is where the started program listens, once it does.
func (p *process) address() (string, error) {
	said := regexp.MustCompile(`"address":"([^"]+)"`)
	err := p.stderr.until(func() bool { return said.MatchString(p.stderr.String()) }, p.done)
	if err != nil {
		return "", fmt.Errorf("it listens nowhere: %w; it wrote:\n%s", err, p.stderr)
	}
	return said.FindStringSubmatch(p.stderr.String())[1], nil
}

// visit gets a page of the started program until the answer has a status, and a
// text that matches: visit PATH [STATUS [PATTERN]]. The text is what stdout looks
// at then.
func visit(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 3, "visit PATH [STATUS [PATTERN]]"); err != nil {
		return err
	}
	if w.process == nil {
		return errors.New("nothing was started")
	}
	address, err := w.process.address()
	if err != nil {
		return err
	}
	status, err := strconv.Atoi(append(args[1:], "200")[0])
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile("(?m)" + append(args[min(2, len(args)):], "")[0])
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); ; {
		got, text, err := ask(http.MethodGet, "http://"+address+args[0], "", nil)
		if err == nil && got == status && pattern.MatchString(text) {
			_, _ = io.WriteString(ts.Stdout(), text)
			return secretIn(text)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("got %d, want %d and a match: %s: %w", got, status, text, err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// event sends an event to the started program, whose answer must have a status:
// event [-hmac] SECRET FILE STATUS. The file may name digests.
func event(ts *testscript.TestScript, w *world, args []string) error {
	sign := len(args) > 0 && args[0] == "-hmac"
	if sign {
		args = args[1:]
	}
	if err := arguments(args, 3, 3, "event [-hmac] SECRET FILE STATUS"); err != nil {
		return err
	}
	address, err := w.process.address()
	if err != nil {
		return err
	}
	body, err := w.names.resolve(ts.ReadFile(args[1]))
	if err != nil {
		return err
	}
	credential := args[0]
	if sign {
		mac := hmac.New(sha256.New, []byte(args[0]))
		_, _ = io.WriteString(mac, body)
		credential = hex.EncodeToString(mac.Sum(nil))
	}
	got, text, err := ask(http.MethodPost, "http://"+address+"/webhooks/artifactory", credential, []byte(body))
	if err != nil {
		return err
	}
	_, _ = io.WriteString(ts.Stdout(), text)
	if strconv.Itoa(got) != args[2] {
		return fmt.Errorf("got %d, want %s: %s", got, args[2], text)
	}
	return secretIn(text)
}

func ask(method, address, credential string, body []byte) (status int, text string, err error) {
	request, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if credential != "" {
		request.Header.Set("X-JFrog-Event-Auth", credential)
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(content), err
}

// hangup sends SIGHUP to what start started.
func hangup(_ *testscript.TestScript, w *world, args []string) error {
	if w.process == nil {
		return errors.New("nothing was started")
	}
	if err := w.process.Process.Signal(syscall.SIGHUP); err != nil {
		return err
	}
	return arguments(args, 0, 0, "hangup")
}

// noHangups is for a program that shares its process with the test.
func noHangups() (asked <-chan os.Signal, ignore func()) { return nil, func() {} }
