package webhook

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
)

// answer is what a request gets. Artifactory sends an event again after 500 and
// above only: that is for what may be better by then, and for nothing else.
type answer struct {
	status int
	result string
	// reason is for who is known to be the sender: nobody else is told.
	reason string
	// retryAfter is in seconds; 0 says nothing of it.
	retryAfter int
}

// Artifactory waits so many seconds before it sends an event again.
const resend = 10

func answerTo(t Taken) answer {
	switch t {
	case Accepted:
		return answer{status: http.StatusAccepted, result: ResultAccepted}
	case Duplicate:
		return answer{status: http.StatusAccepted, result: ResultDuplicate}
	case Unconcerned:
		return answer{status: http.StatusOK, result: ResultUnconcerned}
	default:
		return answer{status: http.StatusServiceUnavailable, result: ResultDropped, retryAfter: resend}
	}
}

func off() answer     { return answer{status: http.StatusNotFound, result: ResultOff} }
func refused() answer { return answer{status: http.StatusUnauthorized, result: ResultUnauthorized} }
func failed() answer {
	return answer{status: http.StatusServiceUnavailable, result: ResultFailed, retryAfter: resend}
}
func limited() answer {
	return answer{status: http.StatusTooManyRequests, result: ResultLimited, retryAfter: 1}
}
func malformed(why error) answer {
	return answer{status: http.StatusBadRequest, result: ResultMalformed, reason: why.Error()}
}
func ignored(why error) answer {
	return answer{status: http.StatusOK, result: ResultIgnored, reason: why.Error()}
}

// write sends the answer.
func (a answer) write(w http.ResponseWriter) {
	if a.result == ResultOff {
		http.Error(w, "404 page not found", a.status) // as where there never was a webhook
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	if a.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(a.retryAfter))
	}
	if a.status == http.StatusMethodNotAllowed {
		h.Set("Allow", http.MethodPost)
	}
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(struct { // who is gone needs no answer
		Result string `json:"result"`
		Reason string `json:"reason,omitempty"`
	}{a.result, a.shownReason()})
}

// shownReason is the reason in one short line: it may quote what was sent.
func (a answer) shownReason() string {
	reason := a.reason
	if len(reason) > intake.MessageBytes {
		reason = reason[:intake.MessageBytes]
	}
	return printable.Line(reason)
}
