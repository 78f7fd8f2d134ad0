// Contact sheets: every formula of the golden corpus set by MathJax, beside our line and our block, to be read by eye.
//   npm install mathjax-full      (anywhere; run this from there)
//   node formula_sheets.mjs <rendered.txt> <directory> [formulas per page]
// writes page-01.html …; a browser turns them into pictures (chromium --headless --screenshot).
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { mathjax } = require("mathjax-full/js/mathjax.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { SVG } = require("mathjax-full/js/output/svg.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
const { AllPackages } = require("mathjax-full/js/input/tex/AllPackages.js");

const [rendered, directory, perPage = "40"] = process.argv.slice(2);
const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const packages = AllPackages.filter((name) => !["bussproofs", "physics", "colorv2"].includes(name));
const page = mathjax.document("", {
  InputJax: new TeX({ packages }),
  OutputJax: new SVG({ fontCache: "none" }),
});

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
const entries = readFileSync(rendered, "utf8")
  .split(/\n\n/)
  .map((entry) => entry.split("\n").filter((line) => line))
  .filter((lines) => lines.length)
  .map(([latex, ...rest]) => ({
    latex,
    line: rest.filter((row) => /^ {2}[→✗]/.test(row)).map((row) => row.slice(4)).join(""),
    block: rest.filter((row) => row.startsWith("  ¦")).map((row) => row.slice(3)),
  }));

function set(latex) {
  // Holes of a card are a box with a number; everything else goes to MathJax as it stands.
  const source = latex.replace(/@\{(\d+)\}/g, "{\\square_{$1}}").replace(/\\bm\b/g, "\\boldsymbol");
  return adaptor.outerHTML(page.convert(source, { display: true, em: 16, ex: 8, containerWidth: 900 }));
}

function row(entry, number) {
  return `<tr><td class=n>${number}<td class=m>${set(entry.latex)}<td><pre class=l>${escape(entry.line)}</pre><pre>${escape(entry.block.join("\n"))}</pre>`;
}

mkdirSync(directory, { recursive: true });
const size = Number(perPage);
for (let start = 0, sheet = 1; start < entries.length; start += size, sheet += 1) {
  const rows = entries.slice(start, start + size).map((entry, index) => row(entry, start + index + 1));
  writeFileSync(
    `${directory}/page-${String(sheet).padStart(2, "0")}.html`,
    `<!doctype html><meta charset=utf-8><style>
body{margin:4px;background:#fff;width:1500px}table{border-collapse:collapse;width:100%}
td{border-bottom:1px solid #ddd;padding:3px 8px;vertical-align:middle}.n{color:#888;font:10px sans-serif}.m{width:48%}
mjx-container{display:block!important;margin:0!important;text-align:left!important;font-size:15px}svg{max-width:700px}
pre{margin:2px 0;font:13px/1.1 "DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace}.l{color:#05a}
</style><table>${rows.join("\n")}</table>`,
  );
}
