package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/web"

	logtest "github.com/sirupsen/logrus/hooks/test"
)

// crowded is a report of a hundred thousand findings.
func crowded() *report.Report {
	return made(slices.Concat(many(60_000, plan.Missing), many(30_000, plan.Unsigned), many(10_000, plan.Unknown))...)
}

func BenchmarkEnded(b *testing.B) {
	r, h := crowded(), web.NewHistory()
	for b.Loop() {
		h.Began(web.BySchedule, noon)(r, nil, after(1))
	}
}

func benchmarkAnswer(b *testing.B, path, encoding string) {
	log, _ := logtest.NewNullLogger()
	h := web.NewHistory()
	for i := range 100 {
		h.Began(web.BySchedule, after(i))(nil, errors.New("x"), after(i+1))
	}
	h.Began(web.BySchedule, noon)(crowded(), nil, after(1))
	handler := web.Handler(web.Options{History: h, Log: log})
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	for b.Loop() {
		recorded := httptest.NewRecorder()
		handler.ServeHTTP(recorded, r)
		b.SetBytes(int64(recorded.Body.Len()))
	}
}

func BenchmarkPage(b *testing.B)         { benchmarkAnswer(b, "/", "") }
func BenchmarkReport(b *testing.B)       { benchmarkAnswer(b, reportPath, "") }
func BenchmarkReportZipped(b *testing.B) { benchmarkAnswer(b, reportPath, "gzip") }
