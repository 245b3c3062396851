package webhook

// Taken says what became of an event.
type Taken uint8

// What becomes of an event.
const (
	// Accepted is one that will be worked on.
	Accepted Taken = iota
	// Duplicate is one that waits already.
	Duplicate
	// Unconcerned is one of a repository that no pair has.
	Unconcerned
	// Dropped is one too many: it is to be sent again.
	Dropped
)

// String is the result that a request with such an event has.
func (t Taken) String() string { return answerTo(t).result }

// What a request results in, for a metric's label.
const (
	// ResultAccepted: the event will be worked on. 202.
	ResultAccepted = "accepted"
	// ResultDuplicate: the same event waits already. 202.
	ResultDuplicate = "duplicate"
	// ResultUnconcerned: no pair has the event's repository. 200.
	ResultUnconcerned = "unconcerned"
	// ResultIgnored: the event is of another domain or type. 200.
	ResultIgnored = "ignored"
	// ResultMalformed: the request is authentic, and no event. 400.
	ResultMalformed = "malformed"
	// ResultUnauthorized: the request is not authentic. 401.
	ResultUnauthorized = "unauthorized"
	// ResultOff: there is no secret, and so no webhook. 404.
	ResultOff = "off"
	// ResultMethod: the request is no POST. 405.
	ResultMethod = "method"
	// ResultIncomplete: the body broke off, or took too long. 408.
	ResultIncomplete = "incomplete"
	// ResultTooLarge: the body is larger than an event. 413.
	ResultTooLarge = "too_large"
	// ResultLimited: there are too many requests. 429.
	ResultLimited = "limited"
	// ResultDropped: too many events wait. 503.
	ResultDropped = "dropped"
	// ResultFailed: the secret could not be read. 503.
	ResultFailed = "failed"
)

// Results returns every result that there is.
func Results() []string {
	return []string{
		ResultAccepted, ResultDuplicate, ResultUnconcerned, ResultIgnored, ResultMalformed, ResultUnauthorized, ResultOff,
		ResultMethod, ResultIncomplete, ResultTooLarge, ResultLimited, ResultDropped, ResultFailed,
	}
}
