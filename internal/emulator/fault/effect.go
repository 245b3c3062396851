package fault

import (
	"net/http"
	"net/http/httptest"
)

// After lets direct do its work and has fault answer instead: the client cannot
// know that it was done.
func After(direct, fault http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		direct.ServeHTTP(httptest.NewRecorder(), r)
		fault.ServeHTTP(w, r)
	})
}

// ResetAfter lets direct do its work and ends the connection instead of
// answering.
func ResetAfter(direct http.Handler) http.Handler { return After(direct, Reset()) }

// Meanwhile has somebody else do something between the client's last look and
// direct's answer.
func Meanwhile(direct http.Handler, do func()) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		do()
		direct.ServeHTTP(w, r)
	})
}

// Pretend reports success and does nothing: 201 to a PUT, and to a POST what
// Copy Item and promotion say. What only reads is answered by direct.
func Pretend(direct http.Handler) http.Handler {
	done := JSON(http.StatusOK, "", "")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPut:
			w.WriteHeader(http.StatusCreated)
		case http.MethodPost:
			done.ServeHTTP(w, r)
		default:
			direct.ServeHTTP(w, r)
		}
	})
}
