#!/bin/sh
# A program with a mistake ends with status 1 and one message that begins with the file and line of the mistake, on
# every device; so it is with files that cannot be read and without LLVM.   users_mistakes.sh SOURCE_ROOT BUILD_ROOT
source=$1 build=$2
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cp "$source/tests/api/mistakes.c" .
cc -std=c11 -Wall -Wextra -pedantic -Werror -I"$source/frontend" mistakes.c -o mistakes -L"$build" -ljitc \
  -Wl,-rpath,"$build" -lm || exit 1

# mistake NAME TEXT [FILE]: the run with mistake NAME says TEXT at the line that is marked with it.
mistake() {
  line=$(grep -n "// MISTAKE $1\$" mistakes.c | cut -d: -f1)
  timeout 60 ./mistakes "$1" "$3" >out 2>&1
  got=$?
  if [ $got != 1 ]; then
    echo "FAILED: $JITC_DEVICE $1 $3: status $got"; head -5 out
  elif [ "$(wc -l <out)" != 1 ]; then
    echo "FAILED: $JITC_DEVICE $1 $3: not one line:"; head -5 out
  elif ! grep -q "^mistakes.c:$line: " out; then
    echo "FAILED: $JITC_DEVICE $1 $3: the place is not line $line:"; cat out
  elif ! grep -qF -e "$2" out; then
    echo "FAILED: $JITC_DEVICE $1 $3: no \"$2\" in:"; cat out
  else
    passed=$((passed + 1))
    return
  fi
  failed=$((failed + 1))
}

for device in interp cpu; do
  export JITC_DEVICE=$device
  mistake shape "add: shapes f32[3] and f32[5] do not broadcast"
  mistake dtype "bitwise_or: does not take f32[3]"
  mistake axis "softmax: axis 1 is out of range"
  mistake inside "matmul: inner dimensions differ"
  mistake leak "outlived its trace: return it instead"
  mistake read "item: this is a traced value (mul at mistakes.c:"
  mistake data "data: this is a traced value (a parameter at mistakes.c:"
  mistake twice "sum: argument 0 (jc_array) and argument 1 (jc_array) are one and the same array"
  mistake zero "is not an array: it is zero"
  mistake wild "is not an array: uninitialised"
  mistake stale "was freed with its scope"
  mistake donated "was donated at mistakes.c:"
  mistake padded "Padded"
  mistake foreign "JC_TREE(Foreign, ...)"
  mistake memory "out of memory"
  mistake memory200 "out of memory"
  mistake loop "batches: -1 rows"
  mistake diverge "the loss is inf after 3 steps: run with JITC_DEBUG_NANS=1"
  for tier in auto compile; do
    export JITC_TIER=$tier JITC_DEBUG_NANS=1
    mistake forward "log: its result f32[3] is NaN at element 0, of operands without NaN, in the forward pass"
    mistake backward "is NaN at element 0, of operands without NaN, in the backward pass"
    mistake eager "log: its result f32[3] is NaN at element 0"
  done
  unset JITC_TIER JITC_DEBUG_NANS
done

# Without jc_finish the error is printed all the same.
if ./mistakes untold >out 2>&1 && grep -q "^mistakes.c:.*do not broadcast" out; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
  echo "FAILED: untold:"; cat out
fi

# A JC_TREE counts for its own file.
printf '#include <jitc.h>\ntypedef struct { jc_array w; double rate; } Foreign;\nJC_TREE(Foreign, w, rate);\n' >other.c
if cc -std=c11 -I"$source/frontend" mistakes.c other.c -o two_files -L"$build" -ljitc -Wl,-rpath,"$build" -lm &&
  ! ./two_files foreign >out 2>&1 && grep -q "^mistakes.c:.*JC_TREE(Foreign, ...) in this file too" out; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
  echo "FAILED: a JC_TREE in another file:"; cat out
fi

export JITC_DEVICE=interp
mistake inside_memory "out of memory"
printf '\0\0\10\1\0\0\1\0' >whole
head -c 256 /dev/urandom >>whole
gzip -k whole
for n in 0 3 4 7 8 9 100; do
  head -c $n whole >cut
  mistake idx "is truncated" cut
done
for n in 1 10 17 18 100 200 280; do
  head -c $n whole.gz >cut.gz
  mistake idx "data: 'cut.gz'" cut.gz
done
printf '\0\0\10\2\377\377\377\377\377\377\377\377' >large
mistake idx "is larger than any memory" large
printf '\0\0\17\1\0\0\0\1a' >unknown
mistake idx "unknown element type" unknown
head -c 1000 /dev/urandom | tr '\0' 'x' >noise
mistake idx "is not an IDX file" noise
mistake idx "exists" "no/such/directory/images"
mistake idx "Is a directory" .
mkdir closed
: >closed/images
chmod 0 closed
[ "$(id -u)" = 0 ] || mistake idx "closed/images" closed/images

export JITC_DEVICE=cpu
export JITC_LLVM="$work/no-libLLVM.so"
mistake compile "cannot open the LLVM that JITC_LLVM names"
export JITC_LLVM="$work/whole"
mistake compile "cannot open the LLVM that JITC_LLVM names"
unset JITC_LLVM
export JITC_DEVICE=tpu
mistake device "there is no device 'tpu'"
export JITC_DEVICE=cuda
mistake device "device 'cuda' is not available"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
