#!/bin/sh
# Times one ten-page contract in tripact, LibreOffice, Typst, Chromium, WeasyPrint and fpdf, one after another on the same machine, and
# prints a table. What is not installed is left out. Run it from anywhere, on an idle machine; only ratios are worth quoting.
#
# Typst: TYPST_MODULES names a folder with node_modules/@myriaddreamin/typst-ts-node-compiler (npm install it there).
# WeasyPrint: PYTHON names a python3 that has it. LibreOffice's warm time is what one file more costs in a call for many.
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
PYTHON=${PYTHON:-python3}
go build -o "$dir/built" ./cmd/tripact
cp "$dir/built" "$dir/tripact" # as installed: of what the linker has just written more is resident
go build -o "$dir/compare" ./bench/compare
"$dir/compare" "$dir"
fonts=$(pwd)/fonts/files
cat > "$dir/fonts.conf" <<EOF
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>$fonts</dir><cachedir>$dir/cache</cachedir></fontconfig>
EOF
export FONTCONFIG_FILE="$dir/fonts.conf"

# cold NAME PDF COMMAND…: the middle of five runs, as milliseconds and peak memory of the largest process in MB.
cold() {
	name=$1 pdf=$2
	shift 2
	"$@" > "$dir/log" 2>&1 || { echo "$name failed:" >&2; tail -3 "$dir/log" >&2; return 0; }
	"$PYTHON" - "$name" "$pdf" "$@" <<'EOF' >> "$dir/cold"
import os, resource, subprocess, sys, time
name, pdf, cmd = sys.argv[1], sys.argv[2], sys.argv[3:]
times = []
for _ in range(5):
    start = time.perf_counter()
    subprocess.run(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    times.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(name, sorted(times)[2], peak, os.path.getsize(pdf) // 1024)
EOF
}

"$dir/compare" -time "$dir" > "$dir/warm"
cold tripact "$dir/tripact.pdf" "$dir/tripact" pdf "$dir/contract.docx" -o "$dir/tripact.pdf"

if command -v soffice > /dev/null; then
	office() { soffice "-env:UserInstallation=file://$dir/profile" --headless --convert-to pdf --outdir "$dir/office" "$@"; }
	office "$dir/contract.docx" > /dev/null 2>&1 # makes the profile
	cold libreoffice "$dir/office/contract.pdf" soffice "-env:UserInstallation=file://$dir/profile" --headless --convert-to pdf --outdir "$dir/office" "$dir/contract.docx"
	mkdir "$dir/many"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do cp "$dir/contract.docx" "$dir/many/$i.docx"; done
	one=$(date +%s.%N); office "$dir/many/1.docx" > /dev/null 2>&1
	two=$(date +%s.%N); office "$dir"/many/*.docx > /dev/null 2>&1
	end=$(date +%s.%N)
	echo "libreoffice $(echo "($end - $two - ($two - $one)) / 20" | bc -l) 0" >> "$dir/warm"
fi
if [ -d "${TYPST_MODULES:-.}/node_modules/@myriaddreamin/typst-ts-node-compiler" ]; then
	cat > "$dir/typst.cjs" <<'EOF'
const {createRequire} = require('module'), fs = require('fs')
const {NodeCompiler} = createRequire(process.argv[2] + '/')('@myriaddreamin/typst-ts-node-compiler')
const [, , , fonts, input, output, n] = process.argv
const compiler = NodeCompiler.create({fontArgs: [{fontPaths: [fonts]}]})
const text = fs.readFileSync(input, 'utf8'), times = []
for (let i = 0; i < n; i++) {
  const mainFileContent = text.replaceAll('，', '，' + i) // another document each time: no paragraph is known from the last
  const start = process.hrtime.bigint()
  fs.writeFileSync(output, compiler.pdf({mainFileContent}))
  times.push(Number(process.hrtime.bigint() - start) / 1e9)
  compiler.evictCache(10)
}
times.sort((a, b) => a - b)
console.log('typst', times[times.length >> 1], 0)
EOF
	cold typst "$dir/typst.pdf" node "$dir/typst.cjs" "$TYPST_MODULES" "$fonts" "$dir/contract.typ" "$dir/typst.pdf" 1
	node "$dir/typst.cjs" "$TYPST_MODULES" "$fonts" "$dir/contract.typ" "$dir/typst.pdf" 30 >> "$dir/warm" || echo "typst failed" >&2
fi
for chromium in chromium chromium-browser google-chrome; do
	if command -v $chromium > /dev/null; then
		cold chromium "$dir/chromium.pdf" $chromium --headless --no-sandbox --disable-gpu "--user-data-dir=$dir/chromium" --allow-file-access-from-files --no-pdf-header-footer "--print-to-pdf=$dir/chromium.pdf" "file://$dir/contract.html"
		break
	fi
done
if "$PYTHON" -c 'import weasyprint' 2> /dev/null; then
	cold weasyprint "$dir/weasyprint.pdf" "$PYTHON" -m weasyprint "$dir/contract.html" "$dir/weasyprint.pdf"
	"$PYTHON" - "$dir/contract.html" "$dir/weasyprint.pdf" >> "$dir/warm" <<'EOF'
import sys, time, weasyprint
times = []
for _ in range(5):
    start = time.perf_counter()
    weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])
    times.append(time.perf_counter() - start)
print('weasyprint', sorted(times)[2], 0)
EOF
fi

count() { pdfinfo "$1" 2> /dev/null | sed -n 's/^Pages: *//p'; }
{ for f in tripact office/contract typst chromium weasyprint; do
	if [ -f "$dir/$f.pdf" ]; then echo "$f $(count "$dir/$f.pdf")"; fi
done; } > "$dir/pages"
"$PYTHON" - "$dir" <<'EOF'
import os, sys
d = sys.argv[1]
def rows(name):
    path = os.path.join(d, name)
    return {r[0]: r[1:] for r in (l.split() for l in open(path)) if r} if os.path.exists(path) else {}
warm, cold, pages = rows('warm'), rows('cold'), rows('pages')
pages['libreoffice'] = pages.pop('office/contract', [''])
pages['fpdf'] = [warm['fpdf'][1]]
w0, c0 = float(warm['tripact'][0]), float(cold['tripact'][0])
print('| program | cold ms | to ours | warm ms | to ours | peak MB, cold | PDF KB | pages |')
print('|---|---|---|---|---|---|---|---|')
for n in ('tripact', 'typst', 'libreoffice', 'chromium', 'weasyprint', 'fpdf'):
    if n not in warm and n not in cold: continue
    c = [f'{float(cold[n][0])*1e3:.0f}', f'{float(cold[n][0])/c0:.1f}'] if n in cold else ['–', '–']
    w = [f'{float(warm[n][0])*1e3:.1f}', f'{float(warm[n][0])/w0:.1f}'] if n in warm else ['–', '–']
    print('|', ' | '.join([n] + c + w + (cold[n][1:3] if n in cold else ['–', '–']) + [pages.get(n, [''])[0]]), '|')
EOF
