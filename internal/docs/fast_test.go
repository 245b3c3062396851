//go:build !e2e

package docs_test

// tools is the folder of built tools; "" where there are none: blocks that need one are left out.
func tools() string { return "" }
