const data = JSON.parse(document.getElementById('data').textContent);
const svg = document.querySelector('svg.graph');
const aside = document.querySelector('aside');
const search = document.querySelector('input');
const count = document.querySelector('output');
const nodes = [...svg.querySelectorAll('.node')];
const edges = [...svg.querySelectorAll('.edge')];
const whole = svg.getAttribute('viewBox').split(' ').map(Number);
let view = whole.slice();

function show() {
  svg.setAttribute('viewBox', view.join(' '));
}
function fit() {
  view = whole.slice();
  show();
}
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
svg.addEventListener(
  'wheel',
  event => {
    event.preventDefault();
    const at = place(event);
    zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 250), at.x, at.y);
  },
  { passive: false },
);
let grip = null,
  dragged = false;
svg.addEventListener('pointerdown', event => {
  grip = place(event);
  dragged = false;
});
svg.addEventListener('pointermove', event => {
  if (!grip || !event.buttons) return;
  const at = place(event);
  if (!dragged && Math.hypot(at.x - grip.x, at.y - grip.y) < 4) return;
  if (!dragged) svg.setPointerCapture(event.pointerId);
  dragged = true;
  view[0] += grip.x - at.x;
  view[1] += grip.y - at.y;
  show();
});
svg.addEventListener('pointerup', () => {
  grip = null;
});

function reach(start, next) {
  const seen = new Set([start]),
    work = [start];
  while (work.length) {
    for (const other of next(work.pop()))
      if (!seen.has(other)) {
        seen.add(other);
        work.push(other);
      }
  }
  return seen;
}
const before = data.nodes.map(() => []),
  after = data.nodes.map(() => []);
data.edges.forEach(([from, to]) => {
  after[from].push(to);
  before[to].push(from);
});

function light(lit, pairs) {
  svg.classList.toggle('some', lit !== null);
  for (const [i, node] of nodes.entries()) node.classList.toggle('lit', lit?.has(i) ?? false);
  for (const [i, edge] of edges.entries()) {
    edge.classList.toggle('lit', lit !== null && pairs(...data.edges[i]));
  }
}
function choose(i) {
  for (const [j, node] of nodes.entries()) node.classList.toggle('chosen', i === j);
  aside.hidden = i === null;
  if (i === null) {
    light(null);
    return;
  }
  const up = reach(i, n => before[n]),
    down = reach(i, n => after[n]);
  light(new Set([...up, ...down]), (a, b) => (up.has(a) && up.has(b)) || (down.has(a) && down.has(b)));
  const node = data.nodes[i];
  const title = document.createElement('h2'),
    list = document.createElement('dl');
  title.textContent = node.name;
  const add = (what, value) => {
    if (value === null || value === '') return;
    const dt = document.createElement('dt'),
      dd = document.createElement('dd');
    dt.textContent = what;
    dd.textContent = value;
    list.append(dt, dd);
  };
  add('State', node.says);
  add('Pipeline', node.pipeline);
  add('Order', node.order === null ? null : String(node.order));
  add('Level', node.level === null ? null : String(node.level));
  add('Because of', node.because.join(', '));
  add('Waits for', before[i].map(n => data.nodes[n].name).join(', '));
  add('Waited for by', after[i].map(n => data.nodes[n].name).join(', '));
  add('Runs after, in all', String(up.size - 1));
  add('Runs before, in all', String(down.size - 1));
  for (const [key, value] of node.params) add(`Parameter ${key}`, value);
  aside.replaceChildren(title, list);
}
function reveal(i) {
  const box = nodes[i].getBBox(),
    x = box.x + box.width / 2,
    y = box.y + box.height / 2;
  if (x < view[0] || x > view[0] + view[2] || y < view[1] || y > view[1] + view[3]) {
    view[0] = x - view[2] / 2;
    view[1] = y - view[3] / 2;
    show();
  }
  nodes[i].focus({ preventScroll: true });
}
nodes.forEach((node, i) => {
  node.addEventListener('click', event => {
    if (!dragged) {
      event.stopPropagation();
      choose(i);
    }
  });
  node.addEventListener('focus', () => {
    if (node.matches(':focus-visible')) reveal(i);
  });
  node.addEventListener('keydown', event => {
    const level = nodes.map((_, j) => j).filter(j => data.nodes[j].row === data.nodes[i].row);
    level.sort((a, b) => data.nodes[a].at - data.nodes[b].at);
    const spot = level.indexOf(i);
    const ways = [before[i][0], after[i][0], level[spot - 1], level[spot + 1]];
    const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];
    if (data.sideways) keys.push(...keys.splice(0, 2)); // left and right follow the edges
    const to = Object.fromEntries(keys.map((key, number) => [key, ways[number]]));
    if (event.key === 'Enter' || event.key === ' ') choose(i);
    else if (event.key in to) {
      if (to[event.key] !== undefined) reveal(to[event.key]);
    } else return;
    event.preventDefault();
  });
});
svg.addEventListener('click', () => {
  if (!dragged) choose(null);
});
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') {
    search.value = '';
    count.textContent = '';
    choose(null);
  } else if (event.target !== search && event.key === '/') {
    search.focus();
    event.preventDefault();
  } else if (event.target !== search && (event.key === '+' || event.key === '=')) zoom(0.8);
  else if (event.target !== search && event.key === '-') zoom(1.25);
  else if (event.target !== search && event.key === '0') fit();
});
let hits = [],
  turn = 0;
search.addEventListener('input', () => {
  const words = search.value.toLowerCase();
  const matches = node => `${node.name} ${node.pipeline}`.toLowerCase().includes(words);
  hits = words ? [...data.nodes.keys()].filter(i => matches(data.nodes[i])) : [];
  turn = 0;
  count.textContent = words ? `${hits.length} found` : '';
  light(words ? new Set(hits) : null, () => false);
});
search.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !hits.length) return;
  const i = hits[turn++ % hits.length];
  choose(i);
  reveal(i);
  search.focus();
});
document.getElementById('fit').addEventListener('click', fit);
document.getElementById('closer').addEventListener('click', () => zoom(0.8));
document.getElementById('farther').addEventListener('click', () => zoom(1.25));
