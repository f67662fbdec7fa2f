// The assembled register kernels against plain loops of the same sums, bit for bit: every shape of
// tile that fits the registers, both types, all lengths near 0, strides of either sign, runs of
// windows; and their bytes read back by LLVM's disassembler.
#include "backends/cpu/assemble.h"

#include <dlfcn.h>

#include "backends/cpu/gemm_run.h"
#include "backends/cpu/llvm.h"
#include "backends/cpu/machine.h"
#include "check.h"
#include "tests/guarded.h"

enum { MOST_VECTORS = 30, MOST_K = 9, VECTOR = 64, SPARE = 3 };

typedef struct Case {
  AssembledTile t;
  int k, bytes, columns;  // how many ks; of an element; of a row of the result
} Case;

static Case case_of(const AssembledTile *t, int k) {
  const int bytes = t->is_double ? 8 : 4;
  return (Case){*t, k, bytes, t->vectors * VECTOR / bytes};
}

// Elements need not be aligned.
static double get(const Case *c, const char *p, int64_t at) {
  double d;
  float f;
  memcpy(c->t.is_double ? (void *)&d : (void *)&f, p + at, (size_t)c->bytes);
  return c->t.is_double ? d : (double)f;
}
static void put(const Case *c, char *p, int64_t i, double v) {
  const float f = (float)v;
  memcpy(p + i * c->bytes, c->t.is_double ? (const void *)&v : (const void *)&f, (size_t)c->bytes);
}
static double sum_of(const Case *c, double sum, double a, double b) {
  return c->t.is_double ? fma(a, b, sum) : (double)fmaf((float)a, (float)b, (float)sum);
}
static void fill(const Case *c, Guarded g, int64_t bytes) {
  for (int64_t i = 0; i < bytes / c->bytes; i++) put(c, g.data, i, test_uniform(-2, 2));
}

// ---- code that can be called

typedef struct Code {
  void *at;
  size_t size;
} Code;

static Code callable(const MachineCode *m) {
  Code c = {.size = ASSEMBLE_BYTES};
  c.at = mmap(NULL, c.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(c.at, m->bytes, m->n);
  mprotect(c.at, c.size, PROT_READ | PROT_EXEC);
  return c;
}
static void uncallable(Code c) { munmap(c.at, c.size); }

// ---- one call against loops

// What stands at row r and step k of A, in bytes from its start.
typedef int64_t Where(const void *user, int r, int k);

static void expect_sums(const Case *c, const char *a, Where *where, const void *user, const char *b,
                        int64_t b_k, const char *out, int64_t out_row) {
  for (int r = 0; r < c->t.rows; r++)
    for (int j = 0; j < c->columns; j++) {
      double sum = 0;
      for (int k = 0; k < c->k; k++)
        sum = sum_of(c, sum, get(c, a, where(user, r, k)),
                     get(c, b, k * b_k + (int64_t)j * c->bytes));
      const double got = get(c, out, r * out_row + (int64_t)j * c->bytes);
      if (memcmp(&got, &sum, sizeof sum)) {
        FAULT("%s %d x %d, run %d of %" PRId64 " bytes, k %d, element [%d, %d]: %.17g, not %.17g",
              c->t.is_double ? "f64" : "f32", c->t.rows, c->t.vectors, c->t.run, c->t.row_bytes,
              c->k, r, j, got, sum);
        return;
      }
    }
}

// Room for the result with elements between its rows, which nobody may change.
typedef struct Result {
  Guarded memory;
  int64_t row;
} Result;
static const uint8_t untouched = 0xa5;

static Result result_new(const Case *c) {
  const int64_t row = (int64_t)(c->columns + SPARE) * c->bytes;
  const Result o = {guarded((size_t)(row * c->t.rows - (int64_t)SPARE * c->bytes)), row};
  memset(o.memory.data, untouched, (size_t)(row * c->t.rows - (int64_t)SPARE * c->bytes));
  return o;
}
static void result_done(const Case *c, Result o) {
  for (int r = 0; r + 1 < c->t.rows; r++)
    for (int64_t i = (int64_t)c->columns * c->bytes; i < o.row; i++)
      if (((uint8_t *)o.memory.data)[r * o.row + i] != untouched) {
        FAULT("%d x %d: wrote behind row %d", c->t.rows, c->t.vectors, r);
        r = c->t.rows;
        break;
      }
  release(o.memory);
}

typedef struct Strides {
  int64_t row, k, start;
} Strides;
static int64_t strided(const void *user, int r, int k) {
  const Strides *s = user;
  return s->start + r * s->row + k * s->k;
}

// A with rows side by side or ks, in their order or backwards.
static Strides strides_of(const Case *c, int kind) {
  const int64_t rows = c->t.rows, ks = c->k ? c->k : 1;
  Strides s =
      kind & 1 ? (Strides){c->bytes, rows * c->bytes, 0} : (Strides){ks * c->bytes, c->bytes, 0};
  if (kind & 2) s.start += (rows - 1) * s.row, s.row = -s.row;
  if (kind & 4) s.start += (ks - 1) * s.k, s.k = -s.k;
  return s;
}

static void plain(const AssembledTile *t, const Code *code) {
  for (int k = 0; k <= MOST_K; k++)
    for (int kind = 0; kind < 8; kind++) {
      const Case c = case_of(t, k);
      const Strides s = strides_of(&c, kind);
      const int64_t b_k = (int64_t)c.columns * c.bytes, in_b = b_k * k,
                    in_a = (int64_t)t->rows * (k ? k : 1) * c.bytes;
      const Guarded a = guarded((size_t)in_a), b = guarded((size_t)in_b);
      const Result o = result_new(&c);
      fill(&c, a, in_a), fill(&c, b, in_b);
      ((GemmKernel *)(uintptr_t)code->at)((char *)a.data + s.start, s.row, s.k, b.data, b_k,
                                          o.memory.data, o.row, k);
      expect_sums(&c, a.data, strided, &s, b.data, b_k, o.memory.data, o.row);
      result_done(&c, o), release(a), release(b);
    }
}

// ---- windows

enum { SEGMENTS = 3 };
typedef struct Windows {
  const AssembledTile *t;
  GemmSegment segment[SEGMENTS];
  int64_t a_k, group[GEMM_GROUPS];
} Windows;
static int64_t in_window(const void *user, int r, int k) {
  const Windows *w = user;
  int s = 0;
  for (; k >= w->segment[s].count; s++) k -= (int)w->segment[s].count;
  return w->group[r / w->t->run] + r % w->t->run * w->t->row_bytes + w->segment[s].offset +
         k * w->a_k;
}

static void window(const AssembledTile *t, const Code *code, int first_segment) {
  const Case c = case_of(t, first_segment + 2);
  Windows w = {.t = t, .a_k = c.bytes};
  const int64_t last_row = (t->run - 1) * t->row_bytes, low = last_row < 0 ? -last_row : 0;
  const int64_t counts[SEGMENTS] = {first_segment, 0, 2};
  int64_t reach = 0;
  for (int s = 0; s < SEGMENTS; s++) {
    w.segment[s] = (GemmSegment){s * 5 * c.bytes, counts[s]};
    reach = s * 5 * c.bytes + (counts[s] + 1) * c.bytes;
  }
  const int groups = (t->rows + t->run - 1) / t->run;
  for (int g = 0; g < groups; g++) w.group[g] = low + (groups - 1 - g) * 3 * c.bytes;
  const int64_t in_a = low + groups * 3 * c.bytes + reach + (last_row > 0 ? last_row : 0);
  const int64_t b_k = (int64_t)c.columns * c.bytes, in_b = b_k * c.k;
  const Guarded a = guarded((size_t)in_a), b = guarded((size_t)in_b);
  const Result o = result_new(&c);
  fill(&c, a, in_a), fill(&c, b, in_b);
  const char *first[GEMM_GROUPS] = {0};
  for (int g = 0; g < groups; g++) first[g] = (char *)a.data + w.group[g];
  ((GemmWindowKernel *)(uintptr_t)code->at)(first, w.segment, SEGMENTS, w.a_k, b.data, b_k,
                                            o.memory.data, o.row);
  expect_sums(&c, a.data, in_window, &w, b.data, b_k, o.memory.data, o.row);
  result_done(&c, o), release(a), release(b);
}

// ---- all of them

// Every tile that fits, and for windows the runs of it: each is called with `use`.
typedef void UseTile(const AssembledTile *t, const MachineCode *m);

static int each_plain(UseTile *use) {
  int count = 0;
  for (int is_double = 0; is_double < 2; is_double++)
    for (int rows = 1; rows <= ASSEMBLE_ROWS; rows++)
      for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
        const AssembledTile t = {is_double, rows, vectors, 0, 0};
        MachineCode m;
        if (assemble_micro(&t, &m)) use(&t, &m), count++;
      }
  return count;
}

// Displacements of one byte, of four, none, backwards, and one that is no multiple of an element.
static int each_window(UseTile *use) {
  int count = 0;
  for (int is_double = 0; is_double < 2; is_double++)
    for (int rows = 1; rows <= ASSEMBLE_ROWS; rows++)
      for (int vectors = 1; vectors <= MOST_VECTORS; vectors++)
        for (int run = (rows + GEMM_GROUPS - 1) / GEMM_GROUPS; run <= rows; run += 1 + run / 3) {
          const int64_t bytes = is_double ? 8 : 4;
          const int64_t apart[] = {bytes, 127 * bytes, 128 * bytes, -2 * bytes, 0, bytes + 2};
          const AssembledTile t = {is_double, rows, vectors, run,
                                   apart[(rows + vectors + run) % 6]};
          MachineCode m;
          if (assemble_micro(&t, &m)) use(&t, &m), count++;
        }
  return count;
}

static bool can_run(void) {
  if (machine_host()->widest == WIDTH_AVX512) return true;
  test_skip("the CPU has no AVX-512");
  return false;
}

static void call_plain(const AssembledTile *t, const MachineCode *m) {
  const Code code = callable(m);
  plain(t, &code);
  uncallable(code);
}
static void call_windows(const AssembledTile *t, const MachineCode *m) {
  const Code code = callable(m);
  for (int k = 0; k < 4; k++) window(t, &code, k);
  uncallable(code);
}

// 31 rows of a vector, 14 of two, ..: those whose sums, operands and one more are 32 registers.
static void plain_tiles(void) {
  if (can_run()) EXPECT_EQ(each_plain(call_plain), 2 * 104);
}
static void window_tiles(void) {
  if (can_run()) EXPECT(each_window(call_windows) > 500);
}

static void refused(void) {
  MachineCode m;
  EXPECT(!assemble_micro(&(AssembledTile){false, 32, 1, 0, 0}, &m));
  EXPECT(!assemble_micro(&(AssembledTile){true, 15, 2, 0, 0}, &m));
  EXPECT(!assemble_micro(&(AssembledTile){false, 6, 2, 6, INT64_C(1) << 30}, &m));
  EXPECT(assemble_micro(&(AssembledTile){false, 6, 2, 1, INT64_C(1) << 30}, &m));
}

// ---- what the bytes say

typedef struct Disassembler {
  void *context;
  size_t (*instruction)(void *context, const uint8_t *bytes, uint64_t size, uint64_t pc, char *text,
                        size_t room);
  void (*dispose)(void *context);
} Disassembler;
static Disassembler reader;

// From the library that the backend opened: none of this is in its table.
static bool reader_open(void) {
  Dl_info info;
  if (!llvm_open() || !dladdr(*(void **)&llvm->ContextCreate, &info)) return false;
  void *library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (!library) return false;
  void (*start)(void) = NULL;
  void *(*create)(const char *, const char *, const char *, void *, int, void *, void *) = NULL;
  static const char *const parts[] = {"TargetInfo", "TargetMC", "Disassembler"};
  for (int i = 0; i < 3; i++) {
    char name[64];
    snprintf(name, sizeof name, "LLVMInitializeX86%s", parts[i]);
    *(void **)&start = dlsym(library, name);
    if (!start) return false;
    start();
  }
  *(void **)&create = dlsym(library, "LLVMCreateDisasmCPUFeatures");
  *(void **)&reader.instruction = dlsym(library, "LLVMDisasmInstruction");
  *(void **)&reader.dispose = dlsym(library, "LLVMDisasmDispose");
  if (!create || !reader.instruction || !reader.dispose) return false;
  reader.context = create("x86_64-unknown-linux-gnu", "", "+avx512f", NULL, 0, NULL, NULL);
  return reader.context;
}

// Each instruction on a line, without the spaces in front; how many there are of a mnemonic.
static bool disassemble(const MachineCode *m, char *text, size_t room) {
  size_t used = 0, at = 0;
  while (at < m->n) {
    char line[128];
    const size_t n =
        reader.instruction(reader.context, m->bytes + at, m->n - at, at, line, sizeof line);
    if (!n) return FAULT("byte %zu is no instruction", at);
    used += (size_t)snprintf(text + used, room - used, "%s\n", line + strspn(line, " \t"));
    if (used >= room) return FAULT("more text than %zu", room);
    at += n;
  }
  return true;
}
static int64_t count_of(const char *text, const char *mnemonic) {
  int64_t n = 0;
  for (const char *p = text; (p = strstr(p, mnemonic)); p++) n++;
  return n;
}

static void read_tile(const AssembledTile *t, const MachineCode *m) {
  static char text[1 << 16];
  if (!disassemble(m, text, sizeof text)) return;
  const int64_t sums = (int64_t)t->rows * t->vectors;
  bool ok = EXPECT_EQ(count_of(text, t->is_double ? "vfmadd231pd" : "vfmadd231ps"), sums);
  ok &= EXPECT_EQ(count_of(text, "vpxord"), sums);
  ok &= EXPECT_EQ(count_of(text, t->is_double ? "vmovupd\t%" : "vmovups\t%"), sums);
  ok &= EXPECT_EQ(count_of(text, "retq"), 1);
  ok &= EXPECT_EQ(count_of(text, "vzeroupper"), 1);
  ok &= EXPECT_EQ(count_of(text, "pushq"), count_of(text, "popq"));
  if (!ok) FAULT("%d x %d:\n%s", t->rows, t->vectors, text);
}

static void encodings(void) {
  if (!reader_open()) {
    diag_clear();
    test_skip("no LLVM to read instructions with");
    return;
  }
  each_plain(read_tile);
  each_window(read_tile);
  MachineCode m;
  static char text[1 << 12];
  if (assemble_micro(&(AssembledTile){false, 2, 1, 0, 0}, &m) &&
      disassemble(&m, text, sizeof text)) {
    EXPECT_HAS(text,
               "leaq\t(%rsi,%rsi,2), %rbp\n"
               "movq\t64(%rsp), %r10\n"
               "vpxord\t%zmm0, %zmm0, %zmm0\n"
               "vpxord\t%zmm1, %zmm1, %zmm1\n"
               "testq\t%r10, %r10\n");
    EXPECT_HAS(text,
               "vmovups\t(%rcx), %zmm2\n"
               "vfmadd231ps\t(%rdi){1to16}, %zmm2, %zmm0\n"
               "vfmadd231ps\t(%rdi,%rsi){1to16}, %zmm2, %zmm1\n"
               "addq\t%rdx, %rdi\n"
               "addq\t%r8, %rcx\n"
               "decq\t%r10\n");
    EXPECT_HAS(text,
               "movq\t56(%rsp), %rax\n"
               "vmovups\t%zmm0, (%r9)\n"
               "addq\t%rax, %r9\n"
               "vmovups\t%zmm1, (%r9)\n"
               "vzeroupper\n");
  }
  reader.dispose(reader.context);
}

int main(void) {
  RUN(plain_tiles);
  RUN(window_tiles);
  RUN(refused);
  RUN(encodings);
  return tests_done();
}
