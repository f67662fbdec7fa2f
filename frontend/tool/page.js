'use strict';
// Everything that belongs to a line of the source has data-at="file:line ..."; kernels and their
// code have data-kernel as well. What is selected is a set of places and one of kernels.
(() => {
  const root = document.documentElement;
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const places = (e) => (e.dataset.at || '').split(' ').filter(Boolean);
  const subject = () => document.querySelector('.subject.shown');

  function mark(select) {
    const here = subject();
    const lines = new Set(select.places), kernels = new Set(select.kernels);
    here.classList.toggle('selected', lines.size + kernels.size > 0);
    for (const e of all('[data-at], [data-kernel]', here)) {
      const lit = e.dataset.kernel ? kernels.has(e.dataset.kernel)
                                   : places(e).some((p) => lines.has(p));
      e.classList.toggle('lit', lit);
    }
  }

  function show(from) {
    for (const pane of all('.scroll', subject())) {
      if (from && pane.contains(from)) continue;
      const tab = pane.querySelector('.tab.shown') || pane;
      const first = tab.querySelector('.lit');
      if (!first) continue;
      const box = first.getBoundingClientRect(), view = pane.getBoundingClientRect();
      pane.scrollTop += box.top - view.top - view.height / 3;
      if (first.closest('svg')) pane.scrollLeft += box.left - view.left - view.width / 3;
    }
  }

  // A line selects the kernels that compute something of it; a kernel all its lines.
  function select(e) {
    let lines = places(e), kernels = [];
    const owners = all('.kernel', subject());
    if (e.dataset.kernel) {
      kernels = [e.dataset.kernel];
      lines = owners.filter((k) => k.dataset.kernel === e.dataset.kernel).flatMap(places);
    } else {
      kernels = owners.filter((k) => places(k).some((p) => lines.includes(p)))
                    .map((k) => k.dataset.kernel);
    }
    mark({places: lines, kernels});
    show(e);
  }

  function clear() {
    mark({places: [], kernels: []});
    history.replaceState(null, '', location.pathname + location.search);
  }

  function open(name) {
    for (const s of all('.subject')) s.classList.toggle('shown', s.dataset.name === name);
    for (const b of all('[data-open]')) b.classList.toggle('on', b.dataset.open === name);
  }

  function turn(button) {
    const pane = button.closest('.pane');
    for (const t of all('.tab', pane)) t.classList.toggle('shown', t.dataset.tab === button.dataset.turn);
    for (const b of all('[data-turn]', pane)) b.classList.toggle('on', b === button);
    show(null);
  }

  function zoom(pane, factor) {
    for (const svg of all('svg.graph', pane)) {
      const natural = svg.viewBox.baseVal;
      const now = (svg.dataset.zoom || 1) * factor;
      const scale = factor ? Math.min(4, Math.max(0.1, now))
                           : Math.min(1, (pane.querySelector('.scroll').clientWidth - 4) / natural.width);
      svg.dataset.zoom = scale;
      svg.setAttribute('width', natural.width * scale);
      svg.setAttribute('height', natural.height * scale);
    }
  }

  document.addEventListener('click', (event) => {
    const on = (query) => event.target.closest(query);
    const button = on('button');
    if (button) {
      if (button.dataset.open) open(button.dataset.open);
      if (button.dataset.turn) turn(button);
      if (button.dataset.zoom) zoom(button.closest('.pane'), Number(button.dataset.zoom));
      if (button.id === 'theme') root.classList.toggle('dark');
      return;
    }
    if (String(getSelection())) return;  // text is being copied
    const e = on('[data-kernel], [data-at]');
    if (!e || e.classList.contains('lit') && all('.lit', subject()).length === 1) return clear();
    if (e.classList.contains('line') && places(e).length === 1)
      history.replaceState(null, '', '#' + places(e)[0]);
    select(e);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') clear();
    if (event.key === 'Enter' && document.activeElement.matches('.line[data-at]'))
      select(document.activeElement);
  });
  document.addEventListener('wheel', (event) => {
    const pane = event.target.closest('.pane.graph');
    if (!pane || !event.ctrlKey) return;
    event.preventDefault();
    zoom(pane, event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }, {passive: false});

  // C in colours.
  const token = /(\/\/.*|\/\*.*?\*\/)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(0x[\da-f]+|\d[\w.]*)\b|\b(auto|bool|break|case|char|const|continue|do|double|else|enum|for|if|int|int64_t|float|long|return|sizeof|static|struct|switch|typedef|unsigned|void|while|jc_array|jc_auto|jc_fn)\b|\b((?:jc_|JC_)\w+)|(^\s*#\s*\w+)/g;
  for (const code of all('.pane.source code')) {
    const text = code.textContent;
    code.textContent = '';
    let at = 0;
    for (const m of text.matchAll(token)) {
      code.append(text.slice(at, m.index));
      const span = document.createElement('span');
      span.className = m[1] ? 'c' : m[2] ? 's' : m[3] ? 'n' : m[4] || m[6] ? 'k' : 'f';
      span.textContent = m[0];
      code.append(span);
      at = m.index + m[0].length;
    }
    code.append(text.slice(at));
  }

  if (matchMedia('(prefers-color-scheme: dark)').matches) root.classList.add('dark');
  const first = document.querySelector('.subject');
  if (first) open(first.dataset.name);
  for (const pane of all('.pane.graph')) {
    pane.closest('.subject').classList.contains('shown') && zoom(pane, 0);
  }
  const wanted = decodeURIComponent(location.hash.slice(1));
  const line = wanted && all('.line[data-at]').find((e) => places(e).includes(wanted));
  if (line) {
    open(line.closest('.subject').dataset.name);
    select(line);
    line.scrollIntoView({block: 'center'});
  }
  root.dataset.ready = 'yes';
})();
