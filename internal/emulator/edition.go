package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// proOnly is the refusal of what needs a licence.
func proOnly() error {
	return &refusal{status: http.StatusBadRequest, plain: true, message: "This REST API is available only in Artifactory Pro " +
		"(see: jfrog.com/artifactory/features). If you are already running Artifactory Pro please make sure your server " +
		"is activated with a valid license key."}
}

// license is what the server says it has.
func (e Edition) license() string {
	return [...]string{"Enterprise Plus", "JCR Edition", "OSS"}[e]
}

// revision makes the build number of a version as Artifactory does: 7.84.10
// is 78410900.
func revision(version string) string {
	var numbers [3]int
	for n, text := range strings.SplitN(version, ".", len(numbers)) {
		numbers[n], _ = strconv.Atoi(text) // an odd version has an odd build number
	}
	return fmt.Sprintf("%d%02d%02d900", numbers[0], numbers[1], numbers[2])
}
