package aql_test

import "testing"

// The files of the fixture are created in the seconds 3, 4, 7, 9 and 11; now is second 20.
func TestInstants(t *testing.T) {
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.2 ISO with a zone", `{"created":{"$lt":"2026-01-01T01:00:04+01:00"}}`, []string{readme}},
		{"4.2 ISO with a fraction", `{"created":{"$gte":"2026-01-01T00:00:03.123Z"}}`, []string{readme, image, leftover, signed, promoted}},
		{"4.2 equal to the millisecond", `{"created":"2026-01-01T00:00:03.123Z"}`, []string{readme}},
		{"4.2 ISO without a zone", `{"created":{"$lt":"2026-01-01T00:00:04"}}`, []string{readme}},
		{"4.2 ISO with a short zone", `{"created":{"$lt":"2026-01-01T00:00:04+0000"}}`, []string{readme}},
		{"4.2 hours and minutes", `{"created":{"$gt":"2026-01-01T00:00"}}`, all()},
		{"4.2 hours with a zone", `{"created":{"$gt":"2026-01-01T01+01"}}`, all()},
		{"4.2 a date", `{"created":{"$gt":"2026-01-01"}}`, all()},
		{"4.2 a month", `{"created":{"$gt":"2026-02"}}`, nil},
		{"4.2 a year is a long number", `{"created":{"$lt":"2027"}}`, nil},
		{"4.2 a year with a clock", `{"created":{"$gt":"2026T00:00Z"}}`, all()},
		{"4.2 epoch milliseconds", `{"created":{"$lt":1767225604000}}`, []string{readme}},
		{"4.2 epoch milliseconds in quotes", `{"modified":{"$lt":"1767225604000"}}`, []string{readme}},
		{"4.3 updated", `{"updated":{"$lt":"1767225604000"}}`, []string{readme}},
		{"4.2 $last", `{"created":{"$last":"17s"}}`, all()},
		{"4.2 $last milliseconds", `{"created":{"$last":"9000ms"}}`, []string{promoted}},
		{"4.2 $before", `{"created":{"$before":"16seconds"}}`, []string{readme}},
		{"4.2 $before milliseconds", `{"created":{"$before":"16000millis"}}`, []string{readme}},
		{"4.2 minutes are not months", `{"created":{"$before":"1mi"}}`, nil},
		{"4.2 any case", `{"created":{"$last":"1Minutes"}}`, all()},
		{"4.2 periods add up", `{"created":{"$before":"0d15s1000ms"}}`, []string{readme}},
		{"4.2 a great many minutes", `{"created":{"$last":"2000000000mi"}}`, all()},
	} {
		check(t, c.name, c.criteria, c.want)
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ period, before, after string }{
		{"1mi", "2025-12-31T23:59:19", "2025-12-31T23:59:21"},
		{"3d", "2025-12-29T00:00:19", "2025-12-29T00:00:21"},
		{"3days", "2025-12-29T00:00:19", "2025-12-29T00:00:21"},
		{"2w", "2025-12-18T00:00:19", "2025-12-18T00:00:21"},
		{"2weeks", "2025-12-18T00:00:19", "2025-12-18T00:00:21"},
		{"1mo", "2025-12-01T00:00:19", "2025-12-01T00:00:21"},
		{"1months", "2025-12-01T00:00:19", "2025-12-01T00:00:21"},
		{"1y", "2025-01-01T00:00:19", "2025-01-01T00:00:21"},
		{"1years", "2025-01-01T00:00:19", "2025-01-01T00:00:21"},
	} {
		for _, side := range []struct {
			created string
			want    bool
		}{{c.before, false}, {c.after, true}} {
			q := parse(t, `items.find({"created":{"$last":"`+c.period+`"}})`)
			r, err := q.Run(fileCreated(t, side.created), admin())
			if err != nil || (r.Rows() == 1) != side.want {
				t.Errorf("4.2 $last %s of a file of %s = %v, %v, want a row: %v", c.period, side.created, r, err, side.want)
			}
		}
	}
}
