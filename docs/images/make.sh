#!/usr/bin/env bash
# Makes the contact sheets in this folder: every page of every document of the Ningbo examples. Needs poppler-utils and imagemagick.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go run ./cmd/tripact generate examples/ningbo-2025/*.json --kind all --format pdf --on 2025-12-20 --out "$work" >/dev/null
sheet() { # name, columns, width of a page, PDF
  rm -f "$work"/page-*.png
  pdftoppm -r 110 -png "$4" "$work/page"
  montage "$work"/page-*.png -tile "$2x" -geometry "$3x+6+6" -background '#8a8f98' "$work/sheet.png"
  convert "$work/sheet.png" -colors 64 -depth 8 -define png:compression-level=9 -strip "docs/images/$1.png"
}
n=0
for pdf in "$work"/*英文申报书*.pdf "$work"/*"Application Form"*.pdf; do [ -e "$pdf" ] && n=$((n + 1)) && sheet "application-form-$n" 7 300 "$pdf"; done
n=0
for pdf in "$work"/*推荐函*.pdf; do n=$((n + 1)); sheet "recommendation-letter-$n" 3 480 "$pdf"; done
n=0
for pdf in "$work"/*形式审查通知*.pdf; do n=$((n + 1)); sheet "review-notice-$n" 2 480 "$pdf"; done
n=0
for pdf in "$work"/*三方合同任务书*.pdf; do n=$((n + 1)); sheet "contract-$n" 6 340 "$pdf"; done
