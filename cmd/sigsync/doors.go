package main

import (
	"reflect"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/outbound"
)

// doors are what is known of the credentials of servers, by the servers' names.
// They outlive a run: a password that was refused in one would be refused in
// the next, and a few refusals lock an account.
type doors map[string]doorOf

// doorOf is what is known of the credentials for one place.
type doorOf struct {
	url  string
	auth config.Auth
	*outbound.Door
}

// of returns the door of a server. What another place said, or of other
// credentials, is not known of this one.
func (d doors) of(name string, s *config.Server) *outbound.Door {
	if known := d[name]; known.Door == nil || known.url != s.URL || !reflect.DeepEqual(known.auth, s.Auth) {
		d[name] = doorOf{s.URL, s.Auth, outbound.NewDoor(nil)}
	}
	return d[name].Door
}

// forget has every server asked again.
func (d doors) forget() { clear(d) }
