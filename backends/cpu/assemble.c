// The encodings of assemble.h: the few instructions that a register kernel needs (Intel's manual,
// volume 2, chapter 2), and the kernel in them.
#include "backends/cpu/assemble.h"

#include <string.h>

#include "ir/diag.h"

typedef enum Reg {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  NO_REG = -1
} Reg;

// [base + index * scale + disp]
typedef struct Place {
  Reg base, index;
  int scale;
  int64_t disp;
} Place;

enum { VECTORS = 32, VECTOR_BYTES = 64, LOOP_ALIGN = 32 };

static void byte(MachineCode *c, unsigned b) {
  CHECK(c->n < ASSEMBLE_BYTES);
  c->bytes[c->n++] = (uint8_t)b;
}

static void word(MachineCode *c, int64_t v) {
  CHECK(v == (int32_t)v);
  for (int i = 0; i < 4; i++) byte(c, (unsigned)((uint64_t)v >> (8 * i)) & 255);
}

// ModRM, SIB and displacement; a short displacement counts in units of `unit` bytes (EVEX).
static void place(MachineCode *c, int reg, Place p, int64_t unit) {
  const bool sib = p.index != NO_REG || (p.base & 7) == RSP;
  const int64_t units = p.disp / unit;
  const bool is_short = p.disp % unit == 0 && units == (int8_t)units;
  const bool none = !p.disp && (p.base & 7) != RBP;
  const unsigned mod = none ? 0 : is_short ? 1 : 2;
  byte(c, mod << 6 | (unsigned)(reg & 7) << 3 | (sib ? 4 : (unsigned)p.base & 7));
  if (sib) {
    const unsigned index = p.index == NO_REG ? RSP : (unsigned)p.index & 7;
    byte(c, (unsigned)__builtin_ctz((unsigned)p.scale) << 6 | index << 3 | ((unsigned)p.base & 7));
  }
  if (mod == 1) byte(c, (unsigned)units & 255);
  if (mod == 2) word(c, p.disp);
}

static Place at(Reg base, int64_t disp) { return (Place){base, NO_REG, 1, disp}; }

// ---- 64-bit integers

static void rex(MachineCode *c, int reg, Reg index, Reg base) {
  byte(c, 0x48u | (reg >= R8 ? 4 : 0) | (index >= R8 ? 2 : 0) | (base >= R8 ? 1 : 0));
}

static void op_place(MachineCode *c, unsigned opcode, Reg reg, Place p) {
  rex(c, (int)reg, p.index, p.base);
  byte(c, opcode);
  place(c, (int)reg, p, 1);
}

static void load(MachineCode *c, Reg to, Place from) { op_place(c, 0x8b, to, from); }
static void address(MachineCode *c, Reg to, Place of) { op_place(c, 0x8d, to, of); }
static void add_from(MachineCode *c, Reg to, Place from) { op_place(c, 0x03, to, from); }

static void op_regs(MachineCode *c, unsigned opcode, int reg, Reg rm) {
  rex(c, reg, NO_REG, rm);
  byte(c, opcode);
  byte(c, 0xc0 | (unsigned)(reg & 7) << 3 | ((unsigned)rm & 7));
}

static void add(MachineCode *c, Reg to, Reg from) { op_regs(c, 0x01, (int)from, to); }
static void test(MachineCode *c, Reg r) { op_regs(c, 0x85, (int)r, r); }
static void decrement(MachineCode *c, Reg r) { op_regs(c, 0xff, 1, r); }

static void push_pop(MachineCode *c, unsigned opcode, Reg r) {
  if (r >= R8) byte(c, 0x41);
  byte(c, opcode + ((unsigned)r & 7));
}

// Jumps on the zero flag; forward ones are patched by jump_here.
enum { JUMP_IF_ZERO = 0x84, JUMP_UNLESS_ZERO = 0x85 };

static size_t jump(MachineCode *c, unsigned condition) {
  byte(c, 0x0f);
  byte(c, condition);
  word(c, 0);
  return c->n;
}

static void jump_to(MachineCode *c, size_t from, size_t to) {
  const int32_t relative = (int32_t)((int64_t)to - (int64_t)from);
  memcpy(c->bytes + from - 4, &relative, 4);
}

// Long no-operations up to an aligned place.
static void align_loop(MachineCode *c) {
  static const uint8_t nop[9] = {0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0};
  while (c->n % LOOP_ALIGN) {
    if (LOOP_ALIGN - c->n % LOOP_ALIGN < sizeof nop) byte(c, 0x90);
    else
      for (size_t i = 0; i < sizeof nop; i++) byte(c, nop[i]);
  }
}

// ---- vectors of 512 bits

typedef struct Evex {
  int map;      // 1: 0F, 2: 0F38
  int prefix;   // 0: none, 1: 66
  bool wide;    // W: 64-bit elements
  bool spread;  // the operand in memory is one element
  unsigned opcode;
  int64_t unit;  // of short displacements
} Evex;

static void evex(MachineCode *c, const Evex *e, int reg, int other, bool x, bool b) {
  byte(c, 0x62);
  byte(c, (unsigned)!(reg & 8) << 7 | (unsigned)!x << 6 | (unsigned)!b << 5 |
              (unsigned)!(reg & 16) << 4 | (unsigned)e->map);
  byte(c, (unsigned)e->wide << 7 | (unsigned)(~other & 15) << 3 | 4 | (unsigned)e->prefix);
  byte(c, 2u << 5 | (unsigned)e->spread << 4 | (unsigned)!(other & 16) << 3);
  byte(c, e->opcode);
}

static void evex_place(MachineCode *c, Evex e, int reg, int other, Place p) {
  evex(c, &e, reg, other, p.index >= R8, p.base >= R8);
  place(c, reg, p, e.unit);
}

static void evex_regs(MachineCode *c, Evex e, int reg, int other, int rm) {
  evex(c, &e, reg, other, rm & 16, rm & 8);
  byte(c, 0xc0 | (unsigned)(reg & 7) << 3 | ((unsigned)rm & 7));
}

static Evex move(bool is_double, unsigned opcode) {
  return (Evex){1, is_double, is_double, false, opcode, VECTOR_BYTES};
}
static Evex multiply_add(bool is_double, bool spread) {
  return (Evex){2, 1, is_double, spread, 0xb8, !spread ? VECTOR_BYTES : is_double ? 8 : 4};
}
static Evex broadcast(bool is_double) {
  return (Evex){2, 1, is_double, false, is_double ? 0x19 : 0x18, is_double ? 8 : 4};
}
static const Evex exclusive_or = {1, 1, false, false, 0xef, VECTOR_BYTES};

// ---- the kernel

// Where its values live. Sums are the first vector registers, then the vectors of B or the
// elements of A, whichever are fewer, then the one that changes.
typedef struct Micro {
  const AssembledTile *t;
  MachineCode *code;
  Reg pointer[8];  // into A; the rows of one are within [pointer + 4 * a_row]
  int npointers;
  Reg a_row, a_row3, a_k, b, b_k, count;
} Micro;

enum { ROWS_PER_POINTER = 5 };

static Place row_place(const Micro *m, int row) {
  if (m->t->run) return at(m->pointer[row / m->t->run], row % m->t->run * m->t->row_bytes);
  static const int scale[ROWS_PER_POINTER] = {1, 1, 2, 1, 4};
  const Reg p = m->pointer[row / ROWS_PER_POINTER];
  const int within = row % ROWS_PER_POINTER;
  return (Place){p, within == 0 ? NO_REG : within == 3 ? m->a_row3 : m->a_row, scale[within], 0};
}

static bool keeps_b(const AssembledTile *t) {
  return t->vectors == 1 || t->rows * t->vectors + t->vectors + 1 <= VECTORS;
}

static int registers(const AssembledTile *t) {
  if (t->vectors == 1) return t->rows + 1;
  const int sums = t->rows * t->vectors;
  return sums + (keeps_b(t) ? t->vectors : t->rows) + 1;
}

static void sum_rows(Micro *m, int first_b, int other) {
  const AssembledTile *t = m->t;
  for (int v = 0; v < t->vectors; v++)
    evex_place(m->code, move(t->is_double, 0x10), first_b + v, 0, at(m->b, v * VECTOR_BYTES));
  for (int r = 0; r < t->rows; r++) {
    const Place a = row_place(m, r);
    if (t->vectors == 1) {
      evex_place(m->code, multiply_add(t->is_double, true), r, first_b, a);
      continue;
    }
    evex_place(m->code, broadcast(t->is_double), other, 0, a);
    for (int v = 0; v < t->vectors; v++)
      evex_regs(m->code, multiply_add(t->is_double, false), r * t->vectors + v, other, first_b + v);
  }
}

static void sum_vectors(Micro *m, int first_a, int other) {
  const AssembledTile *t = m->t;
  for (int r = 0; r < t->rows; r++)
    evex_place(m->code, broadcast(t->is_double), first_a + r, 0, row_place(m, r));
  for (int v = 0; v < t->vectors; v++) {
    evex_place(m->code, move(t->is_double, 0x10), other, 0, at(m->b, v * VECTOR_BYTES));
    for (int r = 0; r < t->rows; r++)
      evex_regs(m->code, multiply_add(t->is_double, false), r * t->vectors + v, first_a + r, other);
  }
}

// count times one k.
static void step_loop(Micro *m) {
  MachineCode *c = m->code;
  const int sums = m->t->rows * m->t->vectors;
  test(c, m->count);
  const size_t none = jump(c, JUMP_IF_ZERO);
  align_loop(c);
  const size_t head = c->n;
  if (keeps_b(m->t)) sum_rows(m, sums, sums + m->t->vectors);
  else sum_vectors(m, sums, sums + m->t->rows);
  for (int i = 0; i < m->npointers; i++) add(c, m->pointer[i], m->a_k);
  add(c, m->b, m->b_k);
  decrement(c, m->count);
  jump_to(c, jump(c, JUMP_UNLESS_ZERO), head);
  jump_to(c, none, c->n);
}

static void clear_sums(Micro *m) {
  for (int i = 0; i < m->t->rows * m->t->vectors; i++) evex_regs(m->code, exclusive_or, i, i, i);
}

static void store_sums(Micro *m, Reg out, Reg out_row) {
  const AssembledTile *t = m->t;
  for (int r = 0; r < t->rows; r++) {
    for (int v = 0; v < t->vectors; v++)
      evex_place(m->code, move(t->is_double, 0x11), r * t->vectors + v, 0,
                 at(out, v * VECTOR_BYTES));
    if (r + 1 < t->rows) add(m->code, out, out_row);
  }
}

static const Reg saved[] = {RBX, RBP, R12, R13, R14, R15};
enum { SAVED = sizeof saved / sizeof *saved };

static void enter(MachineCode *c) {
  for (int i = 0; i < SAVED; i++) push_pop(c, 0x50, saved[i]);
}

// vzeroupper, and back.
static void leave(MachineCode *c) {
  byte(c, 0xc5), byte(c, 0xf8), byte(c, 0x77);
  for (int i = SAVED - 1; i >= 0; i--) push_pop(c, 0x58, saved[i]);
  byte(c, 0xc3);
}

static Place stack_argument(int i) { return at(RSP, 8 * (SAVED + 1 + i)); }

// (a, a_row, a_k, b, b_k, out, out_row, n)
static void plain_kernel(Micro *m) {
  static const Reg pointers[] = {RDI, RAX, RBX, R11, R12, R13, R14};
  MachineCode *c = m->code;
  memcpy(m->pointer, pointers, sizeof pointers);
  m->npointers = (m->t->rows + ROWS_PER_POINTER - 1) / ROWS_PER_POINTER;
  m->a_row = RSI, m->a_k = RDX, m->b = RCX, m->b_k = R8, m->a_row3 = RBP, m->count = R10;
  address(c, RBP, (Place){RSI, RSI, 2, 0});
  for (int i = 1; i < m->npointers; i++) {
    address(c, pointers[i], (Place){pointers[i - 1], RSI, 4, 0});
    add(c, pointers[i], RSI);
  }
  load(c, R10, stack_argument(1));
  clear_sums(m);
  step_loop(m);
  load(c, RAX, stack_argument(0));
  store_sums(m, R9, RAX);
}

// (group, segments, n, a_k, b, b_k, out, out_row)
static void window_kernel(Micro *m) {
  static const Reg pointers[] = {R10, R11, RBX, RBP, R12, R13, R14, R15};
  enum { COUNT_AT = 8, SEGMENT = 16 };
  MachineCode *c = m->code;
  memcpy(m->pointer, pointers, sizeof pointers);
  m->npointers = (m->t->rows + m->t->run - 1) / m->t->run;
  m->a_k = RCX, m->b = R8, m->b_k = R9, m->count = RAX;
  clear_sums(m);
  const size_t head = c->n;
  for (int i = 0; i < m->npointers; i++) {
    load(c, pointers[i], at(RDI, 8 * i));
    add_from(c, pointers[i], at(RSI, 0));
  }
  load(c, RAX, at(RSI, COUNT_AT));
  step_loop(m);
  address(c, RSI, at(RSI, SEGMENT));
  decrement(c, RDX);
  jump_to(c, jump(c, JUMP_UNLESS_ZERO), head);
  load(c, RDI, stack_argument(0));
  load(c, RAX, stack_argument(1));
  store_sums(m, RDI, RAX);
}

bool assemble_micro(const AssembledTile *t, MachineCode *out) {
  if (registers(t) > VECTORS || t->rows > ASSEMBLE_ROWS) return false;
  for (int r = 0; t->run && r < t->run; r++)
    if (r * t->row_bytes != (int32_t)(r * t->row_bytes)) return false;
  Micro m = {.t = t, .code = out};
  out->n = 0;
  enter(out);
  if (t->run) window_kernel(&m);
  else plain_kernel(&m);
  leave(out);
  return true;
}
