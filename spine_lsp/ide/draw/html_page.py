"""The style and the script of the page that shows a graph in a browser."""

STYLE = """
:root { color-scheme: light dark; --back: #ffffff; --text: #1f2328; --soft: #59636e; --line: #818b98;
  --box: #f6f8fa; --edge: #d1d9e0; --red: #cf222e; --amber: #9a6700; --violet: #8250df; --blue: #0969da; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #f0f6fc; --soft: #9198a1;
  --line: #6e7681; --box: #151b23; --edge: #3d444d; --red: #ff7b72; --amber: #d29922; --violet: #bc8cff;
  --blue: #58a6ff; } }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--back); color: var(--text);
  font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .6rem 1rem;
  border-bottom: 1px solid var(--edge); }
h1 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--soft); }
.tools { margin-left: auto; display: flex; gap: .4rem; }
input, button { font: inherit; color: inherit; background: var(--box); border: 1px solid var(--edge);
  border-radius: 6px; padding: .25rem .6rem; }
main { flex: 1; min-height: 0; display: flex; }
svg.graph { flex: 1; min-width: 0; height: 100%; touch-action: none; cursor: grab; }
aside { width: 19rem; overflow: auto; padding: 1rem; border-left: 1px solid var(--edge);
  overflow-wrap: anywhere; }
aside[hidden] { display: none; }
aside h2 { font-size: 1rem; margin: 0 0 .5rem; }
dl { margin: 0; } dt { color: var(--soft); margin-top: .6rem; } dd { margin: 0; }
.list { flex: 1; overflow: auto; padding: 0 1rem 1rem; }
.list li { overflow-wrap: anywhere; } .list small { color: var(--soft); }
footer { padding: .4rem 1rem; color: var(--soft); border-top: 1px solid var(--edge); }
footer span { margin-right: 1.2rem; white-space: nowrap; }
.node { cursor: pointer; outline: none; }
.node rect { fill: var(--box); stroke: var(--line); stroke-width: 1.3; }
.node text { fill: var(--text); font: 13px ui-monospace, "DejaVu Sans Mono", monospace;
  text-anchor: middle; dominant-baseline: central; }
.node:focus-visible rect, .node.chosen rect { stroke: var(--blue); stroke-width: 3; }
.node.cycle rect, .node.self rect { stroke: var(--red); stroke-width: 2; }
.node.cycle text, .node.self text { fill: var(--red); }
.node.ghost rect { stroke: var(--amber); stroke-dasharray: 5 4; fill: none; } .node.ghost text { fill: var(--amber); }
.node.missing rect { stroke: var(--amber); stroke-width: 2; } .node.missing text { fill: var(--amber); }
.node.blocked rect { stroke-dasharray: 2 2; } .node.blocked text { fill: var(--soft); }
.node.duplicate rect { stroke: var(--violet); } .node.duplicate text { fill: var(--violet); }
.edge { fill: none; stroke: var(--line); stroke-width: 1.4; }
.edge.cycle, .edge.self { stroke: var(--red); stroke-width: 2.2; } .edge.missing { stroke: var(--amber); }
.edge.redundant { stroke-dasharray: 2 4; }
marker path { fill: var(--line); } #head-cycle path, #head-self path { fill: var(--red); }
#head-missing path { fill: var(--amber); }
.some .node:not(.lit), .some .edge:not(.lit) { opacity: .18; }
"""

SCRIPT = """
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const svg = document.querySelector("svg.graph");
const aside = document.querySelector("aside");
const search = document.querySelector("input");
const count = document.querySelector("output");
const nodes = [...svg.querySelectorAll(".node")];
const edges = [...svg.querySelectorAll(".edge")];
const whole = svg.getAttribute("viewBox").split(" ").map(Number);
let view = whole.slice();

function show() { svg.setAttribute("viewBox", view.join(" ")); }
function fit() { view = whole.slice(); show(); }
function zoom(factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) {
  const size = view[2] * factor;
  if (size < 60 || size > Math.max(whole[2], whole[3]) * 6) return;
  view = [x - (x - view[0]) * factor, y - (y - view[1]) * factor, size, view[3] * factor];
  show();
}
function place(event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(svg.getScreenCTM().inverse());
}
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const at = place(event);
  zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 250), at.x, at.y);
}, { passive: false });
let grip = null, dragged = false;
svg.addEventListener("pointerdown", (event) => { grip = place(event); dragged = false; });
svg.addEventListener("pointermove", (event) => {
  if (!grip || !event.buttons) return;
  const at = place(event);
  if (!dragged && Math.hypot(at.x - grip.x, at.y - grip.y) < 4) return;
  if (!dragged) svg.setPointerCapture(event.pointerId);
  dragged = true;
  view[0] += grip.x - at.x; view[1] += grip.y - at.y;
  show();
});
svg.addEventListener("pointerup", () => { grip = null; });

function reach(start, next) {
  const seen = new Set([start]), work = [start];
  while (work.length) {
    for (const other of next(work.pop())) if (!seen.has(other)) { seen.add(other); work.push(other); }
  }
  return seen;
}
const before = data.nodes.map(() => []), after = data.nodes.map(() => []);
data.edges.forEach(([from, to]) => { after[from].push(to); before[to].push(from); });

function light(lit, pairs) {
  svg.classList.toggle("some", lit !== null);
  nodes.forEach((node, i) => node.classList.toggle("lit", lit !== null && lit.has(i)));
  edges.forEach((edge, i) =>
    edge.classList.toggle("lit", lit !== null && pairs(...data.edges[i])));
}
function choose(i) {
  nodes.forEach((node, j) => node.classList.toggle("chosen", i === j));
  aside.hidden = i === null;
  if (i === null) { light(null); return; }
  const up = reach(i, (n) => before[n]), down = reach(i, (n) => after[n]);
  light(new Set([...up, ...down]), (a, b) => (up.has(a) && up.has(b)) || (down.has(a) && down.has(b)));
  const node = data.nodes[i];
  const title = document.createElement("h2"), list = document.createElement("dl");
  title.textContent = node.name;
  const add = (what, value) => {
    if (value === null || value === "") return;
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = what; dd.textContent = value; list.append(dt, dd);
  };
  add("State", node.says); add("Pipeline", node.pipeline);
  add("Order", node.order === null ? null : String(node.order));
  add("Level", node.level === null ? null : String(node.level));
  add("Because of", node.because.join(", "));
  add("Waits for", before[i].map((n) => data.nodes[n].name).join(", "));
  add("Waited for by", after[i].map((n) => data.nodes[n].name).join(", "));
  add("Runs after, in all", String(up.size - 1)); add("Runs before, in all", String(down.size - 1));
  node.params.forEach(([key, value]) => add("Parameter " + key, value));
  aside.replaceChildren(title, list);
}
function reveal(i) {
  const box = nodes[i].getBBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  if (x < view[0] || x > view[0] + view[2] || y < view[1] || y > view[1] + view[3]) {
    view[0] = x - view[2] / 2; view[1] = y - view[3] / 2; show();
  }
  nodes[i].focus({ preventScroll: true });
}
nodes.forEach((node, i) => {
  node.addEventListener("click", (event) => { if (!dragged) { event.stopPropagation(); choose(i); } });
  node.addEventListener("focus", () => { if (node.matches(":focus-visible")) reveal(i); });
  node.addEventListener("keydown", (event) => {
    const level = nodes.map((_, j) => j).filter((j) => data.nodes[j].row === data.nodes[i].row);
    level.sort((a, b) => data.nodes[a].at - data.nodes[b].at);
    const spot = level.indexOf(i);
    const ways = [before[i][0], after[i][0], level[spot - 1], level[spot + 1]];
    const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
    if (data.sideways) keys.push(...keys.splice(0, 2));  // left and right follow the edges
    const to = Object.fromEntries(keys.map((key, number) => [key, ways[number]]));
    if (event.key === "Enter" || event.key === " ") choose(i);
    else if (event.key in to) { if (to[event.key] !== undefined) reveal(to[event.key]); }
    else return;
    event.preventDefault();
  });
});
svg.addEventListener("click", () => { if (!dragged) choose(null); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { search.value = ""; count.textContent = ""; choose(null); }
  else if (event.target !== search && event.key === "/") { search.focus(); event.preventDefault(); }
  else if (event.target !== search && (event.key === "+" || event.key === "=")) zoom(0.8);
  else if (event.target !== search && event.key === "-") zoom(1.25);
  else if (event.target !== search && event.key === "0") fit();
});
let hits = [], turn = 0;
search.addEventListener("input", () => {
  const words = search.value.toLowerCase();
  const matches = (node) => (node.name + " " + node.pipeline).toLowerCase().includes(words);
  hits = words ? [...data.nodes.keys()].filter((i) => matches(data.nodes[i])) : [];
  turn = 0;
  count.textContent = words ? `${hits.length} found` : "";
  light(words ? new Set(hits) : null, () => false);
});
search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !hits.length) return;
  const i = hits[turn++ % hits.length];
  choose(i); reveal(i); search.focus();
});
document.getElementById("fit").addEventListener("click", fit);
document.getElementById("closer").addEventListener("click", () => zoom(0.8));
document.getElementById("farther").addEventListener("click", () => zoom(1.25));
"""
