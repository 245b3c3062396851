# For who builds images with a Dockerfile. make image builds the published one without: docs/image.md says how they differ.
#
#   docker build --build-arg VERSION=v1.2.3 --build-arg REVISION=$(git rev-parse HEAD) \
#     --build-arg CREATED=$(git log -1 --format=%cI) --tag sigsync .
#
# GO_IMAGE is best pinned to a digest that you have checked. With --target prebuilt it is not needed: the program is bin/sigsync then.
ARG GO_IMAGE=docker.io/library/golang:1.26

FROM scratch AS bare
ARG VERSION=devel
ARG REVISION
ARG CREATED
LABEL org.opencontainers.image.title="sigsync" \
      org.opencontainers.image.description="Copies cosign signatures after images that were promoted between JFrog Artifactory repositories" \
      org.opencontainers.image.source="https://github.com/sigsync/sigsync" \
      org.opencontainers.image.documentation="https://github.com/sigsync/sigsync/blob/main/README.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
ENV PATH=/ko-app
USER 65532:65532
ENTRYPOINT ["/ko-app/sigsync"]

FROM bare AS prebuilt
COPY --chmod=0555 bin/sigsync /ko-app/sigsync

FROM ${GO_IMAGE} AS built
WORKDIR /source
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Of the builder's, for each platform that it is asked for: a default here would win over them. Where it has none, Go takes its own.
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=devel
ARG REVISION
ARG CREATED
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} go build -trimpath -buildvcs=false -o /sigsync \
      -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${REVISION} -X main.date=${CREATED}" ./cmd/sigsync

FROM bare
COPY --from=built --chmod=0555 /sigsync /ko-app/sigsync
