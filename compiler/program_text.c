// The text and the verifier of programs.
#include <string.h>

#include "compiler/kernel_text.h"
#include "compiler/program.h"

static void put_memory_name(Text *t, const Program *p, int m) {
  static const char prefix[] = {'a', 'r', 't', 'c'};
  const Memory *x = &p->memory[m];
  bool numbered = x->kind == MEM_ARG || x->kind == MEM_RESULT;
  text_fmt(t, "%c%d", prefix[x->kind], numbered ? x->index : m);
}

static void put_list(Text *t, const Program *p, int n, const int *memory) {
  for (int i = 0; i < n; i++) {
    if (i) text_str(t, ", ");
    put_memory_name(t, p, memory[i]);
  }
}

static void put_declarations(Text *t, const Program *p, int indent) {
  for (int i = 0; i < p->nmemory; i++) {
    const Memory *m = &p->memory[i];
    if (m->kind != MEM_TEMP && m->kind != MEM_CONST) continue;
    text_pad(t, indent);
    text_str(t, m->kind == MEM_TEMP ? "buf " : "const ");
    put_memory_name(t, p, i);
    text_fmt(t, ": %s[%lld]", dtype_name(m->dtype), (long long)m->count);
    if (m->kind == MEM_TEMP) text_fmt(t, " @ %lld", (long long)m->offset);
    text_str(t, "\n");
  }
}

static void put_program(Text *t, const Program *p, int indent);

static void put_kernel_step(Text *t, const Program *p, const Step *s) {
  const Kernel *k = s->kernel;
  text_fmt(t, "%s(", k->name);
  for (int i = 0; i < k->nbuffers; i++) {
    bool first_written = k->buffers[i].written && (!i || !k->buffers[i - 1].written);
    text_str(t, first_written ? ") -> (" : i ? ", " : "");
    put_memory_name(t, p, s->memory[i]);
  }
  text_str(t, ")\n");
}

static void put_while(Text *t, const Program *p, const Step *s, int indent) {
  text_str(t, "while (");
  put_list(t, p, s->nmemory, s->memory);
  text_fmt(t, ") carry %d, scratch (", s->ncarry);
  put_list(t, p, s->ncarry, s->scratch);
  text_str(t, "), predicate ");
  put_memory_name(t, p, s->predicate);
  text_str(t, ":\n");
  put_program(t, s->cond, indent + 4);
  put_program(t, s->body, indent + 4);
}

static void put_switch(Text *t, const Program *p, const Step *s, int indent) {
  const int results = s->branches[0]->nresults, operands = s->nmemory - results;
  text_str(t, "switch (");
  put_list(t, p, operands, s->memory);
  text_str(t, ") -> (");
  put_list(t, p, results, s->memory + operands);
  text_str(t, "):\n");
  for (int i = 0; i < s->nbranches; i++) put_program(t, s->branches[i], indent + 4);
}

static void put_step(Text *t, const Program *p, const Step *s, int indent) {
  const int operands = s->kind == STEP_FOURIER ? fourier_operands(s->op) : s->nmemory / 2;
  text_pad(t, indent);
  switch (s->kind) {
    case STEP_KERNEL: put_kernel_step(t, p, s); return;
    case STEP_WHILE: put_while(t, p, s, indent); return;
    case STEP_SWITCH: put_switch(t, p, s, indent); return;
    case STEP_COPY: text_str(t, "copy("); break;
    case STEP_SORT:
      text_fmt(t, "sort[%lld, %lld, %lld](", (long long)s->outer, (long long)s->length,
               (long long)s->inner);
      break;
    case STEP_FOURIER:
      text_fmt(t, "%s%s[%lld, %lld, %lld](", op_info(s->op)->name, s->backwards ? "_back" : "",
               (long long)s->outer, (long long)s->length, (long long)s->inner);
      break;
  }
  put_list(t, p, operands, s->memory);
  text_str(t, ") -> (");
  put_list(t, p, s->nmemory - operands, s->memory + operands);
  text_str(t, ")\n");
}

static void put_interface(Text *t, const Program *p, MemoryKind kind, char letter) {
  const char *between = "";
  for (int i = 0; i < p->nmemory; i++) {
    const Memory *m = &p->memory[i];
    if (m->kind != kind) continue;
    text_fmt(t, "%s%c%d: %s[%lld]", between, letter, m->index, dtype_name(m->dtype),
             (long long)m->count);
    between = ", ";
  }
}

static void put_program(Text *t, const Program *p, int indent) {
  text_pad(t, indent);
  text_fmt(t, "program %s(", p->name);
  put_interface(t, p, MEM_ARG, 'a');
  text_str(t, ") -> (");
  put_interface(t, p, MEM_RESULT, 'r');
  text_fmt(t, ") arena %lld:\n", (long long)p->arena_bytes);
  put_declarations(t, p, indent + 4);
  for (int i = 0; i < p->nsteps; i++) put_step(t, p, &p->steps[i], indent + 4);
}

static void put_kernels(Text *t, const Program *p) {
  for (int i = 0; i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    if (s->kind == STEP_KERNEL) {
      text_str(t, "\n");
      kernel_put(t, s->kernel);
    }
    const Program *part;
    for (int k = 0; (part = step_part(s, k)); k++) put_kernels(t, part);
  }
}

char *program_text(Arena *a, const Program *p) {
  Text t = {0};
  put_program(&t, p, 0);
  put_kernels(&t, p);
  return text_take(&t, a);
}

// ---- verifying

static bool same_kind(const Program *p, int m, Dtype d, int64_t count) {
  return m >= 0 && m < p->nmemory && p->memory[m].dtype == d && p->memory[m].count == count;
}

// Its text reads back. Reading orders scalars by their first use: what is read is printed and read
// once more, and from then on nothing may change.
static bool kernel_reads_back(const Program *p, const Kernel *k) {
  Arena *a = arena_new();
  const char *text = kernel_text(a, k);
  const Kernel *back = kernel_parse(a, text, "printed");
  const char *settled = back ? kernel_text(a, back) : NULL;
  const Kernel *again = settled ? kernel_parse(a, settled, "printed") : NULL;
  const bool same = again && back->nstages == k->nstages && back->nbuffers == k->nbuffers &&
                    !strcmp(kernel_text(a, again), settled);
  if (!same) fail(k->loc, "program %s: kernel %s does not read back:\n%s", p->name, k->name, text);
  arena_free(a);
  return same;
}

static bool verify_kernel_step(const Program *p, const Step *s) {
  if (!kernel_verify(s->kernel) || !kernel_reads_back(p, s->kernel)) return false;
  for (int i = 0; i < s->nmemory; i++) {
    const KernelBuffer *b = &s->kernel->buffers[i];
    if (!same_kind(p, s->memory[i], b->dtype, b->count))
      return fail(s->loc, "program %s: buffer %s of kernel %s has other memory", p->name, b->name,
                  s->kernel->name);
    MemoryKind kind = p->memory[s->memory[i]].kind;
    if (b->written && (kind == MEM_ARG || kind == MEM_CONST))
      return fail(s->loc, "program %s: kernel %s writes to its input", p->name, s->kernel->name);
  }
  return true;
}

static bool verify_fourier(const Program *p, const Step *s) {
  const int operands = fourier_operands(s->op);
  for (int i = 0; i < s->nmemory; i++) {
    const bool parts = s->op == OP_dft || (i < operands) == (s->op == OP_irdft);
    const int64_t length = parts && s->op != OP_dft ? s->length / 2 + 1 : s->length;
    const Dtype d = p->memory[s->memory[0]].dtype;
    if (!same_kind(p, s->memory[i], d, s->outer * length * s->inner))
      return fail(s->loc, "program %s: a transform has other memory", p->name);
  }
  return true;
}

static bool verify_step(const Program *p, const Step *s) {
  for (int i = 0; i < s->nmemory; i++) {
    if (s->memory[i] < 0 || s->memory[i] >= p->nmemory)
      return fail(s->loc, "program %s: a step has no memory %d", p->name, s->memory[i]);
  }
  if (s->kind == STEP_SORT && (s->wanted < 0 || s->wanted > s->length))
    return fail(s->loc, "program %s: a sort of more than there is", p->name);
  if (s->kind == STEP_KERNEL) return verify_kernel_step(p, s);
  if (s->kind == STEP_FOURIER) return verify_fourier(p, s);
  const Program *part;
  for (int k = 0; (part = step_part(s, k)); k++) {
    if (!program_verify(part)) return false;
  }
  if (s->kind == STEP_WHILE || s->kind == STEP_SWITCH) return true;
  for (int i = 0; i < s->nmemory / 2; i++) {
    const Memory *from = &p->memory[s->memory[i]];
    if (!same_kind(p, s->memory[i + s->nmemory / 2], from->dtype, from->count))
      return fail(s->loc, "program %s: a copy or sort changes types", p->name);
  }
  return true;
}

static bool is_read(const Program *p, int m) {
  for (int i = 0; i < p->nsteps; i++) {
    for (int k = 0; k < p->steps[i].nmemory; k++)
      if (p->steps[i].memory[k] == m) return true;
  }
  return false;
}

bool program_verify(const Program *p) {
  for (int i = 0; i < p->nmemory; i++) {
    if (p->memory[i].kind == MEM_CONST && p->memory[i].count && !is_read(p, i))
      return fail((Loc){0}, "program %s: nothing reads constant %d", p->name, i);
    const Memory *m = &p->memory[i];
    int64_t end = m->offset + m->count * (int64_t)dtype_size(m->dtype);
    if (m->kind == MEM_TEMP && (m->offset < 0 || m->offset % 64 || end < m->offset))
      return fail((Loc){0}, "program %s: memory %d has a bad place", p->name, i);
  }
  for (int i = 0; i < p->nsteps; i++) {
    if (!verify_step(p, &p->steps[i])) return false;
  }
  return true;
}
