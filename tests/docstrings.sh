#!/bin/sh
# Every public name in the headers is explained: by a comment at the end of its line, by one that begins the paragraph
# in which it is declared, or by one elsewhere that names it; tools/docs has each in its page and its manual pages.
# docstrings.sh SOURCE_ROOT
cd "$1/frontend" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cat jitc.h jitc/*.h | awk -v names="$work/names" '
  function is_public(name) { return name ~ /^(jc|JC)_/ && name !~ /_$/ && name !~ /__/ }
  { line[NR] = $0 }
  /^[ \t]*\/\// || /[^:]\/\/ / {
    text = $0
    sub(/^.*\/\/ ?/, "", text)
    while (match(text, /(jc|JC)_[A-Za-z0-9_]+/)) {
      named[substr(text, RSTART, RLENGTH)] = 1
      text = substr(text, RSTART + RLENGTH)
    }
  }
  END {
    for (i = 1; i <= NR; i++) {
      l = line[i]
      if (l ~ /^[ \t]*$/) { comment = 0; first = 1; continue }
      if (l ~ /^[ \t]*\/\//) { comment = l !~ /^\/\/ (----|clang-format)/ ? 1 : comment; continue }
      name = ""
      if (match(l, /^#define (jc|JC)_[A-Za-z0-9_]+/)) name = substr(l, 9, RLENGTH - 8)
      else if (l !~ /^[ \t#]/ && match(l, /(jc_[a-z0-9_]+)\)?\(/) && l !~ /^JC_/) {
        name = substr(l, RSTART, RLENGTH)
        sub(/\)?\($/, "", name)
      } else if (match(l, /^(typedef .*|\}) (jc_[a-z0-9_]+);/)) {
        name = l
        sub(/;.*/, "", name)
        sub(/.*[ *]/, "", name)
      }
      if (!is_public(name)) continue
      if (seen[name]++) continue
      count++
      print name > names
      text = l
      for (k = i; line[k] ~ /\\$/ && k < NR; k++) text = text line[k + 1]
      if (comment || text ~ /\/\/ / || (name in named)) continue
      print name ": no comment says what it is: " l
      failed++
    }
    print count - failed > (names ".passed")
    exit failed > 0 || count < 100
  }'
failed=$?
if ! command -v python3 >/dev/null; then
  echo "SKIPPED: docstrings: no python3 for tools/docs"
  echo "$(cat "$work/names.passed") passed, $failed failed, 1 skipped"
  exit $failed
fi
../tools/docs --html "$work/page.html" --man "$work" || failed=1
while read -r name; do
  grep -q "<a id=\"$name\">" "$work/page.html" || { echo "FAILED: tools/docs has no $name"; failed=1; }
  [ -s "$work/man3/$name.3" ] || { echo "FAILED: there is no manual page $name.3"; failed=1; }
done <"$work/names"
if command -v groff >/dev/null; then
  for page in jc_array jc_add jc_sum jc_print jc_stats; do
    groff -man -ww -Tutf8 -Z "$work/man3/$page.3" 2>&1 >/dev/null | grep -v 'can.t break line' >"$work/log"
    [ ! -s "$work/log" ] || { head -3 "$work/log"; failed=1; }
  done
fi
echo "$(cat "$work/names.passed") passed, $failed failed"
exit $failed
