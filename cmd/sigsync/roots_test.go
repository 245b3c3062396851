package main

import (
	"crypto/x509"
	"fmt"
	"os"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// rooted is a program that names the public certificate authorities which it
// trusts, the way sigsync does where no ca_file is set. They are settled when a
// program starts, so that it has to be one of its own.
func rooted() {
	for root := range bundle.Roots() {
		certificate, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if _, err := certificate.Verify(x509.VerifyOptions{}); err == nil {
			fmt.Println(certificate.Subject.CommonName)
		}
	}
}
