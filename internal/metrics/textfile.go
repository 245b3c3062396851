package metrics

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/sigsync/sigsync/internal/intake"
)

// WriteTextfile writes the metrics for the node exporter's textfile collector:
// beside the file, and renamed when they are whole. All may read it. A run that
// was no success keeps the last success of the file that it replaces; where that
// cannot be read it is lost, and the log says so.
func (m *Metrics) WriteTextfile(path string) error {
	if !strings.HasSuffix(path, ".prom") {
		return errors.New("write textfile: its name does not end in .prom, so the node exporter would not read it")
	}
	from := prometheus.Gatherers{m.own}
	if !m.whole.hasSucceeded() {
		kept, err := lastSuccessOf(path)
		if err != nil {
			m.log.WithError(err).Warn("the last success before this run is not kept")
		}
		from = append(from, kept)
	}
	if err := prometheus.WriteToTextfile(path, from); err != nil {
		return fmt.Errorf("write textfile: %w", err)
	}
	return nil
}

// lastSuccessOf reads the last success out of an earlier textfile. It has none
// where there is no such file, or no success in it.
func lastSuccessOf(path string) (prometheus.Gatherer, error) {
	kept := prometheus.NewRegistry()
	text, err := readTextfile(path)
	if errors.Is(err, os.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return kept, fmt.Errorf("read earlier textfile: %w", err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	earlier, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return kept, fmt.Errorf("read earlier textfile: %s", presentable(err.Error()))
	}
	for _, metric := range earlier[lastSuccessName].GetMetric() {
		if value := metric.GetGauge().GetValue(); value > 0 && !math.IsInf(value, 0) && len(metric.GetLabel()) == 0 {
			kept.MustRegister(&constant{lastSuccessDesc(), value})
			break
		}
	}
	return kept, nil
}

func readTextfile(path string) ([]byte, error) {
	file, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !file.Mode().IsRegular() {
		return nil, errors.New("it is no regular file") // a pipe would be waited for
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, intake.TextfileBytes+1))
	if err != nil {
		return nil, err
	}
	return text, intake.Check("the file", len(text), intake.TextfileBytes, "bytes")
}

// constant is a gauge that stays as it is.
type constant struct {
	desc  *prometheus.Desc
	value float64
}

// Describe implements prometheus.Collector.
func (c *constant) Describe(out chan<- *prometheus.Desc) { out <- c.desc }

// Collect implements prometheus.Collector.
func (c *constant) Collect(out chan<- prometheus.Metric) {
	out <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, c.value)
}
