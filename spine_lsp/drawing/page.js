// The page of a graph: finds, chooses, follows edges, zooms, and draws what is near a step by itself.

const data = JSON.parse(document.getElementById('data').textContent);
const main = document.querySelector('main');
const aside = document.querySelector('aside');
const search = document.querySelector('input');
const count = document.querySelector('output');
const byId = id => document.getElementById(id);
const list = document.querySelector('.list'); // in the place of a drawing that would be too large
const entries = []; // of that list, by number of the node
for (const entry of list?.querySelectorAll('li') ?? []) entries[Number(entry.dataset.n)] = entry;

const LARGEST = 2.5; // pixels of the screen for one of the drawing
const READABLE = 0.8;
const LEAST = 0.7; // nine pixels of print; a picture that would be smaller is first shown readable, in part
const HOPS = 2;
const MOST_NEAR = 400; // a picture of a step with more neighbours would show nothing

// -- the graph --------------------------------------------------------------------------------------

const before = data.nodes.map(() => []);
const after = data.nodes.map(() => []);
for (const [from, to] of data.edges) {
  after[from].push(to);
  before[to].push(from);
}
const rows = new Map(); // level of the drawing to its nodes, across
for (const [i, { row }] of data.nodes.entries()) rows.set(row, [...(rows.get(row) ?? []), i]);
for (const row of rows.values()) row.sort((a, b) => data.nodes[a].at - data.nodes[b].at);

/** Everything that is reached from a node in so many edges, the node too. */
function reach(start, next, hops = Number.POSITIVE_INFINITY) {
  const seen = new Set([start]);
  let edge = [start];
  for (let hop = 0; hop < hops && edge.length > 0; hop += 1) {
    edge = [...new Set(edge.flatMap(i => next[i]))].filter(i => !seen.has(i));
    for (const i of edge) seen.add(i);
  }
  return seen;
}

// -- pictures: the whole drawing, and the one of what is near a step ------------------------------------

/** `nodes` is by number of the node; `edges` are [element, from, to]; `full` is the drawing, `view` what is seen of it. */
let shown = null;
let whole = null;
let moved = false;

function openPicture(svg, nodes, edges) {
  const full = svg.getAttribute('viewBox').split(' ').map(Number);
  const picture = { svg, nodes, edges, full, view: [...full], scale: 1 };
  svg.removeAttribute('viewBox');
  listen(picture);
  return picture;
}

/** Applies the view: its left upper corner and the scale; the size is that of the element. */
function show({ svg, view, scale }) {
  const { width, height } = svg.getBoundingClientRect();
  view[2] = width / scale;
  view[3] = height / scale;
  svg.setAttribute('viewBox', view.map(part => part.toFixed(2)).join(' '));
}

function fitted({ svg, full }) {
  const { width, height } = svg.getBoundingClientRect();
  return Math.min(width / full[2], height / full[3]) || 1;
}

function centre(picture, x, y) {
  const { width, height } = picture.svg.getBoundingClientRect();
  picture.view[0] = x - width / picture.scale / 2;
  picture.view[1] = y - height / picture.scale / 2;
  show(picture);
}

function fit(picture = shown) {
  if (!picture) return;
  const [x, y, width, height] = picture.full;
  picture.scale = Math.min(fitted(picture), 1.5);
  moved = false;
  centre(picture, x + width / 2, y + height / 2);
}

/** Larger or smaller around a place of the drawing, or around the middle of what is seen. */
function zoom(factor, place) {
  if (!shown) return;
  const { view } = shown;
  const [x, y] = place ?? [view[0] + view[2] / 2, view[1] + view[3] / 2];
  const scale = Math.min(LARGEST, Math.max(Math.min(0.1, fitted(shown) / 2), shown.scale * factor));
  const by = shown.scale / scale;
  view[0] = x - (x - view[0]) * by;
  view[1] = y - (y - view[1]) * by;
  shown.scale = scale;
  moved = true;
  show(shown);
}

function pan(x, y) {
  if (!shown) return;
  shown.view[0] += x / shown.scale;
  shown.view[1] += y / shown.scale;
  moved = true;
  show(shown);
}

function place(event) {
  const { left, top } = shown.svg.getBoundingClientRect();
  const { view, scale } = shown;
  return [view[0] + (event.clientX - left) / scale, view[1] + (event.clientY - top) / scale];
}

/** Brings a node into sight, at a size at which its name can be read. */
function reveal(i, focus = true) {
  if (list && !shown) {
    entries[i].scrollIntoView({ block: 'nearest' });
    if (focus) entries[i].querySelector('button').focus({ preventScroll: true });
    return;
  }
  const node = shown?.nodes.get(i);
  if (!node) return;
  const { x, y, width, height } = node.getBBox();
  const { view } = shown;
  const inside =
    x > view[0] && x + width < view[0] + view[2] && y > view[1] && y + height < view[1] + view[3];
  if (!inside || shown.scale < READABLE) {
    shown.scale = Math.max(shown.scale, READABLE);
    moved = true;
    centre(shown, x + width / 2, y + height / 2);
  }
  if (focus) focusNode(i);
}

/** One node at a time is a stop of the Tab key; the arrows lead to the others. */
function focusNode(i) {
  for (const node of shown.svg.querySelectorAll('.node[tabindex="0"]')) node.setAttribute('tabindex', '-1');
  const node = shown.nodes.get(i);
  node.setAttribute('tabindex', '0');
  node.focus({ preventScroll: true });
}

function listen(picture) {
  const { svg, nodes } = picture;
  let grip = null;
  let dragged = false;
  svg.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 250), place(event));
    },
    { passive: false },
  );
  svg.addEventListener('pointerdown', event => {
    grip = [event.clientX, event.clientY];
    dragged = false;
  });
  svg.addEventListener('pointermove', event => {
    if (!grip || !event.buttons) return;
    const [x, y] = [grip[0] - event.clientX, grip[1] - event.clientY];
    if (!dragged && Math.hypot(x, y) < 4) return;
    if (!dragged) svg.setPointerCapture(event.pointerId);
    dragged = true;
    grip = [event.clientX, event.clientY];
    pan(x, y);
  });
  svg.addEventListener('pointerup', () => {
    grip = null;
  });
  svg.addEventListener('click', () => {
    if (!dragged) choose(null);
  });
  for (const [i, node] of nodes) {
    node.setAttribute('tabindex', '-1');
    node.setAttribute('aria-pressed', 'false');
    node.addEventListener('click', event => {
      event.stopPropagation();
      if (!dragged) choose(i);
    });
    node.addEventListener('dblclick', () => near(i));
    node.addEventListener('focus', () => {
      if (node.matches(':focus-visible')) reveal(i, false);
    });
    node.addEventListener('keydown', event => {
      const to = neighbour(i, event.key);
      if (event.key === 'Enter' || event.key === ' ') choose(i);
      else if (to === undefined) return;
      else if (to !== null) reveal(to);
      event.preventDefault();
      event.stopPropagation();
    });
  }
  const [first] = nodes.keys();
  nodes.get(first)?.setAttribute('tabindex', '0');
}

/** Where an arrow key leads: along the edges, or across the level; null for nowhere, undefined for other keys. */
function neighbour(i, key) {
  const along = data.sideways ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const across = data.sideways ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  const is = j => shown.nodes.has(j) && j !== i;
  const row = rows.get(data.nodes[i].row).filter(j => shown.nodes.has(j));
  const ways = { [along[0]]: before[i].find(is), [along[1]]: after[i].find(is) };
  ways[across[0]] = row[row.indexOf(i) - 1];
  ways[across[1]] = row[row.indexOf(i) + 1];
  return key in ways ? (ways[key] ?? null) : undefined;
}

// -- choosing -------------------------------------------------------------------------------------------

let chosen = null;

function light(lit, isLit) {
  main.classList.toggle('some', lit !== null);
  for (const picture of [whole, shown === whole ? null : shown]) {
    if (!picture) continue;
    for (const [i, node] of picture.nodes) node.classList.toggle('lit', lit?.has(i) ?? false);
    for (const [edge, from, to] of picture.edges)
      edge.classList.toggle('lit', lit !== null && isLit(from, to));
  }
  for (const [i, entry] of entries.entries()) entry.classList.toggle('lit', lit?.has(i) ?? false);
}

function choose(i) {
  chosen = i;
  for (const picture of new Set([whole, shown])) {
    for (const [j, node] of picture?.nodes ?? []) {
      node.classList.toggle('chosen', i === j);
      node.setAttribute('aria-pressed', String(i === j));
    }
  }
  for (const [j, entry] of entries.entries()) entry.classList.toggle('chosen', i === j);
  aside.hidden = i === null;
  byId('near').disabled = i === null && !isNear();
  if (i === null) {
    light(null);
  } else {
    const up = reach(i, before);
    const down = reach(i, after);
    light(new Set([...up, ...down]), (a, b) => (up.has(a) && up.has(b)) || (down.has(a) && down.has(b)));
    describe(i, up.size - 1, down.size - 1);
  }
  if (shown && !moved) fit();
  else if (shown) show(shown);
}

function make(tag, text, ...inside) {
  const element = document.createElement(tag);
  if (text !== '') element.textContent = text;
  element.append(...inside);
  return element;
}

function go(i) {
  if (isNear() && !shown.nodes.has(i)) near(i);
  choose(i);
  reveal(i, false);
}

/** The steps as a list of buttons that lead to them; a few hundred are shown. */
function links(numbers) {
  const items = numbers.slice(0, 200).map(n => {
    const button = make('button', data.nodes[n].name);
    button.addEventListener('click', () => go(n));
    return make('li', '', button);
  });
  if (numbers.length > 200) items.push(make('li', `and ${numbers.length - 200} more`));
  return make('ul', '', ...items);
}

function describe(i, ups, downs) {
  const node = data.nodes[i];
  const facts = make('dl', '');
  const add = (what, value) => {
    if (value === null || value === '') return;
    facts.append(make('dt', what), value instanceof Node ? make('dd', '', value) : make('dd', String(value)));
  };
  add('State', node.says);
  add('Because of', node.because.join(', '));
  add('Pipeline', node.pipeline);
  add('Order', node.order === null ? null : node.order + 1);
  add('Level', node.level === null ? null : node.level + 1);
  add(
    `Waits for (${before[i].length} directly, ${ups} in all)`,
    before[i].length ? links(before[i]) : 'nothing',
  );
  add(
    `Waited for by (${after[i].length} directly, ${downs} in all)`,
    after[i].length ? links(after[i]) : 'nothing',
  );
  for (const [key, value] of node.params) add(`Parameter ${key}`, value);
  const close = make('button', '×');
  close.setAttribute('aria-label', 'Close the details');
  close.addEventListener('click', () => choose(null));
  aside.replaceChildren(close, make('h2', node.name), facts);
}

// -- what is near a step, drawn here ----------------------------------------------------------------------

const SVG = 'http://www.w3.org/2000/svg';
const [CELL, HIGH, APART, LEVELS] = [7.85, 34, 24, 56];

function part(tag, attributes, ...inside) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...inside);
  return element;
}

const isNear = () => shown !== null && shown !== whole;

/** Boxes in rows by level, each row in the order of the whole drawing and centred; lines between them. */
function drawNear(i) {
  const inside = new Set([...reach(i, before, HOPS), ...reach(i, after, HOPS)]);
  if (inside.size > MOST_NEAR) for (const j of [...inside].slice(MOST_NEAR)) inside.delete(j);
  const lines = [...new Set([...inside].map(j => data.nodes[j].row))].sort((a, b) => a - b);
  const boxes = new Map();
  const widthOf = j => 2 * Math.round(([...data.nodes[j].label].length * CELL) / 2) + 24;
  let widest = 0;
  for (const [line, row] of lines.entries()) {
    let along = 0;
    for (const j of rows.get(row).filter(one => inside.has(one))) {
      boxes.set(j, { x: along, y: line * (HIGH + LEVELS), width: widthOf(j), line });
      along += widthOf(j) + APART;
    }
    widest = Math.max(widest, along - APART);
  }
  for (const line of lines.keys()) {
    const row = [...boxes.values()].filter(box => box.line === line);
    const last = row.at(-1);
    for (const box of row) box.x += (widest - last.x - last.width) / 2;
  }
  const high = lines.length * (HIGH + LEVELS) - LEVELS;
  const svg = part('svg', {
    class: 'graph',
    role: 'group',
    viewBox: `-24 -24 ${widest + 72} ${high + 48}`,
    'aria-label': `What is near ${data.nodes[i].name}: ${inside.size} steps`,
  });
  const defs = part('defs', {});
  for (const state of new Set(data.states)) {
    const head = part('path', { d: 'M0 0.5 8 4 0 7.5z' });
    const marker = {
      id: `near-${state}`,
      viewBox: '0 0 8 8',
      refX: 7.5,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
    };
    defs.append(
      part('marker', { ...marker, class: state, markerUnits: 'userSpaceOnUse', orient: 'auto' }, head),
    );
  }
  svg.append(defs);
  const edges = [];
  for (const [number, [from, to]] of data.edges.entries()) {
    if (!boxes.has(from) || !boxes.has(to)) continue;
    const state = data.states[number];
    const line = {
      class: `edge ${state}`,
      d: lineOf(boxes.get(from), boxes.get(to)),
      'marker-end': `url(#near-${state})`,
    };
    const edge = part('path', line);
    edges.push([edge, from, to]);
    svg.append(edge);
  }
  const nodes = new Map();
  for (const [j, box] of boxes) {
    const node = data.nodes[j];
    const group = part(
      'g',
      { class: `node ${node.state}`, role: 'button', 'aria-label': `${node.name}, ${node.says}` },
      part('title', {}, node.name),
      part('rect', { x: box.x, y: box.y, width: box.width, height: HIGH, rx: 7 }),
      part('text', { x: box.x + box.width / 2, y: box.y + HIGH / 2 }, node.label),
    );
    nodes.set(j, group);
    svg.append(group);
  }
  return { svg, nodes, edges };
}

/** From the lower side of a box to the upper side of another; beside them where both are in one row, or it leads up. */
function lineOf(from, to) {
  const [fx, tx] = [from.x + from.width / 2, to.x + to.width / 2];
  if (to.line > from.line) {
    const [top, bottom] = [from.y + HIGH, to.y];
    const half = (top + bottom) / 2;
    return fx === tx
      ? `M${fx} ${top}L${tx} ${bottom}`
      : `M${fx} ${top}C${fx} ${half} ${tx} ${half} ${tx} ${bottom}`;
  }
  const [right, end] = [from.x + from.width, to.x + to.width];
  const bend = Math.max(right, end) + 28;
  const [high, low] = from === to ? [from.y + 9, from.y + 25] : [from.y + HIGH / 2, to.y + HIGH / 2];
  return `M${right} ${high}C${bend} ${high} ${bend} ${low} ${end} ${low}`;
}

function near(i) {
  leave();
  const { svg, nodes, edges } = drawNear(i);
  if (whole) whole.svg.classList.add('away');
  list?.classList.add('away');
  main.prepend(svg);
  shown = openPicture(svg, nodes, edges);
  byId('near').setAttribute('aria-pressed', 'true');
  tell();
  moved = false;
  fit();
  choose(i);
  if (shown.scale < LEAST) reveal(i);
  else focusNode(i);
}

/** Back to the whole drawing, or to the list. */
function leave() {
  if (!isNear()) return;
  shown.svg.remove();
  shown = whole;
  whole?.svg.classList.remove('away');
  list?.classList.remove('away');
  byId('near').setAttribute('aria-pressed', 'false');
  moved = true;
  tell();
  choose(chosen);
  if (chosen !== null) reveal(chosen);
}

/** Which tools there are for what is shown. */
function tell() {
  for (const id of ['closer', 'farther', 'fit']) byId(id).disabled = shown === null;
}

// -- finding ------------------------------------------------------------------------------------------------

let hits = [];
let turn = -1;

function find() {
  const words = search.value.toLowerCase().trim();
  const fits = ({ name, pipeline }) => `${name} ${pipeline}`.toLowerCase().includes(words);
  hits = words === '' ? [] : [...data.nodes.keys()].filter(i => fits(data.nodes[i]));
  turn = -1;
  count.textContent = words === '' ? '' : `${hits.length} found`;
  for (const [i, entry] of entries.entries()) entry.hidden = words !== '' && !hits.includes(i);
  light(words === '' ? null : new Set(hits), () => false);
}

function nextHit(step) {
  if (hits.length === 0) return;
  turn = turn < 0 && step < 0 ? hits.length - 1 : (turn + step + hits.length) % hits.length;
  count.textContent = `${turn + 1} of ${hits.length}`;
  go(hits[turn]);
}

search.addEventListener('input', find);
search.addEventListener('keydown', event => {
  if (event.key === 'Enter') nextHit(event.shiftKey ? -1 : 1);
});

// -- keys and buttons -------------------------------------------------------------------------------------------

const KEYS = {
  '+': () => zoom(1.25),
  '=': () => zoom(1.25),
  '-': () => zoom(0.8),
  0: () => fit(),
  f: toggleNear,
  '/': () => search.focus(),
  ArrowLeft: () => pan(-60, 0),
  ArrowRight: () => pan(60, 0),
  ArrowUp: () => pan(0, -60),
  ArrowDown: () => pan(0, 60),
};

function toggleNear() {
  if (isNear()) leave();
  else if (chosen !== null) near(chosen);
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    search.value = '';
    find();
    if (isNear()) leave();
    else choose(null);
    return;
  }
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  const scrolls = event.key.startsWith('Arrow') && (!shown || aside.contains(event.target));
  if (act && event.target !== search && !scrolls) {
    act();
    event.preventDefault();
  }
});
byId('fit').addEventListener('click', () => fit());
byId('closer').addEventListener('click', () => zoom(1.25));
byId('farther').addEventListener('click', () => zoom(0.8));
byId('near').addEventListener('click', toggleNear);
for (const [i, entry] of entries.entries()) {
  entry.querySelector('button').addEventListener('click', () => choose(i));
}

// -- the start ------------------------------------------------------------------------------------------------------

const drawn = document.querySelector('svg.graph');
if (drawn) {
  const paths = [...drawn.querySelectorAll('.edge')];
  const nodes = new Map([...drawn.querySelectorAll('.node')].entries());
  whole = openPicture(
    drawn,
    nodes,
    paths.map((path, number) => [path, ...data.edges[number]]),
  );
  shown = whole;
  fit();
  if (shown.scale < LEAST) {
    const first = data.nodes.findIndex(({ order }) => order === 0);
    reveal(Math.max(first, 0), false);
  }
}
tell();
byId('near').disabled = true;
window.addEventListener('resize', () => {
  if (shown && !moved) fit();
  else if (shown) show(shown);
});
