// Prints the text of PDF files as pdf.js reads it, in the order of the content: lines as they are, a form feed after each page.
import { readFileSync } from "node:fs";
import { getDocument, VerbosityLevel } from "pdfjs-dist/legacy/build/pdf.mjs";

for (const name of process.argv.slice(2)) {
  const data = new Uint8Array(readFileSync(name));
  const pdf = await getDocument({ data, disableFontFace: true, useSystemFonts: false, verbosity: VerbosityLevel.ERRORS }).promise;
  for (let n = 1; n <= pdf.numPages; n++) {
    const { items } = await (await pdf.getPage(n)).getTextContent({ disableNormalization: true });
    process.stdout.write(items.map((i) => i.str + (i.hasEOL ? "\n" : "")).join("") + "\f");
  }
  await pdf.destroy();
}
