package main

import "github.com/sigsync/sigsync/internal/outbound"

// doors are what is known of the credentials of servers, by the servers' names.
// They outlive a run: a password that was refused in one would be refused in
// the next, and a few refusals lock an account.
type doors map[string]*outbound.Door

func (d doors) of(server string) *outbound.Door {
	if d[server] == nil {
		d[server] = outbound.NewDoor(nil)
	}
	return d[server]
}
