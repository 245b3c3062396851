package main

import (
	"fmt"
	"sync"
	"time"
)

// news tells those who wait that something has happened. Its zero value is ready.
type news struct {
	guard sync.Mutex
	next  chan struct{}
}

// tell wakes everybody who waits.
func (n *news) tell() {
	n.guard.Lock()
	defer n.guard.Unlock()
	if n.next != nil {
		close(n.next)
		n.next = nil
	}
}

// soon is closed when something happens after this call.
func (n *news) soon() <-chan struct{} {
	n.guard.Lock()
	defer n.guard.Unlock()
	if n.next == nil {
		n.next = make(chan struct{})
	}
	return n.next
}

// patience is how long a story waits for what must come. It is no
// expectation: a slow machine needs less, and a hung program must not hang the
// tests.
const patience = 60 * time.Second

// until waits for happened to become true; ended is closed when it no longer can.
func (n *news) until(happened func() bool, ended <-chan struct{}) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		next := n.soon()
		if happened() {
			return nil
		}
		select {
		case <-next:
		case <-ended:
			if happened() {
				return nil
			}
			return fmt.Errorf("the program ended before")
		case <-timer.C:
			return fmt.Errorf("not within %s", patience)
		}
	}
}
