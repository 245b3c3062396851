package outbound

import (
	"math"
	"slices"
	"time"
)

// usualAllowance is what a server is trusted with before anything is known of
// it: as many requests as a run copies at a time when nobody says otherwise.
const usualAllowance = 16

// allowance is how many requests may be on their way to a server at a time. It
// is halved when the server cannot keep up, and grows by one for every as many
// answers as it is itself; faster until it was halved for the first time.
type allowance struct {
	now, most int
	// halved counts how often it was.
	halved int
	// well counts good answers since it last changed.
	well   int
	tempos map[string]*tempo
}

func newAllowance(most int) allowance {
	if most <= 0 {
		most = math.MaxInt
	}
	return allowance{now: min(usualAllowance, most), most: most, tempos: map[string]*tempo{}}
}

// halve makes it smaller. A request that was sent before it was last halved
// says nothing new; halved is the count at that time.
func (a *allowance) halve(halved int) {
	if halved != a.halved {
		return
	}
	a.now, a.well = max(a.now/2, 1), 0
	a.halved++
	for _, t := range a.tempos {
		t.recent = t.recent[:0]
	}
}

// grow takes in a good answer. One that came while there was room is no sign
// that there could be more.
func (a *allowance) grow(full bool) {
	a.well++
	if !full || a.now == a.most {
		return
	}
	if a.halved == 0 || a.well >= a.now {
		a.now, a.well = a.now+1, 0
	}
}

// took takes in how long an answer of an operation took. Where they have become
// slow it returns how long they take now and how long they took before.
func (a *allowance) took(operation string, d time.Duration) (now, before time.Duration, slow bool) {
	t := a.tempos[operation]
	if t == nil {
		t = &tempo{}
		a.tempos[operation] = t
	}
	return t.took(d)
}

// tempo is how long the answers to one operation take.
type tempo struct {
	recent []time.Duration
	best   time.Duration
}

const (
	// sample is how many answers are looked at together. The middle one of them
	// counts: one that stalled says nothing about the others.
	sample = 20
	// Answers are slow when they take that many times what they took at best,
	// and so much longer that it is not the noise of a fast network.
	slowTimes = 3
	slowBy    = 250 * time.Millisecond
)

func (t *tempo) took(d time.Duration) (now, before time.Duration, slow bool) {
	if t.recent = append(t.recent, d); len(t.recent) < sample {
		return 0, 0, false
	}
	slices.Sort(t.recent)
	now, before = t.recent[sample/2], t.best
	t.recent = t.recent[:0]
	switch {
	case before == 0 || now < before:
		t.best = now
	case now >= slowTimes*before && now >= before+slowBy:
		// A server that has become slow for good is not held to what it was
		// once for ever.
		t.best *= 2
		return now, before, true
	}
	return now, before, false
}
