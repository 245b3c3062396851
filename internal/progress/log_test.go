package progress_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/progress"
)

func TestLogSaysHowFarARunHasCome(t *testing.T) {
	clock := newClock()
	m := progress.NewMeter(clock.now)
	log, hook := test.NewNullLogger()
	m.Log(log) // nothing has begun
	end := m.Begin(progress.Scan, "")
	clock.pass(30)
	m.Listed(90000, 1, 2)
	m.Log(log)
	end()
	m.Log(log) // nothing goes on
	m.Begin(progress.Execute, "dev-to-prod")
	clock.pass(30)
	m.Dealt(600, 900)
	m.Log(log)
	want := []logrus.Fields{
		{"phase": "scan", "elapsed": "30s", "done": 1, "total": 2, "files": 90000, "rate": "3,000/s", "message": "still at it: listing"},
		{
			"phase": "execute", "pair": "dev-to-prod", "elapsed": "30s", "done": 600, "total": 900, "rate": "20/s", "left": "15s",
			"message": "still at it: copying",
		},
	}
	var got []logrus.Fields
	for _, e := range hook.AllEntries() {
		e.Data["message"] = e.Message
		got = append(got, e.Data)
		if e.Level != logrus.InfoLevel {
			t.Errorf("level = %s, want info", e.Level)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestEveryShowsAtEachTickUntilTheEnd(*testing.T) {
	ticks, done := make(chan time.Time), make(chan struct{})
	shown := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		progress.Every(ticks, done, func() { shown <- struct{}{} })
	}()
	for range 3 {
		ticks <- time.Time{}
		<-shown
	}
	close(done)
	<-ended
}
