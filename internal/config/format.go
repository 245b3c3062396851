package config

import "fmt"

// A verb that does not fit a pointer has fmt print what it points to, and ask no
// method of it: not even a Secret's. So whatever holds a secret is asked itself.

// Format writes the server with its secrets masked.
func (s *Server) Format(f fmt.State, verb rune) {
	type plain Server
	shown(f, verb, plain(*s))
}

// Format writes the login with its secrets masked.
func (a *Auth) Format(f fmt.State, verb rune) {
	type plain Auth
	shown(f, verb, plain(*a))
}

// Format writes the settings with their secret masked.
func (s Serve) Format(f fmt.State, verb rune) {
	type plain Serve
	shown(f, verb, plain(s))
}

// Format writes the webhook with its secret masked.
func (w Webhook) Format(f fmt.State, verb rune) {
	type plain Webhook
	shown(f, verb, plain(w))
}

// Format writes the place with its URL masked.
func (n *Notify) Format(f fmt.State, verb rune) {
	type plain Notify
	shown(f, verb, plain(*n))
}

// Format writes the settings with the gateway's URL masked.
func (m Metrics) Format(f fmt.State, verb rune) {
	type plain Metrics
	shown(f, verb, plain(m))
}

func shown(f fmt.State, verb rune, v any) { _, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), v) }
