//go:build e2e

package main

import (
	"os"
	"testing"
)

// Each peer that is there does what its adapter says: on an estate of signature
// tags all of them bring every one, and on the traps as many as they can.
func TestEveryPeerBringsSignatures(t *testing.T) {
	tools := os.Getenv("SIGSYNC_TOOLS")
	if tools == "" {
		t.Fatal("SIGSYNC_TOOLS is not set: run make e2e")
	}
	records, said := measured(t, t.TempDir(), "--tools", tools, "--limit", "1m", "--limit-whole", "5m")
	t.Log(said)
	trapped := map[string]int{
		"sigsync": 10, "regsync": 9, "regsync-digesttags": 9, "cosign": 8, "crane": 6, "oras": 6, "oras-recursive": 1, "ansible": 4,
	}
	overCopied := map[string]int{"cosign": 6} // the images, under the tags of their digests
	requests := map[string]int64{"sigsync": 3*6 + 8, "ansible": 3 * 6}
	seen := map[string]int{}
	for _, r := range records {
		seen[r.Peer]++
		v := r.Verdict
		if r.Cell.Traps {
			if v.Copied != trapped[r.Peer] {
				t.Errorf("%s brought %d of the traps' attachments, want %d: %+v", r.Peer, v.Copied, trapped[r.Peer], v)
			}
			continue
		}
		if r.Failed > 0 || r.Cut || v.Copied != 6 || v.Missed.Count+v.Overwrote.Count > 0 || v.OverCopied.Count != overCopied[r.Peer] {
			t.Errorf("%s: %+v, %d failed: %s", r.Peer, v, r.Failed, r.Complaint)
		}
		if want, ok := requests[r.Peer]; ok && r.Server.Requests != want {
			t.Errorf("%s: %d requests, want %d", r.Peer, r.Server.Requests, want)
		}
	}
	for _, p := range allPeers() {
		if want := map[bool]int{true: 1, false: 2}[p.traps]; seen[p.name] != want && !p.installed {
			t.Errorf("%s ran %d times, want %d", p.name, seen[p.name], want)
		}
	}
}
