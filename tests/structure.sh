#!/bin/sh
# The rooms have one direction: a folder includes itself and what is to its left.   structure.sh SOURCE_ROOT
cd "$1" || exit 1
awk '
  BEGIN {
    count = split("ir compiler backends runtime frontend", rooms)
    for (i = 1; i <= count; i++) rank[rooms[i]] = i
  }
  FNR == 1 { files++; split(FILENAME, path, "/"); faults = 0 }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    split(quoted[2], target, "/")
    if (rank[target[1]] > rank[path[1]]) {
      printf "%s:%d: %s/ must not include %s\n", FILENAME, FNR, path[1], quoted[2]
      if (!faults++) failed++
    }
  }
  END {
    printf "%d passed, %d failed\n", files - failed, failed
    exit failed > 0 || files == 0
  }
' $(find ir compiler backends runtime frontend -name '*.[ch]' -o -name '*.def')
