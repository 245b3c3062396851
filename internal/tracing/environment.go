package tracing

import (
	"net/url"
	"strings"
)

// environment looks up environment variables.
type environment func(name string) (string, bool)

// The values of OTEL_EXPORTER_OTLP_PROTOCOL.
const (
	overHTTP = "http/protobuf"
	overGRPC = "grpc"
)

// value is that of the first of the variables that says something. An empty one
// counts as unset, says OpenTelemetry's specification.
func (e environment) value(names ...string) string {
	for _, name := range names {
		value, _ := e(name)
		if value = strings.TrimSpace(value); value != "" {
			return value
		}
	}
	return ""
}

// asks tells whether traces are asked for, and names the exporters asked for that
// are not there.
func (e environment) asks() (asked bool, lacking []string) {
	if strings.EqualFold(e.value("OTEL_SDK_DISABLED"), "true") {
		return false, nil
	}
	exporters := e.value("OTEL_TRACES_EXPORTER")
	if exporters == "" {
		return e.value(endpoints()...) != "", nil
	}
	for name := range strings.SplitSeq(exporters, ",") {
		switch name = strings.TrimSpace(name); name {
		case "otlp":
			asked = true
		case "none", "":
		default:
			lacking = append(lacking, name)
		}
	}
	return asked, lacking
}

func (e environment) protocol() string {
	if asked := e.value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"); asked != "" {
		return asked
	}
	return overHTTP
}

// endpoints and headers are variables, those that come first before the others.
func endpoints() []string {
	return []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}
}

func headers() []string {
	return []string{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"}
}

// misplaced returns the endpoint variable of which the SDK could make nothing; it
// would take the collector to be on this host, or to have no name. "" is none.
func (e environment) misplaced(protocol string) string {
	for _, name := range endpoints() {
		if value := e.value(name); value != "" {
			if isPlace(value, protocol) {
				return ""
			}
			return name
		}
	}
	return ""
}

func isPlace(address, protocol string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" || u.Scheme == "unix" && protocol == overGRPC
}
