package fault

import (
	"net/http"
	"sync/atomic"
)

// Always intercepts every request with the operation, "" meaning any.
func Always(operation string, fault http.Handler) func(*http.Request, string) http.Handler {
	return when(operation, func(int64) bool { return true }, fault)
}

// First intercepts the first n requests with the operation, "" meaning any.
func First(n int, operation string, fault http.Handler) func(*http.Request, string) http.Handler {
	return when(operation, func(count int64) bool { return count <= int64(n) }, fault)
}

// Nth intercepts the nth request with the operation, counted from one; ""
// means any operation.
func Nth(n int, operation string, fault http.Handler) func(*http.Request, string) http.Handler {
	return when(operation, func(count int64) bool { return count == int64(n) }, fault)
}

func when(operation string, now func(count int64) bool, fault http.Handler) func(*http.Request, string) http.Handler {
	var count atomic.Int64
	return func(_ *http.Request, actual string) http.Handler {
		if operation != "" && operation != actual || !now(count.Add(1)) {
			return nil
		}
		return fault
	}
}
