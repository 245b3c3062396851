package shard

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
)

// IndexVariable is where Kubernetes tells the pod of an Indexed Job which one it
// is, counted from 0 (Job, completionMode).
const IndexVariable = "JOB_COMPLETION_INDEX"

// Parse reads a shard: "3/8", in which 8/8 is 0/8, so that those who count from 1
// have all of them too; or "8", whose index is that of IndexVariable in the
// environment.
func Parse(text string, environment func(name string) (string, bool)) (Shard, error) {
	index, count, both := strings.Cut(text, "/")
	if !both {
		count = text
	}
	n, err := number(count)
	if err != nil || n < 1 || n > intake.Shards {
		return Shard{}, fmt.Errorf("expected i/n, as 0/8, or n alone, with n from 1 to %d", intake.Shards)
	}
	if !both {
		i, err := indexOf(n, environment)
		return Shard{Index: i, Count: n}, err
	}
	i, err := number(index)
	if err != nil || i > n {
		return Shard{}, fmt.Errorf("expected i/n with i from 0 to n-1, or from 1 to n: here n is %d", n)
	}
	return Shard{Index: i % n, Count: n}, nil
}

// indexOf is the index that Kubernetes tells, of n.
func indexOf(n int, environment func(name string) (string, bool)) (int, error) {
	told, ok := environment(IndexVariable)
	if !ok {
		return 0, fmt.Errorf("n alone takes the index from %s, which is not set: "+
			"Kubernetes sets it in the pods of a Job with completionMode: Indexed; elsewhere write i/n, as 0/%d", IndexVariable, n)
	}
	i, err := number(told)
	if err != nil || i >= n {
		return 0, fmt.Errorf("n alone takes the index from %s, which is %.40q: expected 0 to %d; "+
			"give the Job as many completions as there are shards", IndexVariable, told, n-1)
	}
	return i, nil
}

// number takes digits only: neither signs nor spaces.
func number(text string) (int, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, errors.New("not a number")
	}
	return strconv.Atoi(text)
}
