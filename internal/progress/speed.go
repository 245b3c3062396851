package progress

import (
	"math"
	"time"
)

// speed is how fast something was counted of late: what was long ago tells little
// about a server that has slowed down.
type speed struct {
	// notes are a second apart or more, the oldest first, but for the last one.
	notes []note
}

type note struct {
	when  time.Time
	count int
}

const (
	// span is how far back it looks.
	span = 30 * time.Second
	// apart is how far apart notes are kept.
	apart = time.Second
)

// note is told of a count.
func (s *speed) note(when time.Time, count int) {
	if n := len(s.notes); n >= 2 && when.Sub(s.notes[n-2].when) < apart {
		s.notes = s.notes[:n-1]
	}
	s.notes = append(s.notes, note{when, count})
	for len(s.notes) > 2 && when.Sub(s.notes[1].when) >= span {
		s.notes = s.notes[1:]
	}
}

// at is the speed as of then: that nothing is counted any more tells too.
func (s *speed) at(when time.Time) speed {
	copied := speed{notes: append([]note(nil), s.notes...)}
	if n := len(copied.notes); n > 0 {
		copied.note(when, copied.notes[n-1].count)
	}
	return copied
}

// perSecond is above 0, or 0 where it cannot be told.
func (s *speed) perSecond() float64 {
	if len(s.notes) < 2 {
		return 0
	}
	first, last := s.notes[0], s.notes[len(s.notes)-1]
	took := last.when.Sub(first.when)
	if took < apart || last.count <= first.count {
		return 0
	}
	return float64(last.count-first.count) / took.Seconds()
}

// left is how long that many more take, in whole seconds, or below 0 where it
// cannot be told.
func (s *speed) left(more int) time.Duration {
	rate := s.perSecond()
	if seconds := math.Ceil(float64(more) / rate); rate > 0 && seconds < tooLong.Seconds() {
		return time.Duration(seconds) * time.Second
	}
	return -1
}

// tooLong is a time that says no more than that it takes long.
const tooLong = 100 * time.Hour
