package intake

import "fmt"

// TooMuchError refuses what goes beyond a limit. What was refused is unknown: it
// must not be taken for absent, and asking again does not help.
type TooMuchError struct {
	// What is too large, and Of is what is counted, as in "the answer", "bytes".
	What, Of string
	// Most is the limit.
	Most int64
}

// Error says what was refused and by which limit.
func (e TooMuchError) Error() string {
	return fmt.Sprintf("%s has more than %d %s, the most that is taken in", e.What, e.Most, e.Of)
}

// Check returns a TooMuchError where there are more than most.
func Check(what string, got, most int, of string) error {
	if got > most {
		return TooMuchError{What: what, Of: of, Most: int64(most)}
	}
	return nil
}
