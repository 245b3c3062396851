package webhook

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/time/rate"

	"github.com/sigsync/sigsync/internal/intake"
)

// Options are what a webhook is made of.
type Options struct {
	// Secret returns the secret that Artifactory was given for the webhook. It is
	// asked for each request, since a file may change. Without one, "", the
	// webhook is off.
	Secret func() (string, error)
	// Take is handed each event that is authentic, and says what becomes of it.
	// It must not block.
	Take func(Event) Taken
	// Result is told what each request resulted in, one of Results; nil is told
	// nothing.
	Result func(result string)
	// Now is the clock of the limits; nil is the real one.
	Now func() time.Time
	// Log is told of events (debug) and of what is refused, of that not more than
	// once in a while; nil discards.
	Log logrus.FieldLogger
}

// New returns the handler of the webhook's address. It takes POST requests that
// are authentic by their X-JFrog-Event-Auth header, which has to be the secret,
// or the lower-case hexadecimal HMAC-SHA256 of the body. It reads at most
// intake.EventBytes of a body; how long that may take is up to the server.
func New(o Options) http.Handler {
	if o.Result == nil {
		o.Result = func(string) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = &logrus.Logger{Out: io.Discard}
	}
	return &handler{
		o:         o,
		events:    rate.NewLimiter(intake.EventsPerSecond, intake.EventsAtOnce),
		forgeries: rate.NewLimiter(intake.ForgeriesPerSecond, intake.ForgeriesAtOnce),
		hush:      hush{matters: map[string]*matter{}},
	}
}

type handler struct {
	o Options
	// events is the allowance of what is authentic, forgeries that of what is
	// not. Neither uses up the other's.
	events, forgeries *rate.Limiter
	hush              hush
}

// ServeHTTP takes in one event.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := h.answer(w, r)
	h.o.Result(a.result)
	a.write(w)
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request) answer {
	now := h.o.Now()
	secret, err := h.o.Secret()
	switch {
	case err != nil:
		a := failed()
		h.say(logrus.ErrorLevel, a, now, logrus.Fields{logrus.ErrorKey: err}, "the webhook's secret cannot be read")
		return a
	case secret == "":
		return off()
	case r.Method != http.MethodPost:
		return answer{status: http.StatusMethodNotAllowed, result: ResultMethod}
	}
	body, refusal := h.admit(w, r, secret, now)
	if refusal != nil {
		h.say(logrus.WarnLevel, *refusal, now, logrus.Fields{"remote": r.RemoteAddr}, "a request to the webhook is refused")
		return *refusal
	}
	return h.take(body, now)
}

// admit returns the body of an authentic request, or why there is none.
func (h *handler) admit(w http.ResponseWriter, r *http.Request, secret string, now time.Time) ([]byte, *answer) {
	shown := credentialOf(r.Header)
	if shown.isSecret(secret) {
		if !h.events.AllowN(now, 1) {
			return nil, new(limited())
		}
		return read(w, r)
	}
	body, refusal := h.verify(w, r, shown, secret, now)
	if refusal == nil && !h.events.AllowN(now, 1) {
		refusal = new(limited())
	}
	return body, refusal
}

// verify returns the body of a request whose header is its signature. To find
// out takes the whole body and its hash, so that only so many may turn out to
// be none: who signs is kept out by a flood of forgeries, who shows the secret
// is not.
func (h *handler) verify(w http.ResponseWriter, r *http.Request, shown credential, secret string, now time.Time) ([]byte, *answer) {
	if h.forgeries.TokensAt(now) < 1 {
		return nil, new(limited())
	}
	body, refusal := signed(w, r, shown, secret)
	if refusal != nil {
		_ = h.forgeries.AllowN(now, 1) // those on their way at once may be more than are left
	}
	return body, refusal
}

func signed(w http.ResponseWriter, r *http.Request, shown credential, secret string) ([]byte, *answer) {
	signature := shown.signature()
	if signature == nil {
		return nil, new(refused())
	}
	body, refusal := read(w, r)
	if refusal == nil && !isSigned(signature, body, secret) {
		return nil, new(refused())
	}
	return body, refusal
}

// read returns the body. Anybody can send one.
func read(w http.ResponseWriter, r *http.Request) ([]byte, *answer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, intake.EventBytes))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, &answer{status: http.StatusRequestEntityTooLarge, result: ResultTooLarge}
	}
	if err != nil {
		return nil, &answer{status: http.StatusRequestTimeout, result: ResultIncomplete}
	}
	return body, nil
}

// take hands an authentic event on.
func (h *handler) take(body []byte, now time.Time) answer {
	event, err := Parse(body)
	if errors.Is(err, ErrIgnored) {
		h.o.Log.WithField("reason", err.Error()).Debug("an event is ignored")
		return ignored(err)
	}
	if err != nil {
		a := malformed(err)
		h.say(logrus.WarnLevel, a, now, logrus.Fields{"reason": a.shownReason()}, "what the webhook was sent is no event")
		return a
	}
	a := answerTo(h.o.Take(event))
	about := logrus.Fields{"repository": event.Repository, "image": event.Image, "tag": event.Tag}
	if event.Promoted {
		about["target"] = event.TargetRepository
	}
	if a.result == ResultDropped {
		h.say(logrus.WarnLevel, a, now, about, "an event is dropped: too many wait")
		return a
	}
	h.o.Log.WithFields(about).WithField("result", a.result).Debug("an event arrived")
	return a
}

// say writes a line about what anybody can bring about, unless the last one of
// that result was just before.
func (h *handler) say(level logrus.Level, a answer, now time.Time, about logrus.Fields, what string) {
	untold, ok := h.hush.speak(a.result, now)
	if !ok {
		return
	}
	line := h.o.Log.WithFields(about).WithFields(logrus.Fields{"result": a.result, "status": a.status})
	if untold > 0 {
		line = line.WithField("untold", untold)
	}
	if level == logrus.ErrorLevel {
		line.Error(what)
		return
	}
	line.Warn(what)
}
