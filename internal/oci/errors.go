package oci

import "errors"

// What a server's refusal means, whatever its words. Errors of the clients
// wrap one of these; callers ask with errors.Is.
var (
	// ErrNotFound says that the thing is not there. Nothing else says so: a
	// refusal, an outage or a page of HTML leaves open whether it is.
	ErrNotFound = errors.New("not found")
	// ErrDenied says that the account may not do it.
	ErrDenied = errors.New("denied")
	// ErrUnauthorized says that the credentials were not accepted.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrThrottled says that the server wants fewer requests.
	ErrThrottled = errors.New("throttled")
	// ErrUnavailable says that no final answer came: the connection broke, or
	// the server or something before it is out of order.
	ErrUnavailable = errors.New("unavailable")
	// ErrUnsupported says that this server's edition does not do it.
	ErrUnsupported = errors.New("unsupported")
	// ErrIncomplete says that an answer is only a part of the truth.
	ErrIncomplete = errors.New("incomplete")
)
