#!/bin/sh
# The jitc command as a user types it: exit statuses and messages, on good and bad input.   tool.sh JITC
jitc=$(realpath "$1") || exit 1
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
export TMPDIR="$work/tmp"
seed=${TEST_SEED:-$(date +%s)}
unset JITC_DEVICE JITC_THREADS JITC_EXPLAIN JITC_VERIFY JITC_DEBUG_NANS
cd "$work" || exit 1

# expect STATUS TEXT COMMAND...: the exit status, and a text that stdout or stderr has.
expect() {
  want=$1 text=$2
  shift 2
  "$@" >out 2>&1
  got=$?
  if [ $got != "$want" ]; then
    echo "FAILED (TEST_SEED=$seed): $*: status $got, expected $want"; head -5 out
  elif [ -n "$text" ] && ! grep -qF -e "$text" out; then
    echo "FAILED: $*: no \"$text\" in:"; head -5 out
  elif [ -n "$(ls -A "$TMPDIR")" ]; then
    echo "FAILED: $*: left files behind:" "$TMPDIR"/*
  else
    passed=$((passed + 1))
    return
  fi
  failed=$((failed + 1))
}

cat > f.jir <<'END'
def f(x: f32[4,3], w: f32[3,2], n: i32[2]) -> (f32[4,2], i32[2]):
    a: f32[4,2] = dot(x, w, lhs_contract=(1,), rhs_contract=(0,), order=chain)
    b: f32[4,2] = tanh(a)
    c: i32[2] = add(n, n)
    return b, c
END
cat > two.jir <<'END'
def f(x: f32[]) -> f32[]:
    a: f32[] = mul(x, x)
    return a

def g(x: f32[]) -> f32[]:
    a: f32[] = sin(x)
    return a
END
sed 's/rhs_contract=(0,)/rhs_contract=(1,)/' f.jir > shapes.jir
printf 'def f(x: f32[2]) -> f32[2]:\n    a: f32[2] = frobnicate(x)\n    return a\n' > unknown.jir
printf 'int x;\n' > none.c
printf 'int main(void) { return undeclared; }\n' > wrong.c
printf 'func.func @main() { return }\n' > f.mlir
cat > add.mlir <<'END'
func.func @add(%a: tensor<2xf32>, %b: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = stablehlo.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %d = stablehlo.constant dense<[2.0, 3.0]> : tensor<2xf32>
  return %c, %d : tensor<2xf32>, tensor<2xf32>
}
END
sed 's/return %c, %d/%0 = stablehlo.add %a, %b : tensor<2xf32>\n  return %0, %d/' add.mlir > sum.mlir
printf 'func.func @main(%%a: tensor<2xf8E5M2>) { return }\n' > f8.mlir
: > empty.jir
head -c 300 /dev/urandom > noise.jir

# ---- the command itself
expect 0 "usage: jitc" "$jitc" --help
expect 0 "jitc 0." "$jitc" --version
expect 2 "usage: jitc" "$jitc"
expect 2 "there is no command 'frobnicate'" "$jitc" frobnicate
expect 2 "not built yet" "$jitc" build f.c
expect 2 "not built yet" "$jitc" cache ls
expect 0 "--stage STAGE" "$jitc" trace -h
expect 2 "needs a file" "$jitc" trace
expect 2 "has no option '--frobnicate'" "$jitc" trace --frobnicate f.jir
expect 2 "has no option '--markdown'" "$jitc" trace --markdown f.jir
expect 2 "--stage needs a value" "$jitc" trace f.jir --stage
expect 2 "takes no file" "$jitc" env f.jir

# ---- what there is
expect 0 "JITC_DEVICE" "$jitc" env
expect 0 "JITC_EXPLAIN=cache  (environment)" env JITC_EXPLAIN=cache "$jitc" env
expect 0 "interp" "$jitc" devices
expect 2 "there is no device 'tpu'" "$jitc" devices --device tpu
expect 2 "device 'cuda' is not available" "$jitc" devices --device cuda
expect 0 "reduce_sum" "$jitc" ops
expect 0 '| `reduce_sum` |' "$jitc" ops --markdown
expect 2 "JITC_EXPLAIN has 'everything'" env JITC_EXPLAIN=everything "$jitc" env
expect 2 "JITC_TIER is 'never'" env JITC_TIER=never "$jitc" env
expect 2 "JITC_THREADS is 'two'" "$jitc" devices --threads two

# ---- trace
expect 0 "tanh(a)" "$jitc" trace f.jir
expect 0 "digraph" "$jitc" trace f.jir --format dot
expect 0 "cotangent" "$jitc" trace f.jir --stage=grad
expect 0 "f32[2,4,3]" "$jitc" trace f.jir --stage vmap
expect 0 "tanh(a)" "$jitc" trace f.jir --stage opt
expect 0 "def g" "$jitc" trace two.jir
expect 0 "" "$jitc" trace f.jir -o text.jir
expect 0 "tanh(a)" "$jitc" trace text.jir
expect 2 "there is no stage 'zzz'" "$jitc" trace f.jir --stage zzz
expect 2 "not built yet" "$jitc" trace f.jir --stage sass
expect 0 "share" "$jitc" bench f.jir --profile
expect 0 "<svg" "$jitc" trace f.jir --format svg
expect 2 "choose text, svg" "$jitc" trace f.jir --format png
expect 2 "two.jir: error: has no entry 'h': it has f, g" "$jitc" trace two.jir:h
expect 2 "missing.jir: error: cannot be opened: No such file" "$jitc" trace missing.jir
expect 2 "error: cannot write '/nowhere/x'" "$jitc" trace f.jir -o /nowhere/x
expect 2 "neither a .c nor a .jir" "$jitc" trace /dev/null
expect 2 "shapes.jir:2:" "$jitc" trace shapes.jir
expect 2 "unknown.jir:2:17: error: " "$jitc" trace unknown.jir
expect 2 "empty.jir:1:1: error: " "$jitc" trace empty.jir
expect 2 "noise.jir:1:" "$jitc" trace noise.jir
expect 0 "main on" "$jitc" run f.mlir
expect 0 "0: f32[2] = 3, 5" "$jitc" run add.mlir --device interp --output out_mlir
expect 0 "0: f32[2] = 5, 8" "$jitc" run sum.mlir --input 0=out_mlir/0.npy --input 1=out_mlir/1.npy
expect 2 "add.mlir:1:11: error: has no function 'other'" "$jitc" run add.mlir:other
expect 3 "f8.mlir:1:30: error: f8E5M2: not supported yet" "$jitc" run f8.mlir

# ---- C files
expect 2 "missing.c: error: cannot be read" "$jitc" trace missing.c
expect 2 "wrong.c:1:" "$jitc" trace wrong.c
expect 2 "wrong.c: error: does not compile" "$jitc" trace wrong.c
expect 2 "none.c: error: " "$jitc" trace none.c
expect 2 "cannot run the C compiler 'no-such-compiler'" env CC=no-such-compiler "$jitc" trace none.c

cat > good.c <<'END'
#include <jitc.h>
typedef struct { jc_array w, b; } Layer;
static jc_array apply(Layer p, jc_array x) { return jc_tanh(jc_add(jc_matmul(p.w, x), p.b)); }
JC_FN(jc_array, apply, Layer, jc_array);
static jc_array loss(Layer p, jc_array xs) { return jc_sum(jc_vmap(apply, .in_axes = {JC_NONE, 0})(p, xs)); }
JC_FN(jc_array, loss, Layer, jc_array);
static Layer step(Layer p, jc_array xs) { return jc_tree_sub(p, jc_grad(loss)(p, xs)); }
JC_FN(Layer, step, Layer, jc_array);
static Layer init(jc_array key) { return (Layer){jc_normal(key, JC_SHAPE(3, 4)), jc_zeros(JC_SHAPE(3))}; }
JC_ENTRY(loss, init(jc_key(0)), jc_spec(JC_SHAPE(5, 4)));
JC_ENTRY(step, init(jc_key(0)), jc_spec(JC_SHAPE(5, 4), JC_F32, .low = 1, .high = 2));
int main(void) { return 1; }
END
sed 's/JC_SHAPE(5, 4))/JC_SHAPE(5, 6))/' good.c > mismatch.c
# Adam's first update bends at once where its moments of 0 meet small gradients: differences by steps of 1e-10 of a
# moment's own size do not settle.
cat > adam.c <<'END'
#include <jitc.h>
typedef struct { jc_array w, b; } Layer;
typedef JC_OPT_STATE(Layer) Adam;
typedef struct { Layer p; Adam o; } State;
static const jc_opt adam = JC_ADAM(1e-2);
static jc_array loss(Layer p, jc_array x) { return jc_mean(jc_square(jc_tanh(jc_add(jc_matmul(x, p.w), p.b)))); }
JC_FN(jc_array, loss, Layer, jc_array);
static State update(State s, jc_array x) { jc_opt_update(&adam, &s.p, jc_grad(loss)(s.p, x), &s.o); return s; }
JC_FN(State, update, State, jc_array);
static State start(jc_array key) {
  State s = {.p = {jc_mul(jc_normal(key, JC_SHAPE(40, 60)), 1e-2), jc_zeros(JC_SHAPE(60))}};
  jc_opt_init(&adam, &s.p, &s.o);
  return s;
}
JC_ENTRY(update, start(jc_key(0)), jc_spec(JC_SHAPE(5, 40)));
END
cat > reads.c <<'END'
#include <jitc.h>
static jc_array f(jc_array x) { return jc_mul(x, jc_item(x)); }
JC_FN(jc_array, f, jc_array);
JC_ENTRY(f, jc_spec(JC_SCALAR));
END
cat > quiet.c <<'END'
#include <jitc.h>
static jc_array f(jc_array x) { return jc_sin(x); }
JC_FN(jc_array, f, jc_array);
JC_ENTRY(f, jc_spec(JC_SHAPE(7)));
END
sed 's/^JC_ENTRY.*//' quiet.c > none.c
mkdir 'a b' && cp quiet.c 'a b/x y.c'
expect 0 "# good.c:3" "$jitc" trace good.c
expect 0 "def step(" "$jitc" trace good.c:step
expect 0 "# grad of loss, good.c:7" "$jitc" trace good.c:step --stage grad
expect 0 "# vmap of apply, good.c:5" "$jitc" trace good.c --stage vmap
expect 2 "quiet.c:4: error: f has no derivative inside" "$jitc" trace quiet.c --stage grad
expect 0 "sin(" "$jitc" trace 'a b/x y.c:f'
expect 2 "good.c: error: has no entry 'other': it has loss, step" "$jitc" trace good.c:other
expect 2 "none.c: error: exports no entry" "$jitc" trace none.c
expect 2 "mismatch.c:3: error: matmul: " "$jitc" trace mismatch.c
expect 2 "reads.c:2: error: " "$jitc" trace reads.c
expect 0 "sin(" env CC="gcc -O0 -Wall" "$jitc" trace quiet.c

# ---- on a device
if "$jitc" run f.jir >/dev/null 2>&1; then
  expect 0 "(seed 7)" "$jitc" run f.jir --seed 7
  expect 0 "1: i32[2] =" "$jitc" run f.jir --output results
  expect 0 "" test -s results/0.npy -a -s results/1.npy
  expect 0 "" "$jitc" run f.jir --input n=results/1.npy
  expect 0 "" "$jitc" run f.jir --input 2=results/1.npy
  expect 2 "has no parameter 'z'" "$jitc" run f.jir --input z=results/1.npy
  expect 2 "has no parameter '3'" "$jitc" run f.jir --input 3=results/1.npy
  expect 2 "give it as I=FILE.npy" "$jitc" run f.jir --input results/1.npy
  expect 2 "parameter 0 (x) is f32[4,3], 'results/0.npy' holds f32[4,2]" "$jitc" run f.jir --input x=results/0.npy
  expect 2 "cannot open 'no.npy'" "$jitc" run f.jir --input x=no.npy
  expect 2 "is no .npy file" "$jitc" run f.jir --input x=f.jir
  expect 2 "has 2 entries" "$jitc" run two.jir --output results
  expect 0 "g on interp" "$jitc" run two.jir:g --device interp
  expect 0 "0 failed" "$jitc" check f.jir two.jir --seed $seed
  printf 'def f(x: f32[3]) -> f32[3]:\n    a = stop_gradient(x)\n    b = mul(a, x)\n    return b\n' > wrong.jir
  expect 1 "FAILED  f                jvp = differences" "$jitc" check wrong.jir --seed $seed
  expect 1 "tangent of result 0 f64[3], element [" "$jitc" check wrong.jir --seed $seed
  expect 0 "0 failed" "$jitc" check good.c quiet.c --seed $seed
  expect 0 "0 failed" "$jitc" check adam.c --seed $seed
  sed 's/jc_grad(loss)(s.p, x)/jc_tree_map(jc_stop_gradient, jc_grad(loss)(s.p, x))/' adam.c > stopped.c
  expect 1 "FAILED  update           jvp = differences" "$jitc" check stopped.c --seed $seed
  expect 0 "ok      step             jit call = interp" "$jitc" check good.c:step --device interp --seed $seed
  expect 0 "0 failed" env JITC_VERIFY=1 "$jitc" check good.c --seed $seed
  expect 0 "loss on" "$jitc" run good.c:loss
  expect 0 "" "$jitc" trace good.c:step -o step.jir
  expect 0 "step on" "$jitc" run step.jir
  expect 0 "step " "$jitc" bench good.c --json bench_c.json
  expect 0 '"entry":"step"' cat bench_c.json
  expect 0 "0 failed" env JITC_VERIFY=1 "$jitc" check f.jir two.jir --seed $seed
  expect 0 "0 failed" env JITC_VERIFY=2 "$jitc" check f.jir two.jir --seed $seed
  expect 0 "memory: arrays took" env JITC_EXPLAIN=memory "$jitc" run f.jir
  expect 0 "__global__" "$jitc" trace f.jir --stage cuda
  expect 2 "has no stage 'asm'" "$jitc" trace f.jir --stage asm --device interp
  if "$jitc" run f.jir --device cpu >/dev/null 2>&1; then
    expect 0 "kernel" "$jitc" trace f.jir --stage kernels
    expect 0 "target triple" "$jitc" trace f.jir --stage llvm
    expect 0 ".text" "$jitc" trace f.jir --stage asm
    # Nothing of what memory happened to hold is in the code: equal programs are equal bytes.
    printf 'def f(x: f32[128,64], w: f32[64,96]) -> f32[128,96]:\n    a: f32[128,96] = dot(x, w, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n    return a\n' > dot.jir
    expect 0 "" "$jitc" trace dot.jir --stage llvm -o dot.ll
    expect 0 "gemm_batches" cat dot.ll
    expect 0 "" "$jitc" trace dot.jir --stage llvm -o again.ll
    expect 0 "" cmp dot.ll again.ll
    expect 2 "JITC_LLVM" env JITC_TIER=compile JITC_LLVM=/no/libLLVM.so "$jitc" run f.jir --device cpu
  fi
  expect 0 "speed-up" "$jitc" bench two.jir --json bench.json
  expect 0 '"entry":"g"' cat bench.json
  expect 0 '"eager_us":{"p10":' cat bench.json
  printf 'def f(x: f32[1099511627776,1024]) -> f32[1]:\n    a = slice(x, start=(0, 0), limit=(1, 1), stride=(1, 1))\n    b = reshape(a, shape=(1,))\n    return b\n' > huge.jir
  expect 2 "more bytes than any memory" "$jitc" run huge.jir
  printf 'def f(x: f32[1099511627776,128]) -> f32[1]:\n    a = slice(x, start=(0, 0), limit=(1, 1), stride=(1, 1))\n    b = reshape(a, shape=(1,))\n    return b\n' > huge.jir
  expect 2 "out of memory" "$jitc" run huge.jir
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
