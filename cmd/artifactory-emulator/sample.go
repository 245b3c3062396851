package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/sigsync/sigsync/internal/demo"
	"github.com/sigsync/sigsync/internal/emulator"
)

// Where the sample is signed, and where it is promoted to.
const sampleSource, sampleTarget = "docker-dev-local", "docker-prod-local"

// fill pushes the sample to a server as its administrator, promotes it, and
// writes the public key of its signatures to a file.
func fill(ctx context.Context, url, file string, options emulator.Options) error {
	key, err := demo.NewKey()
	if err != nil {
		return err
	}
	dev := &demo.Registry{URL: url, Repository: sampleSource, HTTP: &http.Client{}}
	for _, user := range options.Users {
		if user.Admin && user.Password != "" {
			dev.Username, dev.Password = user.Name, user.Password
		}
	}
	if dev.Username == "" {
		return errors.New("no administrator has a password")
	}
	images, err := dev.PushSample(ctx, key)
	if err != nil {
		return err
	}
	for _, i := range images {
		if err := dev.Promote(ctx, i.Image, i.Tag, sampleTarget); err != nil {
			return err
		}
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return fmt.Errorf("encode public key: %w", err)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), 0o600); err != nil {
		return fmt.Errorf("write public key: %w", err)
	}
	return nil
}
