package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/intake"
)

// ReadRun reads how the run of a saved report ended, without the rest of it. The
// error says that it is no report of Schema, or that its run is not told within
// the first intake.RunBytes.
func ReadRun(r io.Reader) (Run, error) {
	d := json.NewDecoder(io.LimitReader(r, intake.RunBytes))
	run, err := runOf(d)
	if err != nil {
		return Run{}, fmt.Errorf("read report: %w", intake.Short(err))
	}
	return run, nil
}

func runOf(d *json.Decoder) (Run, error) {
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return Run{}, errors.Join(errors.New("it is no JSON object"), err)
	}
	schema := ""
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return Run{}, err
		}
		switch {
		case key == "schema":
			err = d.Decode(&schema)
		case key == "run" && schema == Schema:
			var run Run
			err = d.Decode(&run)
			return run, err
		default:
			return Run{}, fmt.Errorf("expected %s, with its run at the beginning", Schema)
		}
		if err != nil {
			return Run{}, err
		}
	}
	return Run{}, errors.New("it tells of no run")
}
