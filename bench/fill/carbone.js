// node carbone.js TEMPLATE.docx DATA.json OUT.docx
const fs = require("fs");
const carbone = require("carbone");

const [template, data, out] = process.argv.slice(2);
carbone.render(template, JSON.parse(fs.readFileSync(data)), (err, result) => {
  if (err) throw err;
  fs.writeFileSync(out, result);
  process.exit(0);
});
