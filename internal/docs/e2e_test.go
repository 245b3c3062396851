//go:build e2e

package docs_test

import "os"

// tools is the folder of built tools.
func tools() string {
	if folder := os.Getenv("SIGSYNC_TOOLS"); folder != "" {
		return folder
	}
	panic("SIGSYNC_TOOLS is not set: run make e2e")
}
