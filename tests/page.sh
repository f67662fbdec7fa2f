#!/bin/sh
# The page of `jitc trace --format html` in a browser: no script fails, clicks on lines, nodes, kernels and code mark
# what belongs together.   page.sh JITC SOURCE_ROOT
jitc=$1 source=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
if ! "$jitc" trace "$source/examples/mlp.c" --format html -o "$work/page.html"; then
  echo "0 passed, 1 failed"
  exit 1
fi
if sed 's|xmlns="http://www.w3.org/2000/svg"||' "$work/page.html" | grep -nE '(src|href)="|@import|url\(|https?:'; then
  echo "FAILED: the page asks for something else"
  echo "0 passed, 1 failed"
  exit 1
fi
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
  echo "SKIPPED: page: no chromium here (Debian: chromium)"
  echo "1 passed, 0 failed, 1 skipped"
  exit 0
fi

cat >"$work/clicks.js" <<'JS'
const said = [];
const expect = (ok, what) => { if (!ok) said.push(what); };
const count = (query) => document.querySelectorAll(query).length;
const click = (query) => {
  const e = document.querySelector(query);
  if (!e) { said.push('nothing there: ' + query); return; }
  e.dispatchEvent(new MouseEvent('click', {bubbles: true}));
};
expect(document.documentElement.dataset.ready === 'yes', 'the script did not end');
expect(count('.subject.shown') === 1, 'one subject is shown');
expect(count('.pane.source code .f') > 10, 'the source has colours');
expect(count('.pane.kernels .kernel') >= 8 && count('.pane.code .chunk[data-kernel]') >= 8, 'kernels with code');
const dot = '.line[data-at="mlp.c:33"]';
click(dot);
expect(document.querySelector(dot).classList.contains('lit'), 'the line is marked');
expect(count('.line.lit') > 1, 'lines of the text are marked');
expect(count('.tab.shown .box.lit') >= 6, 'its nodes are marked');
expect([...document.querySelectorAll('.box.lit')].every((b) => b.dataset.at.includes('mlp.c:33')), 'no other node');
const kernels = count('.kernel.lit');
expect(kernels >= 3 && kernels < count('.kernel'), 'some kernels are marked: ' + kernels);
expect(count('.tab.shown .chunk.lit') >= 3, 'their code is marked');
expect(location.hash === '#mlp.c:33', 'the address names the line');
document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}));
expect(count('.lit') === 0 && count('.selected') === 0, 'escape clears');
click('.kernel:nth-of-type(2)');
expect(count('.kernel.lit') === 1, 'one kernel');
expect(count('.pane.source .line.lit') >= 1, 'has lines');
click('.tab.shown .box[data-at="mlp.c:36"]');
expect(count('.pane.source .line.lit') === 1, 'a node has one line');
click('.tab.shown .chunk[data-kernel]');
expect(count('.kernel.lit') === 1, 'code has one kernel');
click('[data-turn="optimised"]');
expect(count('.pane.graph .tab.shown') === 1 && count('.tab.shown[data-tab="optimised"] .box') > 20, 'the optimised graph');
const svg = document.querySelector('.tab.shown svg.graph'), before = svg.getAttribute('width');
click('[data-zoom="1.25"]');
expect(Number(svg.getAttribute('width')) > Number(before), 'zoom');
const dark = document.documentElement.classList.contains('dark');
click('#theme');
expect(document.documentElement.classList.contains('dark') !== dark, 'the theme turns');
document.documentElement.dataset.said = [...window.failures, ...said].join('; ') || 'all well';
JS
awk -v clicks="$work/clicks.js" '
  /^<script>$/ { print "<script>window.failures = []; window.onerror = (m, f, l) => window.failures.push(m);</script>" }
  /^<\/body>$/ { print "<script>"; while ((getline line < clicks) > 0) print line; print "</script>" }
  { print }' "$work/page.html" >"$work/test.html"
HOME=$work timeout 100 "$browser" --headless --no-sandbox --disable-gpu --window-size=1600,1000 \
  --user-data-dir="$work/profile" --virtual-time-budget=5000 --dump-dom "file://$work/test.html" >"$work/dom" 2>"$work/log"
said=$(sed -n 's/^<html[^>]* data-said="\([^"]*\)".*/\1/p' "$work/dom")
if [ "$said" = "all well" ]; then
  echo "2 passed, 0 failed"
  exit 0
fi
echo "FAILED: ${said:-the browser gave no page}"
[ -n "$said" ] || tail -5 "$work/log"
echo "1 passed, 1 failed"
exit 1
