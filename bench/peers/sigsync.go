package main

import (
	"context"
	"fmt"
)

// workers are the copies that sigsync and regsync may have under way at a time.
const workers = 16

// runSigsync has all settings at their defaults but the number of copies at a
// time, which is its default too.
func runSigsync(ctx context.Context, d *desk) (outcome, error) {
	err := d.write("sigsync.yaml", fmt.Sprintf(`version: 1
servers: {main: {url: "http://%s/artifactory", auth: {username: %s, password: %s}}}
pairs: [{source: {repository: %s}, target: {repository: %s}}]
concurrency: {copy: %d}
log: {level: warn}
`, d.host, user, password, sourceKey, targetKey, workers))
	if err != nil {
		return outcome{}, err
	}
	d.accepts = 3 // all is done, and there is something to tell
	return d.all(ctx, 0, "sync", "--config", "sigsync.yaml", "--no-progress")
}
