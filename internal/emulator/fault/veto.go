package fault

import "sync/atomic"

// VetoAfter is a veto that lets through the writes of so many files, and
// refuses those that follow: a copy that ends in the middle.
func VetoAfter(files, status int, message string) func(repo, path string) (int, string) {
	var count atomic.Int64
	return func(string, string) (int, string) {
		if count.Add(1) <= int64(files) {
			return 0, ""
		}
		return status, message
	}
}
