#!/usr/bin/env bash
# promote.sh IMAGE TAG promotes an image from dev to stage, and has its signatures follow: those of the index, of each of its
# platforms, attestations and bundles. It fails where one does not arrive.
set -euo pipefail

curl --silent --show-error --fail-with-body --header "Authorization: Bearer $ARTIFACTORY_TOKEN" \
	--header 'Content-Type: application/json' https://acme.jfrog.io/artifactory/api/docker/docker-dev-local/v2/promote \
	--data "{\"targetRepo\": \"docker-stage-local\", \"dockerRepository\": \"$1\", \"tag\": \"$2\", \"copy\": true}"
sigsync sync --pair dev-to-stage --image "$1" --report sigsync.md
