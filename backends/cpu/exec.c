// Running an executable: one parallel region per call, steps in order, loops without leaving it.
#include "backends/cpu/exec.h"

#include <stdlib.h>
#include <string.h>
#include <xmmintrin.h>

#include "backends/clock.h"
#include "backends/cpu/crew.h"
#include "backends/pool.h"
#include "backends/sort.h"

enum { FRAME_ALIGN = 64, MXCSR_DEFAULT = 0x1f80, MXCSR_FLAGS = 0x3f };

typedef struct Region {
  const CpuExecutable *exe;
  Frame *frame;
  bool out_of_memory;
  Crew crew;
} Region;

// ---- frames

// The pointers that differ from call to call.
static void bind_calls(void **table, const ExecProgram *p, void *const *args,
                       void *const *results) {
  for (int i = 0; i < p->nargs; i++) table[p->table + p->args[i].slot] = args[p->args[i].index];
  for (int i = 0; i < p->nresults; i++)
    table[p->table + p->results[i].slot] = results[p->results[i].index];
}

static void bind_fixed(const CpuExecutable *exe, const ExecProgram *p, Frame *f) {
  for (int i = 0; i < p->nmemory; i++) {
    const Memory *m = &p->memory[i];
    if (m->kind == MEM_TEMP) f->table[p->table + i] = f->arena + m->offset;
    if (m->kind == MEM_CONST) f->table[p->table + i] = (void *)m->data;
  }
  for (int i = 0; i < p->nsteps; i++) {
    const ExecStep *s = &p->steps[i];
    for (int k = 0; k < s->nbranches; k++) bind_fixed(exe, s->branches[k], f);
    if (s->kind != STEP_WHILE) continue;
    for (int odd = 0; odd < 2; odd++) {
      if (s->cond[odd]) bind_fixed(exe, s->cond[odd], f);
      bind_fixed(exe, s->body[odd], f);
    }
  }
}

static size_t aligned(size_t bytes) {
  return (bytes + FRAME_ALIGN - 1) & ~(size_t)(FRAME_ALIGN - 1);
}

static Frame *frame_new(const CpuExecutable *exe) {
  size_t head = aligned(sizeof(Frame) + sizeof(void *) * (size_t)exe->table_size);
  size_t arena = aligned((size_t)exe->arena_bytes);
  size_t scratch = (size_t)exe->scratch_bytes * (size_t)exe->threads;
  Frame *f = aligned_alloc(FRAME_ALIGN, aligned(head + arena + scratch));
  if (!f) return NULL;
  f->table = (void **)(f + 1);
  f->arena = (char *)f + head;
  f->scratch = f->arena + arena;
  bind_fixed(exe, exe->program, f);
  return f;
}

static Frame *frame_take(CpuExecutable *exe) {
  Frame *f = atomic_exchange_explicit(&exe->spare, NULL, memory_order_acquire);
  if (f) return f;
  pthread_mutex_lock(&exe->lock);
  f = exe->frames;
  if (f) exe->frames = f->next;
  pthread_mutex_unlock(&exe->lock);
  return f ? f : frame_new(exe);
}

static void frame_give(CpuExecutable *exe, Frame *f) {
  Frame *none = NULL;
  if (atomic_compare_exchange_strong_explicit(&exe->spare, &none, f, memory_order_release,
                                              memory_order_relaxed))
    return;
  pthread_mutex_lock(&exe->lock);
  f->next = exe->frames;
  exe->frames = f;
  pthread_mutex_unlock(&exe->lock);
}

void exec_free(Executable *e) {
  CpuExecutable *exe = (CpuExecutable *)e;
  free(atomic_load(&exe->spare));
  for (Frame *f = exe->frames, *next; f; f = next) next = f->next, free(f);
  for (int i = 0; i < 2; i++) code_free(exe->code[i]);
  pthread_mutex_destroy(&exe->lock);
  arena_free(exe->arena);
}

// ---- steps

static void run_program(Region *r, const ExecProgram *p);

typedef struct KernelJob {
  const Region *region;
  KernelFn *run;
  void **table;
} KernelJob;

static void kernel_part(const void *what, int64_t part, int64_t nparts) {
  const KernelJob *j = what;
  char *scratch = j->region->frame->scratch + part * j->region->exe->scratch_bytes;
  j->run(j->table, scratch, part, nparts);
}

typedef struct CopyJob {
  char *to;
  const char *from;
  int64_t bytes;
} CopyJob;

// Shares of whole cache lines.
static void copy_part(const void *what, int64_t part, int64_t nparts) {
  const CopyJob *j = what;
  int64_t lines = (j->bytes + 63) / 64, first = lines * part / nparts * 64;
  int64_t last = lines * (part + 1) / nparts * 64;
  if (last > j->bytes) last = j->bytes;
  if (first < last) memcpy(j->to + first, j->from + first, (size_t)(last - first));
}

static void share(Region *r, bool alone, Job job) {
  if (alone || r->crew.n == 1) job.run(job.what, 0, 1);
  else crew_run(&r->crew, job);
}

static void copy(Region *r, bool alone, void *to, const void *from, int64_t bytes) {
  share(r, alone, (Job){copy_part, &(CopyJob){to, from, bytes}});
}

enum { SORT_AXIS = 1 };

static void run_sort(Region *r, void *const *table, const ExecStep *s) {
  int n = s->nmemory / 2;
  const void **from = xmalloc(sizeof *from * (size_t)s->nmemory);
  void **to = (void **)from + n;
  for (int i = 0; i < n; i++) from[i] = table[s->memory[i]], to[i] = table[s->memory[n + i]];
  if (!sort_arrays(n, s->types, SORT_AXIS, s->wanted, from, to)) r->out_of_memory = true;
  free(from);
}

typedef struct FourierJob {
  const Region *region;
  FourierRun run;
} FourierJob;

static void fourier_share(const void *what, int64_t part, int64_t nparts) {
  const FourierJob *j = what;
  char *scratch = j->region->frame->scratch + part * j->region->exe->scratch_bytes;
  fourier_part(&j->run, scratch, part, nparts);
}

static void run_fourier(Region *r, void *const *table, const ExecStep *s) {
  FourierJob j = {r, *s->fourier};
  const int operands = fourier_operands(j.run.op);
  for (int i = 0; i < s->nmemory; i++) {
    if (i < operands) j.run.in[i] = table[s->memory[i]];
    else j.run.out[i - operands] = table[s->memory[i]];
  }
  share(r, s->serial, (Job){fourier_share, &j});
}

// ---- loops: the carry is exchanged with the results of the body, by programs that are bound to
// one and to the other

static int64_t load_int(const void *p, Dtype d) {
  switch (d) {
    case DT_I8: return *(const int8_t *)p;
    case DT_U8: return *(const uint8_t *)p;
    case DT_I16: return *(const int16_t *)p;
    case DT_U16: return *(const uint16_t *)p;
    case DT_I32: return *(const int32_t *)p;
    case DT_U32: return *(const uint32_t *)p;
    default: return *(const int64_t *)p;
  }
}

// Gives whether their number is odd.
static unsigned run_iterations(Region *r, const ExecStep *s, const uint8_t *flag) {
  for (unsigned odd = 0;; odd ^= 1) {
    run_program(r, s->cond[odd]);
    if (!*flag) return odd;
    run_program(r, s->body[odd]);
  }
}

// The carry ends in its own memory after an even number of iterations.
static void finish_while(Region *r, const ExecStep *s, void **own, unsigned odd) {
  for (int i = 0; odd && i < s->ncarry; i++)
    if (s->scratch[i] != s->memory[i])
      copy(r, s->serial, own[s->memory[i]], own[s->scratch[i]], s->carry_bytes[i]);
}

static void bind_while(const ExecStep *s, void **table, void **own, void **pointers) {
  void **args = pointers, **next = pointers + s->nmemory;
  for (int i = 0; i < s->nmemory; i++) args[i] = own[s->memory[i]];
  for (int i = 0; i < s->ncarry; i++) next[i] = own[s->scratch[i]];
  for (int odd = 0; odd < 2; odd++) {
    if (s->cond[odd]) bind_calls(table, s->cond[odd], args, &own[s->predicate]);
    bind_calls(table, s->body[odd], args, next);
    for (int i = 0; i < s->ncarry; i++) {
      void *t = args[i];
      args[i] = next[i], next[i] = t;
    }
  }
}

static void run_while(Region *r, const ExecProgram *p, const ExecStep *s) {
  enum { SMALL = 128 };
  void **table = r->frame->table, **own = table + p->table, *small[SMALL], **pointers = small;
  int total = s->nmemory + s->ncarry;
  if (total > SMALL) pointers = xmalloc(sizeof *pointers * (size_t)total);
  bind_while(s, table, own, pointers);
  if (pointers != small) free(pointers);
  if (s->cond[0]) {
    finish_while(r, s, own, run_iterations(r, s, own[s->predicate]));
    return;
  }
  const int64_t start = load_int(own[s->memory[s->counter]], s->counter_dtype);
  const int64_t end = s->bound < 0 ? s->end : load_int(own[s->memory[s->bound]], s->counter_dtype);
  unsigned odd = 0;
  for (int64_t i = start; i < end; i++, odd ^= 1) run_program(r, s->body[odd]);
  finish_while(r, s, own, odd);
}

static void run_switch(Region *r, const ExecProgram *p, const ExecStep *s) {
  enum { SMALL = 64 };
  void **table = r->frame->table, **own = table + p->table, *small[SMALL], **pointers = small;
  const void *index = own[s->memory[0]];
  const int64_t i = s->by_bool ? *(const uint8_t *)index : *(const int32_t *)index;
  const ExecProgram *branch = s->branches[i >= 0 && i < s->nbranches ? i : s->nbranches - 1];
  if (s->nmemory > SMALL) pointers = xmalloc(sizeof *pointers * (size_t)s->nmemory);
  for (int k = 1; k < s->nmemory; k++) pointers[k] = own[s->memory[k]];
  bind_calls(table, branch, pointers + 1, pointers + s->nmemory - s->nresults);
  run_program(r, branch);
  if (pointers != small) free(pointers);
}

static void run_step(Region *r, const ExecProgram *p, const ExecStep *s) {
  void **table = r->frame->table + p->table;
  switch (s->kind) {
    case STEP_KERNEL:
      if (s->serial || r->crew.n == 1) s->run(table + s->base, r->frame->scratch, 0, 1);
      else share(r, false, (Job){kernel_part, &(KernelJob){r, s->run, table + s->base}});
      break;
    case STEP_COPY: copy(r, s->serial, table[s->memory[1]], table[s->memory[0]], s->bytes); break;
    case STEP_SORT: run_sort(r, table, s); break;
    case STEP_FOURIER: run_fourier(r, table, s); break;
    case STEP_WHILE: run_while(r, p, s); break;
    case STEP_SWITCH: run_switch(r, p, s); break;
  }
}

static void run_watched(Region *r, const ExecProgram *p, StepWatch *watch) {
  for (int i = 0; i < p->nsteps; i++) {
    const int64_t start = now_ns();
    run_step(r, p, &p->steps[i]);
    if (p->steps[i].info) watch->seen(watch, p->steps[i].info, start, now_ns());
  }
}

static void run_program(Region *r, const ExecProgram *p) {
  if (__builtin_expect(r->exe->base.watch != NULL, 0)) {
    run_watched(r, p, r->exe->base.watch);
    return;
  }
  for (int i = 0; i < p->nsteps; i++) run_step(r, p, &p->steps[i]);
}

// ---- regions

// Rounding, denormals and masks as IEEE's defaults: other libraries of the process may have changed
// them.
static void region_part(void *context, int64_t thread, int64_t nthreads) {
  (void)nthreads;
  Region *r = context;
  unsigned saved = _mm_getcsr();
  bool differs = (saved & ~MXCSR_FLAGS) != MXCSR_DEFAULT;
  if (differs) _mm_setcsr(MXCSR_DEFAULT);
  if (thread > 0) {
    crew_help(&r->crew, (int)thread);
  } else {
    run_program(r, r->exe->program);
    crew_dismiss(&r->crew);
  }
  if (differs) _mm_setcsr(saved);
}

static void region_prepare(void *context, int64_t nthreads) {
  crew_init(&((Region *)context)->crew, (int)nthreads);
}

static void run_alone(Region *r) {
  region_prepare(r, 1);
  region_part(r, 0, 1);
}

bool exec_run(Executable *e, const void *const *args, void *const *results) {
  CpuExecutable *exe = (CpuExecutable *)e;
  const ExecProgram *p = exe->program;
  Frame *f = frame_take(exe);
  if (!f)
    return fail((Loc){0}, "out of memory: a call needs %lld bytes of working memory",
                (long long)(exe->arena_bytes + exe->scratch_bytes * exe->threads));
  bind_calls(f->table, p, (void *const *)args, results);
  Region r;
  r.exe = exe, r.frame = f, r.out_of_memory = false;  // the crew is set up for as many as come
  bool alone = exe->alone_count && *(const int64_t *)args[exe->count_arg] <= exe->alone_count;
  if (alone || p->serial || exe->threads == 1) run_alone(&r);
  else pool_assist(region_part, region_prepare, &r, exe->threads);
  frame_give(exe, f);
  return !r.out_of_memory || fail((Loc){0}, "out of memory while sorting");
}
