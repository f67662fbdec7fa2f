// The reader of StableHLO text: where faults are told, what is refused and how, big constants, and
// damaged texts: cut off at every byte, and with every byte changed, missing or doubled.
#include <dirent.h>
#include <time.h>

#include "ir/text.h"
#include "tests/check.h"
#include "tests/damage.h"
#include "tests/hlo_check.h"

// Wraps lines of a body into main; they start on line 2.
static char *main_of(Arena *a, const char *body) {
  return arena_printf(
      a, "func.func @main(%%a: tensor<4xf32>, %%b: tensor<2x3xi32>) {\n%s\n  return\n}\n", body);
}

static bool read_text(Arena *a, const char *text, HloProgram *p, bool *unsupported) {
  return hlo_program(a, "f.mlir", text, strlen(text), p, unsupported);
}

static void refused(const char *text, bool not_yet, const char *message) {
  Arena *a = arena_new();
  HloProgram p;
  bool unsupported;
  EXPECT(!read_text(a, text, &p, &unsupported));
  if (!EXPECT_FAIL(message)) fprintf(stderr, "of:\n%s\n", text);
  EXPECT_EQ(unsupported, not_yet);
  arena_free(a);
}

static void body_refused(const char *body, bool not_yet, const char *message) {
  Arena *a = arena_new();
  refused(main_of(a, body), not_yet, message);
  arena_free(a);
}

static void errors_have_places(void) {
  refused("", false, "f.mlir:1:1: there is no function");
  refused("module {", false, "f.mlir:1:9: expected 'func.func', got the end of the text");
  refused("module {\n  func.func @f() { return }\n}\n}", false, "f.mlir:4:1: expected the end");
  refused("func.func @f() { return }\nfunc.func @f() { return }", false,
          "f.mlir:2:11: the function 'f' is defined twice");
  refused("func.func @f() { return }\nfunc.func @g() { return }", false,
          "f.mlir:1:11: has several functions");
  refused("func.func @main() { call @main() : () -> ()\n return }", false,
          "f.mlir:1:21: call: 'main' calls itself");
  refused("func.func @main() { call @f() : () -> ()\n return }", false, "no function 'f'");
  refused("func.func @main() -> tensor<i32> { return }", false, "0 values returned for 1 results");
  refused("func.func @main() { \xff }", false, "f.mlir:1:21: unexpected byte 0xff");
  refused("func.func @main() { \"a\n", false, "f.mlir:1:21: the string does not end");
  body_refused("%0 = stablehlo.abs %a", false, "f.mlir:3:3: expected ':' and the types, got ");
  body_refused("%0 = stablehlo.abs %c : tensor<4xf32>", false, "f.mlir:2:20: '%c' is not defined");
  body_refused("%0 = stablehlo.abs %a#1 : tensor<4xf32>", false, "f.mlir:2:20: '%a' has 1 results");
  body_refused("%a = stablehlo.abs %a : tensor<4xf32>", false, "f.mlir:2:1: '%a' is defined twice");
  body_refused("%0 = stablehlo.abs %a : tensor<5xf32>", false,
               "f.mlir:2:6: stablehlo.abs: gives f32[4], not f32[5]");
  body_refused("%0 = stablehlo.add %a : tensor<4xf32>", false, "takes 2 operands, got 1");
  body_refused("%0 = stablehlo.add %a, %b : tensor<4xf32>", false,
               "f.mlir:2:6: add: operands differ");
  body_refused("%0 = stablehlo.sqrt %b : tensor<2x3xi32>", false, "sqrt: does not take i32[2,3]");
  body_refused("%0 = stablehlo.abs %a : (tensor<5xf32>) -> tensor<5xf32>", false,
               "operand 0 is f32[4], not f32[5]");
  body_refused("%0:2 = stablehlo.abs %a : tensor<4xf32>", false, "2 results, types for 1");
  body_refused("%0 = stablehlo.abs %a : tensor<4xf33>", false,
               "f.mlir:2:34: there is no element type 'f33'");
  body_refused("%0 = stablehlo.abs %a : tensor<4xf32", false, "f.mlir:3:3: expected '>'");
  body_refused("%0 = frobnicate %a : tensor<4xf32>", false,
               "f.mlir:2:6: there is no op 'frobnicate'");
  body_refused("%0 = stablehlo.compare XX, %a, %a : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>",
               false, "the direction is not one of");
  body_refused("%0 = stablehlo.transpose %b, dims = [0, 0] : (tensor<2x3xi32>) -> tensor<2x2xi32>",
               false, "perm is not a permutation");
  body_refused("%0 = stablehlo.slice %a [0] : (tensor<4xf32>) -> tensor<4xf32>", false,
               "a range is lo:hi or lo:hi:stride");
  body_refused(
      "%0 = stablehlo.dot_general %a, %a, contracting_dims = [3] x [0] : (tensor<4xf32>, "
      "tensor<4xf32>) -> tensor<f32>",
      false, "f.mlir:2:6: dot: ");
  body_refused("%0 = stablehlo.iota dim = 7 : tensor<4xi32>", false,
               "iota: axis 7 is out of range");
}

static void constants_are_checked(void) {
#define CONSTANT(dense, type) "%0 = stablehlo.constant dense<" dense "> : tensor<" type ">"
  body_refused(CONSTANT("[1, 2]", "3xi32"), false,
               "f.mlir:2:36: a list of 2 for dimension 0 of i32[3]");
  body_refused(CONSTANT("[1, 2, 3, 4]", "3xi32"), false, "f.mlir:2:41: more than 3 elements");
  body_refused(CONSTANT("[1, [2], 3]", "3xi32"), false, "nested deeper");
  body_refused(CONSTANT("[[1, 2], 3]", "2x2xi32"), false, "an element 1 brackets deep");
  body_refused(CONSTANT("300", "ui8"), false, "f.mlir:2:31: '300' is no element of u8");
  body_refused(CONSTANT("2147483648", "i32"), false, "'2147483648' is no element of i32");
  body_refused(CONSTANT("-1", "ui32"), false, "'-1' is no element of u32");
  body_refused(CONSTANT("1.5", "i32"), false, "'1.5' is no element of i32");
  body_refused(CONSTANT("0x7F80", "f32"), false, "'0x7F80' is no element of f32");
  body_refused(CONSTANT("\"0x00\"", "2xf32"), false, "1 bytes for f32[2], which has 8");
  body_refused(CONSTANT("\"0x0000000G\"", "f32"), false, "a digit is not hexadecimal");
  body_refused(CONSTANT("\"0x\"", "f32"), false, "0 bytes");
  body_refused(CONSTANT("\"\"", "f32"), false, "expected \"0x\"");
  body_refused(CONSTANT("", "2xf32"), false, "no elements for f32[2]");
  body_refused(CONSTANT("[1, 2] 3", "2xi32"), false, "expected '>'");
  body_refused(CONSTANT("[1 2]", "2xi32"), false, "expected ',' or ']'");
  // What is declared is not allocated.
  body_refused(CONSTANT("[1, 2]", "1000000000000xf32"), false, "too few elements");
  body_refused(CONSTANT("0", "9223372036854775807x2xf32"), false, "more bytes than any memory");
  body_refused(CONSTANT("0", "92233720368547758070xf32"), false, "the size does not fit 64 bits");
#undef CONSTANT
}

static void not_yet_is_said_by_name(void) {
  body_refused("%0 = stablehlo.infeed %a, lower = true : tensor<4xf32>", true,
               "f.mlir:2:6: stablehlo.infeed: not supported");
  body_refused("%0 = \"foo.bar\"(%a) : (tensor<4xf32>) -> tensor<4xf32>", true,
               "foo.bar: not supported");
  body_refused("%0 = stablehlo.convert %a : (tensor<4xf32>) -> tensor<4xf8E5M2>", true,
               "f.mlir:2:57: f8E5M2: not supported yet");
  body_refused("%0 = stablehlo.custom_call @Qr(%a) : (tensor<4xf32>) -> tensor<4xf32>", true,
               "stablehlo.custom_call @Qr: not supported yet");
  refused("func.func @main(%a: tensor<?xf32>) { return }", true, "dynamic shapes: not supported");
  refused("func.func @main(%a: memref<4xf32>) { return }", true, "memref types: not supported");
  refused("func.func @main(%a: tensor<complex<f16>>) { return }", false,
          "expected complex<f32> or complex<f64>");
  body_refused(
      "%c = stablehlo.constant dense<1> : tensor<i32>\n"
      "%0 = stablehlo.reduce(%b init: %c) applies stablehlo.abs across dimensions = [0, 1] : "
      "(tensor<2x3xi32>, tensor<i32>) -> tensor<i32>",
      true, "stablehlo.reduce, this reducer: not supported yet");
  // A comparator that sees what stands around it.
  body_refused(
      "%big = stablehlo.broadcast_in_dim %a, dims = [0] : (tensor<4xf32>) -> tensor<4x65xf32>\n"
      "%0 = \"stablehlo.sort\"(%a) <{dimension = 0 : i64}> ({\n^bb0(%x: tensor<f32>, %y: "
      "tensor<f32>):\n"
      "%n = stablehlo.reshape %big : (tensor<4x65xf32>) -> tensor<260xf32>\n"
      "%c = stablehlo.compare LT, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
      "%d = stablehlo.not %c : tensor<i1>\n"
      "stablehlo.return %d : tensor<i1>\n}) : (tensor<4xf32>) -> tensor<4xf32>",
      true, "stablehlo.sort, captured arrays of more than 256 elements: not supported yet");
}

static void nesting_is_bounded(void) {
  static const char *const openers[] = {
      "(",   "[",        "{",
      "<",   "module {", "dense<[",
      "#a<", "loc(",     "func.func @f() { \"stablehlo.case\"() ({"};
  for (size_t k = 0; k < sizeof openers / sizeof *openers; k++) {
    Text t = {0};
    text_str(&t, "func.func @main(%a: tensor<4xf32>) { %0 = stablehlo.abs %a {x = ");
    for (int i = 0; i < 20000; i++) text_str(&t, openers[k]);
    const char *fault = hlo_check(t.s, t.n);
    if (fault) FAULT("%s nested: %s", openers[k], fault);
    text_free(&t);
  }
}

// f0 calls f1 twice, which calls f2 twice, ..
static void calls_do_not_explode(void) {
  Text t = {0};
  for (int i = 0; i < 60; i++) {
    text_fmt(&t, "func.func @%s%d(%%a: tensor<f32>) -> tensor<f32> {\n", i ? "f" : "main", i);
    text_fmt(&t, "%%0 = call @f%d(%%a) : (tensor<f32>) -> tensor<f32>\n", i + 1);
    text_fmt(&t, "%%1 = call @f%d(%%0) : (tensor<f32>) -> tensor<f32>\n", i + 1);
    text_str(&t, "return %1 : tensor<f32>\n}\n");
  }
  text_str(&t,
           "func.func @f60(%a: tensor<f32>) -> tensor<f32> {\n%0 = stablehlo.negate %a : "
           "tensor<f32>\nreturn %0 : tensor<f32>\n}\nfunc.func @main(%a: tensor<f32>) -> "
           "tensor<f32> {\n%0 = call @f1(%a) : (tensor<f32>) -> tensor<f32>\nreturn %0 : "
           "tensor<f32>\n}\n");
  refused(t.s, true, "programs of more than");
  text_free(&t);
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// 16 MB of raw bytes: read by the hundreds of MB a second, checked generously.
static void raw_bytes_are_fast(void) {
  enum { COUNT = 1 << 22 };
  Text t = {0};
  text_fmt(&t, "func.func @main() -> tensor<%dxui32> {\n%%0 = stablehlo.constant dense<\"0x",
           COUNT);
  for (uint32_t i = 0; i < COUNT; i++) text_fmt(&t, "%08X", __builtin_bswap32(i * 2654435761u));
  text_fmt(&t, "\"> : tensor<%dxui32>\nreturn %%0 : tensor<%dxui32>\n}\n", COUNT, COUNT);
  Arena *a = arena_new();
  HloProgram p;
  bool unsupported;
  const double start = seconds();
  if (EXPECT(read_text(a, t.s, &p, &unsupported))) {
    const Node *n = graph_def(p.graph, p.graph->results[0]);
    const uint32_t *got = n->attrs->literal.data;
    for (uint32_t i = 0; i < COUNT; i += 4099) EXPECT_EQ(got[i], i * 2654435761u);
  }
  const double took = seconds() - start;
  if (took > 10) FAULT("16 MB took %.2f s", took);
  EXPECT_OK();
  arena_free(a);
  text_free(&t);
}

// ---- damage

static void damage(const char *s, size_t n) {
  static const char bytes[] = "0(])\n #-=,a<>{}%@\":x\0\xff";
  const int64_t step = 12 + (int64_t)n / 64;  // what a long text declares takes longer to compile
  for (size_t i = (size_t)test_int(0, 6); i < n; i += (size_t)test_int(1, step)) {
    check_changed(hlo_check, "cut off", s, i, i, 0, "", 0);
    check_changed(hlo_check, "missing", s, n, i, 1, "", 0);
    check_changed(hlo_check, "doubled", s, n, i, 0, s + i, 1);
    const char *by = &bytes[test_int(0, (int64_t)sizeof bytes - 2)];
    check_changed(hlo_check, "changed", s, n, i, 1, by, 1);
    check_changed(hlo_check, "inserted", s, n, i, 0, "99999999999", 11);
    const size_t from = (size_t)test_int(0, (int64_t)n - 1);
    const size_t most = n - from < 40 ? n - from : 40;
    check_changed(hlo_check, "moved", s, n, i, 0, s + from, most);
  }
}

static int is_program(const struct dirent *e) { return strstr(e->d_name, ".mlir") != NULL; }

// In order of their names: what is drawn for each hangs on it.
static void damaged_programs(void) {
  const char *tests = getenv("TESTS_DIR");
  char path[4096];
  struct dirent **files = NULL;
  snprintf(path, sizeof path, "%s/stablehlo", tests ? tests : "tests");
  const int n = scandir(path, &files, is_program, alphasort);
  EXPECT(n >= 8);
  for (int i = 0; i < n; i++) {
    char name[8192];
    static char text[1 << 16];
    snprintf(name, sizeof name, "%s/%s", path, files[i]->d_name);
    FILE *f = fopen(name, "r");
    if (EXPECT(f != NULL)) {
      damage(text, fread(text, 1, sizeof text, f));
      fclose(f);
    }
    free(files[i]);
  }
  free(files);
}

int main(void) {
  RUN(errors_have_places);
  RUN(constants_are_checked);
  RUN(not_yet_is_said_by_name);
  RUN(nesting_is_bounded);
  RUN(calls_do_not_explode);
  RUN(raw_bytes_are_fast);
  RUN(damaged_programs);
  return tests_done();
}
