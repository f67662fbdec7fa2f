#!/bin/sh
# The shared library shows users jc_* and nothing else.   exports.sh LIBRARY
names=$(nm -D --defined-only --format=posix "$1" | awk '{ print $1 }') || exit 1
# What compilers and sanitizers put into every library is not ours.
foreign=$(echo "$names" | grep -vE '^(jc_|_init$|_fini$|__bss_start$|_edata$|_end$|__asan_|__ubsan_|__odr_asan|__tsan_|__sanitizer)')
count=$(echo "$names" | grep -c '^jc_')
for name in $foreign; do echo "libjitc.so exports $name"; done
[ "$count" -gt 0 ] || echo "libjitc.so exports no jc_ function"
if [ -z "$foreign" ] && [ "$count" -gt 0 ]; then
  echo "1 passed, 0 failed"
else
  echo "0 passed, 1 failed"
  exit 1
fi
