bin   := .tools/bin
ci    := $(addprefix $(bin)/,actionlint golangci-lint govulncheck)
peers := $(addprefix $(bin)/,cosign cosign3 crane helm helm4 notation oras promtool pushgateway registry regsync)
rivals := $(addprefix $(bin)/,cosign3 crane oras regsync)
pack  := $(addprefix $(bin)/,ko oras)
ship  := $(addprefix $(bin)/,goreleaser cyclonedx-gomod)
chart := $(addprefix $(bin)/,helm helm4 helm-docs helm-unittest)

# A plain build of helm believes that it renders for Kubernetes 1.20.
kube = -X helm.sh/helm/v3/pkg/$(1).k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/$(1).k8sVersionMinor=36
$(bin)/helm: ldflags = $(call kube,chartutil) $(call kube,lint/rules)

# A cluster of one node. What has the programs of Kubernetes is one module, which gives all of them at once.
control := $(addprefix $(bin)/,kube-apiserver kube-controller-manager kube-scheduler kubectl kubelet)
cluster := $(control) $(addprefix $(bin)/,etcd helm helm4 kubeconform)
stamp   = -X k8s.io/component-base/version.git$(1)
$(control): ldflags = $(call stamp,Version=v1.36.3) $(call stamp,Major=1) $(call stamp,Minor=36)

# How many inputs each fuzz target runs with.
FUZZRUNS ?= 300000

.PHONY: build image snapshot reproducible test chaos fuzz e2e k8s chart chart-readme lint bench bench-go bench-smoke bench-peers demo man screenshots tools clean

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/ ./cmd/...

# The last commit as a container image, in dist: docs/image.md.
image: $(pack)
	.ci/image $(bin)/ko $(bin)/oras dist

# What a release has, of the last commit, in dist/snapshot: docs/releasing.md.
snapshot: $(ship)
	.ci/snapshot $(bin)/goreleaser $(bin)/cyclonedx-gomod dist/snapshot

# Once more, elsewhere and from nothing: the same bytes, or it fails. platform=linux/amd64 is that one alone.
reproducible: snapshot
	.ci/reproducible $(bin)/goreleaser $(bin)/cyclonedx-gomod dist/snapshot $(platform)

test:
	go test -race -timeout 15m ./...

fuzz:
	.ci/fuzz $(FUZZRUNS)

# Everything that goes wrong, at every request, and for long: what make test does
# a sample of. docs/reliability.md says what each of them holds.
seed ?= 1
soak ?= 10m
chaos:
	go test -count=1 -timeout 2h -v -run 'FaultSweep|SomebodyElseSigns' ./internal/reconcile -sweep=1 -sweep.seed=$(seed)
	go test -count=1 -timeout 2h -run ShardsDoWhatOneRunDoes ./internal/reconcile -estates=50
	go test -count=1 -timeout 2h -v -run 'CrashSweep|Chaos|Soak' ./cmd/sigsync \
		-crash=1 -crash.seed=$(seed) -chaos=10000 -chaos.seed=$(seed) -soak=$(soak)

# Not from the test cache: it does not see the files that a tool reads.
e2e: $(peers) image snapshot
	SIGSYNC_TOOLS=$(CURDIR)/$(bin) go test -count=1 -timeout 30m -tags e2e ./e2e/... ./bench/peers ./internal/docs

# What the chart's own tools have to say. make e2e renders it, and looks at what comes out.
chart: $(chart)
	.ci/chart $(bin)

# The chart's README from its template and the comments of values.yaml.
chart-readme: $(bin)/helm-docs
	$(bin)/helm-docs --chart-search-root charts --log-level warning

# The chart on a cluster of its own, with a kubelet. It needs root, and Debian's containerd, runc and containernetworking-
# plugins.
k8s: $(cluster) image
	SIGSYNC_TOOLS=$(CURDIR)/$(bin) SIGSYNC_IMAGE=$(CURDIR)/dist/sigsync-image.tar go test -count=1 -timeout 20m -tags k8s ./e2e/kubernetes/

lint: $(ci)
	gofmt -d .
	for module in . tools/*; do go -C $$module mod tidy -diff || exit 1; done
	go vet -tags e2e,k8s ./...
	$(bin)/golangci-lint run
	# Without the programs that it would ask only where they are installed.
	$(bin)/actionlint -shellcheck= -pyflakes= .github/workflows/*.yml examples/pipelines/github.yml
	.ci/vulncheck $(bin)/govulncheck

# What docs/performance.md tells. It takes hours.
bench: bench-go bench-peers

bench-go:
	go test -run '^$$' -bench . -benchmem -timeout 1h ./...

# What a run costs in requests and allocations, held to ceilings; make test does it too.
bench-smoke:
	go test -count=1 -v -run Smoke ./bench/

# sigsync beside its peers, in turn, on the same emulator: docs/performance.md. It takes 100 minutes, and goes on where it
# was interrupted; flags='--help' shows what to leave out. Ansible is Debian's ansible-core, and left out where it is not there.
bench-peers: $(rivals)
	go run ./bench/peers $(flags)

# The pictures of the documentation. It needs a Chromium.
screenshots:
	go test -count=1 -tags e2e -run '^TestScreenshots$$' -v ./e2e/ -screenshots=$(CURDIR)/docs/images

demo:
	go run ./cmd/sigsync demo

# What the program says of itself, as files: a test holds them.
man:
	UPDATE_GOLDEN=1 go test -count=1 -run ManPagesAreUpToDate ./cmd/sigsync
	UPDATE_GOLDEN=1 go test -count=1 -run 'SchemaIsKept|ReferenceIsKept' ./internal/config

tools: $(ci) $(peers) $(pack) $(ship) $(chart) $(cluster)

$(bin)/%: tools/%/go.mod tools/%/go.sum
	cd tools/$* && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w $(ldflags)' -o $(CURDIR)/$@ tool

$(control) &: tools/kubernetes/go.mod tools/kubernetes/go.sum
	cd tools/kubernetes && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w $(ldflags)' -o $(CURDIR)/$(bin)/ tool

clean:
	rm -rf bin dist .tools
