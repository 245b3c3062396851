package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkSecrets searches files, stdout or stderr for a secret: nosecret FILE...
func checkSecrets(ts *testscript.TestScript, _ *world, args []string) error {
	for _, file := range args {
		if err := secretIn(ts.ReadFile(file)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return arguments(args, 1, 99, "nosecret FILE...")
}

// secretIn searches a text for the secrets of sigsync's account, in every form
// in which a program writes them.
func secretIn(text string) error {
	for _, secret := range []string{canaryPassword, canaryToken, canaryKey, canaryIdentity, canaryWebhook, canaryPath, "sigsync:" + canaryPassword, "sigsync:" + canaryToken} {
		for form, leak := range forms(secret) {
			if strings.Contains(text, leak) {
				return fmt.Errorf("there is a secret in it, %s: %q", form, leak)
			}
		}
	}
	return nil
}

func forms(secret string) map[string]string {
	quoted, _ := json.Marshal(secret)
	found := map[string]string{
		"in hex":           hex.EncodeToString([]byte(secret)),
		"in HTML":          html.EscapeString(secret),
		"plain":            secret,
		"quoted":           strings.Trim(strconv.Quote(secret), `"`),
		"quoted in ASCII":  strings.Trim(strconv.QuoteToASCII(secret), `"`),
		"in JSON":          strings.Trim(string(quoted), `"`),
		"escaped as query": url.QueryEscape(secret),
		"escaped as path":  url.PathEscape(secret),
		"escaped as user":  url.User(secret).String(),
		"in base64":        strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
		"in base64url":     strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(secret)), "="),
	}
	for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
		for before := 1; before <= 2; before++ {
			// In the middle of a text: without the signs that hold bits of its neighbours.
			text := encoding.EncodeToString([]byte(strings.Repeat("?", before) + secret))
			whole := (before + len(secret)) / 3 * 4
			found[fmt.Sprintf("in %s after %d bytes", name, before)] = text[before+1 : whole]
		}
	}
	return found
}
