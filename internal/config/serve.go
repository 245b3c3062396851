package config

import (
	"net"
	"strconv"
	"time"
)

// Serve is how `sigsync serve` answers and stops.
type Serve struct {
	// Listen is the host and port to listen on; an empty host means every one.
	// Empty means that nothing is listened to.
	Listen string `yaml:"listen"`
	// Grace is how long copies under way may take at shutdown.
	Grace   time.Duration `yaml:"grace"`
	Webhook Webhook       `yaml:"webhook"`
}

// Webhook is how events from Artifactory are taken in.
type Webhook struct {
	// Secret signs the events. The webhook is off when Secret and SecretFile
	// are empty.
	Secret Secret `yaml:"secret"`
	// SecretFile names a file that holds the secret.
	SecretFile string `yaml:"secret_file"`
	// Gather is how long events are collected before they make one run.
	Gather time.Duration `yaml:"gather"`
}

func (s Serve) check(key string, p *problems) {
	_, port, err := net.SplitHostPort(s.Listen)
	if _, portErr := strconv.ParseUint(port, 10, 16); s.Listen != "" && (err != nil || portErr != nil) {
		p.expected(child(key, "listen"), `a host and port such as 127.0.0.1:8080, or "" for none`, s.Listen)
	}
	if s.Listen == "" && (s.Webhook.Secret != "" || s.Webhook.SecretFile != "") {
		p.add(child(key, "listen"), "expected a host and port: the webhook has a secret, and nowhere to be called")
	}
	if s.Webhook.Secret != "" && s.Webhook.SecretFile != "" {
		p.add(child(key, "webhook"), "expected secret or secret_file, got both")
	}
}
