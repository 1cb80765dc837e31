#!/usr/bin/env bash
# Installs the judges of PDF files into a folder: DIR/bin has pdf-judges (veraPDF, Preflight), pdfjs-text and pdfcpu. Needs go, java
# with javac, mvn, node and npm. What is there in this version already stays.
set -euo pipefail
tools=$(realpath -m "${1:?usage: install.sh DIR}")
here=$(cd "$(dirname "$0")" && pwd)
pdfjs=4.4.168
pdfcpu=v0.15.0
mkdir -p "$tools/bin"

stamp=$(cat "$here/pom.xml" "$here/Judges.java" | sha256sum | cut -c1-16)
if [ ! -e "$tools/judges-$stamp/Judges.class" ]; then
  echo "check: installing veraPDF and Preflight"
  mvn -q -B -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$tools/judges-$stamp" >/dev/null
  javac -cp "$tools/judges-$stamp/*" -d "$tools/judges-$stamp" "$here/Judges.java"
fi
printf '#!/bin/sh\nexec java -Xshare:auto -cp "%s:%s/*" Judges "$@"\n' "$tools/judges-$stamp" "$tools/judges-$stamp" >"$tools/bin/pdf-judges"

# In a folder of its own: npm prunes what else stands in one, such as a validator's program for this machine.
if ! grep -qs "\"version\": \"$pdfjs\"" "$tools/pdfjs/node_modules/pdfjs-dist/package.json"; then
  echo "check: installing pdf.js"
  npm install --silent --no-fund --no-audit --omit=optional --prefix "$tools/pdfjs" "pdfjs-dist@$pdfjs"
fi
cp "$here/pdfjs-text.mjs" "$tools/pdfjs/pdfjs-text.mjs"
printf '#!/bin/sh\nexec node "%s/pdfjs/pdfjs-text.mjs" "$@"\n' "$tools" >"$tools/bin/pdfjs-text"

if ! go version -m "$tools/bin/pdfcpu" 2>/dev/null | grep -q "github.com/pdfcpu/pdfcpu.*$pdfcpu"; then
  echo "check: installing pdfcpu"
  GOBIN="$tools/bin" go install "github.com/pdfcpu/pdfcpu/cmd/pdfcpu@$pdfcpu"
fi
chmod +x "$tools/bin/pdf-judges" "$tools/bin/pdfjs-text"
