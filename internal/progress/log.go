package progress

import (
	"time"

	"github.com/sirupsen/logrus"
)

// Log writes a line about what is going on to a log, or none between phases.
func (m *Meter) Log(log logrus.FieldLogger) {
	at, now := m.look()
	if at.phase == "" {
		return
	}
	fields := logrus.Fields{"phase": at.phase, "elapsed": now.Sub(at.began).Truncate(time.Second).String()}
	if at.pair != "" {
		fields["pair"] = at.pair
	}
	if at.total > 0 {
		fields["done"], fields["total"] = at.done, at.total
	}
	if at.files > 0 {
		fields["files"] = at.files
	}
	if rate := at.speed.perSecond(); rate > 0 {
		fields["rate"] = perSecond(rate)
	}
	if left := at.left(); left > 0 {
		fields["left"] = left.String()
	}
	log.WithFields(fields).Info("still at it: " + at.what())
}

// Every calls show at each tick until done is closed.
func Every(ticks <-chan time.Time, done <-chan struct{}, show func()) {
	for {
		select {
		case <-ticks:
			show()
		case <-done:
			return
		}
	}
}
