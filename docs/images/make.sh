#!/usr/bin/env bash
# Makes the pictures in this folder: contact sheets with every page of every document of the Ningbo examples, pages of them for
# docs/typesetting.md, and those of the guide to templates, each example's template beside what filling it gives. Needs poppler-utils and imagemagick. "make.sh guide" makes the latter only.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/tripact" ./cmd/tripact

# The guide.
go test ./cmd/tripact -count 1 -run TestGuides/template-guide.zh-CN.md -guide "$work/guide" >/dev/null
label() { convert -background '#f3f4f6' -fill '#4b5563' -font fonts/files/NotoSansSC-Regular.ttf -pointsize 15 -size "$1x26" -gravity center "label:$2" "$3"; }
half() { # PDF, words above: the text of its first page in a frame
  pdftoppm -r 110 -png -singlefile "$1" "$work/half"
  convert "$work/half.png" -trim +repage -bordercolor white -border 14x12 "$work/half.png"
  w=$(identify -format %w "$work/half.png")
  [ "$w" -ge 150 ] || { w=150; convert "$work/half.png" -background white -gravity west -extent "${w}x" "$work/half.png"; }
  label "$w" "$2" "$work/label.png"
  convert "$work/label.png" "$work/half.png" -append -bordercolor '#c5cad3' -border 1 "${1%.pdf}.png"
}
for template in "$work"/guide/*.docx; do
  name=${template%.docx}
  "$work/tripact" fill "$template" "$name.json" -o "$name.filled.docx"
  "$work/tripact" pdf "$template" -o "$name.a.pdf"
  "$work/tripact" pdf "$name.filled.docx" -o "$name.b.pdf"
  half "$name.a.pdf" 模板
  half "$name.b.pdf" 结果
  convert -size 44x30 xc:white -fill '#9ca3af' -draw 'polygon 6,11 26,11 26,5 38,15 26,25 26,19 6,19' "$work/arrow.png"
  convert "$name.a.png" "$work/arrow.png" "$name.b.png" -background white -gravity center +append +dither -colors 64 -depth 8 -define png:compression-level=9 -strip "docs/images/guide/$(basename "$name").png"
done
[ "${1:-}" != guide ] || exit 0

"$work/tripact" generate examples/ningbo-2025/*.json --kind all --format pdf --on 2025-12-20 --out "$work" >/dev/null
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

# Pages for docs/typesetting.md.
letter=$(ls "$work"/*推荐函*.pdf | head -1) contract=$(ls "$work"/2026H001*三方合同任务书*.pdf)
with() { # PDF, words: the last page that has them
  for p in $(seq "$(pdfinfo "$1" | awk '/^Pages/ {print $2}')" -1 1); do
    pdftotext -f "$p" -l "$p" "$1" - | grep -q "$2" && echo "$p" && return
  done
}
pages() { # name, PDF, pages, further options of convert
  rm -f "$work"/page-*.png
  for p in $3; do pdftoppm -r "${RES:-80}" -f "$p" -l "$p" -png "$2" "$work/page"; done
  convert "$work"/page-*.png "${@:4}" +dither -bordercolor '#8a8f98' -border 1 +append -colors 48 -depth 8 -define png:compression-level=9 -strip "docs/images/$1.png"
}
pages typesetting-letter "$letter" '1 2'
pages typesetting-table "$contract" "$(with "$contract" 考核指标表)"
pages typesetting-signatures "$contract" "$(with "$contract" 十二、合同签署)"
RES=150 pages typesetting-lines "$letter" 1 -gravity northwest -crop 1000x330+120+640 +repage
