// The CPU backend: graph -> program -> schedules -> LLVM -> code.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/clock.h"
#include "backends/cpu/exec.h"
#include "backends/cpu/kernel_emit.h"
#include "backends/pool.h"

// A program below this is not worth waking anyone.
static const double ALONE_NS = 4000;
static const double FOURIER_NS = 2;  // an element of a transform
enum {
  PARTS = 2,
  SPLIT_NODES = 400,
  GEMM_NODES = 700,  // where LLVM makes the register kernels,
  ASSEMBLED_NODES = 150,
  WRAPPER_NODES = 90,
  COPY_SERIAL = 1 << 16
};

// A kernel to emit: where its function goes.
typedef struct Job {
  const Kernel *kernel;
  const Schedule *schedule;
  const int *slots;
  const char *text;  // of a kernel that may have equals: what tells them apart
  ExecStep *step;
  KernelPart part_of;
  const char *name;  // of its function
  int weight, part;
} Job;

// A step whose kernel is that of an earlier one.
typedef struct Again {
  ExecStep *step;
  int job;
} Again;

typedef struct Build {
  CpuExecutable *exe;
  Arena *scratch;  // freed after compiling
  Machine machine;
  Job *jobs;
  int njobs, jobs_cap, parts;
  Again *again;
  int nagain, again_cap;
  int64_t arena_end;  // the arena with what was added for split reductions
  int64_t counted;    // CompileOptions.counted
  int count_slot;
  double work;   // of steps that are no kernels, in ns
  bool refused;  // the program does not fit that form
} Build;

// ---- from the program's steps to the executable's

static ExecProgram *place_program(Build *b, const Program *p);

static void *copied(Build *b, const void *p, size_t bytes) {
  return arena_copy(b->exe->arena, p, bytes);
}

static int64_t memory_bytes(const Memory *m) { return m->count * (int64_t)dtype_size(m->dtype); }

static bool has_axis(const Kernel *k, int64_t size) {
  for (int i = 0; i < k->naxes; i++)
    if (k->axis[i] == size) return true;
  return false;
}

// The schedule of a kernel over the axis whose length comes at run time.
static const Schedule *count_schedule(Build *b, const Kernel *k, const Schedule *s) {
  Schedule *out = arena_copy(b->scratch, s, sizeof *s);
  out->counted = true;
  out->count_slot = b->count_slot;
  b->refused |= s->gemm || s->lane < 0 || strcmp(s->form, "map") || s->serial;
  for (int i = 0; i < k->naxes; i++) b->refused |= s->size[i] != (i == s->lane ? b->counted : 1);
  return out;
}

static const StepInfo *step_info(Build *b, const Kernel *k) {
  StepInfo *info = ARENA_NEW(b->exe->arena, StepInfo);
  *info = (StepInfo){arena_str(b->exe->arena, k->name), k->loc, k->flops, k->bytes};
  return info;
}

static void add_job(Build *b, const Step *from, const Schedule *s, KernelPart part, ExecStep *to) {
  *to = (ExecStep){.kind = STEP_KERNEL, .serial = s->serial, .info = step_info(b, from->kernel)};
  if (part.phase) to->serial = part.phase == PHASE_REST;
  GROW(b->jobs, b->jobs_cap, b->njobs + 1);
  Job *j = &b->jobs[b->njobs];
  *j = (Job){
      .kernel = from->kernel, .schedule = s, .slots = from->memory, .step = to, .part_of = part};
  j->weight = from->kernel->dag.n * (s->lane >= 0 || s->gemm ? 2 : 3) + WRAPPER_NODES;
  j->name = arena_printf(b->scratch, "k%d_%s", b->njobs, from->kernel->name);
  b->njobs++;
  if (s->scratch > b->exe->scratch_bytes) b->exe->scratch_bytes = s->scratch;
}

// Memory in which the threads of a split reduction leave results of blocks.
static int add_shared(Build *b, ExecProgram *p, Memory *memory, const Pass *pass,
                      const Schedule *s) {
  int64_t elements = 1;
  for (int a = 0; a < MAX_AXES; a++)
    if (pass->reduce >> a & 1) elements *= s->size[a];
  int64_t bytes = pass->nstages * (elements / ORDER_BLOCK + 2) * 8;
  memory[p->nmemory] =
      (Memory){.kind = MEM_TEMP, .offset = b->arena_end, .dtype = DT_U8, .count = bytes};
  b->arena_end += (bytes + 127) & ~INT64_C(63);
  return p->nmemory++;
}

// ---- equal kernels, as unrolled loops have them, are compiled once: their steps have slots of
// their own, in the order of the kernel's buffers, from `base` on

static uint64_t shape_hash(const Kernel *k) {
  uint64_t h = (uint64_t)k->dag.n * 31 + (uint64_t)k->nstages;
  h = h * 31 + (uint64_t)k->naccesses;
  h = h * 31 + (uint64_t)k->nbuffers;
  h = h * 31 + (uint64_t)k->flops;
  return (h * 31 + (uint64_t)k->bytes) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
}

// Flags the steps whose kernels look like another's. May be wrong in saying so.
static bool *find_alike(Build *b, const Program *p) {
  bool *alike = ARENA_ARRAY(b->scratch, bool, p->nsteps + 1);
  int n = 16;
  while (n < 2 * p->nsteps) n *= 2;
  int *first = ARENA_ARRAY(b->scratch, int, n);  // by hash: a step + 1
  for (int i = 0; i < p->nsteps && !b->counted; i++) {
    if (p->steps[i].kind != STEP_KERNEL) continue;
    int *at = &first[shape_hash(p->steps[i].kernel) & (uint64_t)(n - 1)];
    if (*at) alike[i] = alike[*at - 1] = true;
    else *at = i + 1;
  }
  return alike;
}

// The kernel's text, without names.
static const char *anonymous_text(Build *b, const Kernel *k) {
  Kernel copy = *k;
  copy.name = "k";
  copy.buffers = ARENA_ARRAY(b->scratch, KernelBuffer, k->nbuffers + 1);
  for (int i = 0; i < k->nbuffers; i++) {
    copy.buffers[i] = k->buffers[i];
    copy.buffers[i].name = arena_printf(b->scratch, "b%d", i);
  }
  return kernel_text(b->scratch, &copy);
}

static int find_job(const Build *b, const Kernel *k, const char *text) {
  for (int i = b->njobs - 1; i >= 0; i--) {
    const Job *j = &b->jobs[i];
    if (j->text && j->kernel->dag.n == k->dag.n && !strcmp(j->text, text)) return i;
  }
  return -1;
}

// One step, or two where the blocks of a reduction are shared by threads.
static void place_kernel(Build *b, const Step *from, int base, ExecProgram *out, Memory *memory,
                         ExecStep *steps) {
  const Schedule *s = schedule_kernel(b->scratch, from->kernel, &b->machine);
  if (b->counted && has_axis(from->kernel, b->counted)) s = count_schedule(b, from->kernel, s);
  if (!s->split) {
    add_job(b, from, s, (KernelPart){PHASE_ALL, 0}, &steps[out->nsteps++]);
    return;
  }
  int shared = add_shared(b, out, memory, &s->passes[0], s) - base;
  add_job(b, from, s, (KernelPart){PHASE_BLOCKS, shared}, &steps[out->nsteps++]);
  add_job(b, from, s, (KernelPart){PHASE_REST, shared}, &steps[out->nsteps++]);
}

// As place_kernel, for a kernel that may be there already.
static void place_alike(Build *b, const Step *from, int base, ExecProgram *out, Memory *memory,
                        ExecStep *steps) {
  const char *text = anonymous_text(b, from->kernel);
  const int job = find_job(b, from->kernel, text);
  ExecStep *step = &steps[out->nsteps];
  if (job >= 0) {
    *step = (ExecStep){.kind = STEP_KERNEL, .serial = b->jobs[job].step->serial, .base = base};
    step->info = step_info(b, from->kernel);
    GROW(b->again, b->again_cap, b->nagain + 1);
    b->again[b->nagain++] = (Again){step, job};
    out->nsteps++;
    return;
  }
  int *slots = ARENA_ARRAY(b->scratch, int, from->nmemory + 1);
  Step own = *from;
  own.memory = slots;
  for (int i = 0; i < from->nmemory; i++) slots[i] = i;
  const int jobs = b->njobs;
  place_kernel(b, &own, base, out, memory, steps);
  for (; step < &steps[out->nsteps]; step++) step->base = base;
  const bool split = b->njobs > jobs + 1;
  if (!split) b->jobs[jobs].text = text;
}

// The program with slots of its own.
static const ExecProgram *place_twin(Build *b, const ExecProgram *p) {
  ExecProgram *twin = arena_copy(b->exe->arena, p, sizeof *p);
  twin->table = b->exe->table_size;
  b->exe->table_size += p->nmemory;
  return twin;
}

static void place_while(Build *b, const Program *p, const Step *from, ExecStep *to) {
  to->counter = from->counter, to->bound = from->bound, to->end = from->end;
  if (from->counter >= 0) to->counter_dtype = p->memory[from->memory[from->counter]].dtype;
  const bool counted = from->counter >= 0 && to->counter_dtype != DT_U64;
  if (!counted) {
    to->cond[0] = place_program(b, from->cond);
    to->cond[1] = place_twin(b, to->cond[0]);
  }
  to->body[0] = place_program(b, from->body);
  to->body[1] = place_twin(b, to->body[0]);
  to->ncarry = from->ncarry;
  to->predicate = from->predicate;
  to->scratch = copied(b, from->scratch, sizeof(int) * (size_t)from->ncarry);
  int64_t *bytes = ARENA_ARRAY(b->exe->arena, int64_t, from->ncarry);
  for (int i = 0; i < from->ncarry; i++) bytes[i] = memory_bytes(&p->memory[from->memory[i]]);
  to->carry_bytes = bytes;
  to->serial = (counted || to->cond[0]->serial) && to->body[0]->serial;
}

static void place_switch(Build *b, const Program *p, const Step *from, ExecStep *to) {
  const ExecProgram **branches = ARENA_ARRAY(b->exe->arena, const ExecProgram *, from->nbranches);
  to->serial = true;
  for (int i = 0; i < from->nbranches; i++) {
    branches[i] = place_program(b, from->branches[i]);
    to->serial &= branches[i]->serial;
  }
  to->branches = branches;
  to->nbranches = from->nbranches;
  to->nresults = from->branches[0]->nresults;
  to->by_bool = p->memory[from->memory[0]].dtype == DT_BOOL;
}

static void place_sort(Build *b, const Program *p, const Step *from, ExecStep *to) {
  Type *types = ARENA_ARRAY(b->exe->arena, Type, from->nmemory);
  const int64_t dims[3] = {from->outer, from->length, from->inner};
  for (int i = 0; i < from->nmemory; i++)
    types[i] = type_copy(b->exe->arena, (Type){p->memory[from->memory[i]].dtype, 3, dims});
  to->types = types;
  to->wanted = from->wanted;
  to->serial = true;
}

static void place_fourier(Build *b, const Program *p, const Step *from, ExecStep *to) {
  FourierRun *r = ARENA_NEW(b->exe->arena, FourierRun);
  *r = (FourierRun){
      .plan = fourier_plan(b->exe->arena, p->memory[from->memory[0]].dtype, from->length),
      .op = from->op,
      .backwards = from->backwards,
      .outer = from->outer,
      .inner = from->inner};
  to->fourier = r;
  const double work = FOURIER_NS * (double)(r->outer * from->length * r->inner);
  to->serial = work < ALONE_NS;
  b->work += work;
  const int64_t scratch = fourier_scratch(r);
  if (scratch > b->exe->scratch_bytes) b->exe->scratch_bytes = scratch;
}

static void place_step(Build *b, const Program *p, const Step *from, ExecStep *to) {
  *to = (ExecStep){.kind = from->kind, .nmemory = from->nmemory};
  to->memory = copied(b, from->memory, sizeof(int) * (size_t)from->nmemory);
  b->refused |= b->counted != 0;
  if (from->kind == STEP_COPY) {
    to->bytes = memory_bytes(&p->memory[from->memory[0]]);
    to->serial = to->bytes < COPY_SERIAL;
  }
  if (from->kind == STEP_SORT) place_sort(b, p, from, to);
  if (from->kind == STEP_FOURIER) place_fourier(b, p, from, to);
  if (from->kind == STEP_WHILE) place_while(b, p, from, to);
  if (from->kind == STEP_SWITCH) place_switch(b, p, from, to);
}

// Constants are copied: the graph is not kept. Behind the program's own slots lie those of the
// steps of `alike`, from base[i] on.
static Memory *place_memory(Build *b, const Program *p, const bool *alike, int *base,
                            ExecProgram *out) {
  int n = p->nmemory + p->nsteps + 1;  // a split reduction adds one
  for (int i = 0; i < p->nsteps; i++) n += alike[i] ? p->steps[i].nmemory : 0;
  Memory *m = ARENA_ARRAY(b->exe->arena, Memory, n);
  if (p->nmemory) memcpy(m, p->memory, sizeof *m * (size_t)p->nmemory);
  for (int i = 0; i < p->nmemory; i++)
    if (m[i].kind == MEM_CONST) m[i].data = copied(b, m[i].data, (size_t)memory_bytes(&m[i]));
  for (int i = 0; i < p->nsteps; i++) {
    base[i] = out->nmemory;
    for (int k = 0; alike[i] && k < p->steps[i].nmemory; k++)
      m[out->nmemory++] = m[p->steps[i].memory[k]];
  }
  out->args = ARENA_ARRAY(b->exe->arena, Bind, out->nmemory + 1);
  out->results = ARENA_ARRAY(b->exe->arena, Bind, out->nmemory + 1);
  if (b->counted) {
    b->count_slot = out->nmemory++;
    m[b->count_slot] = (Memory){.kind = MEM_ARG, .index = p->nargs};
  }
  for (int i = 0; i < out->nmemory; i++) {
    b->refused |= b->counted && m[i].kind == MEM_TEMP && m[i].count == b->counted;
    if (m[i].kind == MEM_ARG) out->args[out->nargs++] = (Bind){i, m[i].index};
    if (m[i].kind == MEM_RESULT) out->results[out->nresults++] = (Bind){i, m[i].index};
  }
  return m;
}

static void place_steps(Build *b, const Program *p, const bool *alike, const int *base,
                        ExecProgram *out, Memory *memory) {
  ExecStep *steps = ARENA_ARRAY(b->exe->arena, ExecStep, 2 * p->nsteps);
  out->steps = steps;
  for (int i = 0; i < p->nsteps; i++) {
    if (alike[i]) place_alike(b, &p->steps[i], base[i], out, memory, steps);
    else if (p->steps[i].kind == STEP_KERNEL) place_kernel(b, &p->steps[i], 0, out, memory, steps);
    else place_step(b, p, &p->steps[i], &steps[out->nsteps++]);
  }
  out->serial = true;
  for (int i = 0; i < out->nsteps; i++) {
    out->serial &= steps[i].serial;
  }
}

static ExecProgram *place_program(Build *b, const Program *p) {
  ExecProgram *out = ARENA_NEW(b->exe->arena, ExecProgram);
  out->nmemory = p->nmemory;
  const bool *alike = find_alike(b, p);
  int *base = ARENA_ARRAY(b->scratch, int, p->nsteps + 1);
  Memory *memory = place_memory(b, p, alike, base, out);
  out->memory = memory;
  place_steps(b, p, alike, base, out, memory);
  out->table = b->exe->table_size;
  b->exe->table_size += out->nmemory;
  return out;
}

// ---- modules

// What adding a job to a part costs: the first contraction brings the kernels that contractions
// share.
static int added_weight(const Build *b, const Job *j, bool has_gemm) {
  if (!j->schedule->gemm || has_gemm) return j->weight;
  return j->weight + (b->machine.width == WIDTH_AVX512 ? ASSEMBLED_NODES : GEMM_NODES);
}

// Greedy: the next kernel goes where the part is lighter afterwards. One part where there is little
// to compile.
static void share_jobs(Build *b) {
  int weight[PARTS] = {0}, total = 0;
  bool has_gemm[PARTS] = {false};
  for (int i = 0; i < b->njobs; i++) total += added_weight(b, &b->jobs[i], i > 0);
  b->parts = total > SPLIT_NODES && pool_threads() > 1 ? PARTS : 1;
  for (int i = 0; i < b->njobs; i++) {
    Job *j = &b->jobs[i];
    int first = weight[0] + added_weight(b, j, has_gemm[0]);
    int second = weight[1] + added_weight(b, j, has_gemm[1]);
    j->part = b->parts > 1 && second < first;
    weight[j->part] = j->part ? second : first;
    has_gemm[j->part] |= j->schedule->gemm != NULL;
  }
  if (!weight[1]) b->parts = 1;
}

static bool emit_part(Build *b, int part, Emit *e) {
  if (!emit_open(e, "jitc", &b->machine)) return false;
  Arena *a = arena_new();
  for (int i = 0; i < b->njobs; i++) {
    const Job *j = &b->jobs[i];
    if (j->part == part) kernel_emit(e, a, j->kernel, j->schedule, j->slots, j->part_of, j->name);
  }
  arena_free(a);
  return true;
}

// One module's way to code; runs on a thread of its own for the second part.
typedef struct PartBuild {
  Build *build;
  int part;
  bool ok;
  char error[512];
} PartBuild;

static bool verified(Emit *e) {
  const char *verify = getenv("JITC_VERIFY");
  return !verify || *verify != '1' || object_verify(e->module);
}

static void *compile_part(void *context) {
  PartBuild *p = context;
  Emit e;
  Bytes object = {0};
  p->ok = emit_part(p->build, p->part, &e);
  if (p->ok) {
    p->ok = verified(&e) && object_emit(e.module, &p->build->machine, &object);
    emit_close(&e);
  }
  if (p->ok) p->build->exe->code[p->part] = code_load(object.data, object.n);
  p->ok = p->ok && p->build->exe->code[p->part];
  bytes_free(&object);
  if (!p->ok) {
    snprintf(p->error, sizeof p->error, "%s", failed() ? diag_message() : "code generation failed");
    diag_clear();
  }
  return NULL;
}

static bool compile_parts(Build *b) {
  PartBuild parts[PARTS] = {{.build = b, .part = 0}, {.build = b, .part = 1}};
  pthread_t helper;
  bool helped = b->parts > 1 && !pthread_create(&helper, NULL, compile_part, &parts[1]);
  compile_part(&parts[0]);
  if (helped) pthread_join(helper, NULL);
  else if (b->parts > 1) compile_part(&parts[1]);
  for (int i = 0; i < b->parts; i++)
    if (!parts[i].ok) return fail((Loc){0}, "%s", parts[i].error);
  for (int i = 0; i < b->njobs; i++)
    b->jobs[i].step->run = (KernelFn *)code_symbol(b->exe->code[b->jobs[i].part], b->jobs[i].name);
  for (int i = 0; i < b->nagain; i++) b->again[i].step->run = b->jobs[b->again[i].job].step->run;
  return true;
}

// ---- the backend

static bool open_machine(const CompileOptions *o, Machine *m) {
  static const Width widths[] = {WIDTH_PLAIN, WIDTH_AVX2, WIDTH_AVX512};
  if (!o->width) {
    *m = *machine_host();
    return true;
  }
  if (o->width != 128 && o->width != 256 && o->width != 512)
    return fail((Loc){0}, "vectors of %d bits: 128, 256 and 512 are possible", o->width);
  return machine_with_width(widths[__builtin_ctz((unsigned)o->width) - 7], m);
}

static double program_work(const Program *p, const Build *b) {
  (void)p;
  double all = b->work;
  for (int i = 0; i < b->njobs; i++) all += b->jobs[i].schedule->work;
  return all;
}

static bool has_loops(const Program *p) {
  for (int i = 0; i < p->nsteps; i++) {
    const Program *part;
    if (p->steps[i].kind == STEP_WHILE) return true;
    for (int k = 0; (part = step_part(&p->steps[i], k)); k++) {
      if (has_loops(part)) return true;
    }
  }
  return false;
}

static void fill_info(CpuExecutable *exe, const Program *p) {
  exe->base.info.flops = p->flops;
  exe->base.info.bytes = p->bytes;
  exe->base.info.peak_bytes = p->peak_bytes;
  exe->base.info.kernels = p->nkernels;
}

static bool build(Build *b, const Graph *g, const CompileOptions *o) {
  double start = now_ms();
  const ProgramOptions options = {.alias = o->alias, .fuse = true};
  Program *p = program_build(b->scratch, g, &options);
  if (!p) return false;
  CpuExecutable *exe = b->exe;
  b->arena_end = (p->arena_bytes + 63) & ~INT64_C(63);
  b->counted = o->counted;
  exe->program = place_program(b, p);
  if (b->refused) return false;
  exe->arena_bytes = b->arena_end;
  exe->scratch_bytes = (exe->scratch_bytes + 127) & ~INT64_C(63);
  exe->threads = o->threads ? o->threads : pool_threads();
  if (!has_loops(p) && program_work(p, b) < ALONE_NS) exe->program->serial = true;
  if (b->counted) {
    exe->count_arg = p->nargs;
    exe->alone_count = (int64_t)((double)b->counted * ALONE_NS / program_work(p, b));
  }
  share_jobs(b);
  fill_info(exe, p);
  double optimized = now_ms();
  bool ok = b->njobs == 0 || (llvm_open() && compile_parts(b));
  exe->base.info.optimize_ms = optimized - start;
  exe->base.info.codegen_ms = now_ms() - optimized;
  return ok;
}

static Executable *compile(const Graph *g, const CompileOptions *o) {
  static const CompileOptions none;
  llvm_open_early();
  Arena *a = arena_new();
  CpuExecutable *exe = ARENA_NEW(a, CpuExecutable);
  exe->base.backend = &backend_cpu;
  exe->arena = a;
  pthread_mutex_init(&exe->lock, NULL);
  Build b = {.exe = exe, .scratch = arena_new()};
  bool ok = open_machine(o ? o : &none, &b.machine) && build(&b, g, o ? o : &none);
  arena_free(b.scratch);
  free(b.jobs);
  free(b.again);
  if (ok) return &exe->base;
  exec_free(&exe->base);
  return NULL;
}

// ---- dump

static char *kernels_text(Build *b, const Program *p) {
  char *text = program_text(b->scratch, p);
  for (int i = 0; i < b->njobs; i++)
    text = arena_printf(
        b->scratch, "%s# %s", text,
        schedule_text(b->scratch, b->jobs[i].kernel, b->jobs[i].schedule, &b->machine));
  return strdup(text);
}

static char *module_text(Build *b, bool assembly) {
  Emit e;
  if (!llvm_open()) return NULL;
  for (int i = 0; i < b->njobs; i++) b->jobs[i].part = 0;
  if (!emit_part(b, 0, &e)) return NULL;
  char *text = assembly ? object_asm_text(e.module, &b->machine) : object_ir_text(e.module);
  emit_close(&e);
  return text;
}

static char *dump_build(Build *b, const Graph *g, const CompileOptions *o, const char *stage) {
  const ProgramOptions options = {.alias = o->alias, .fuse = true};
  Program *p = program_build(b->scratch, g, &options);
  if (!p) return NULL;
  place_program(b, p);
  if (!strcmp(stage, "kernels")) return kernels_text(b, p);
  if (!strcmp(stage, "llvm")) return module_text(b, false);
  if (!strcmp(stage, "asm")) return module_text(b, true);
  fail((Loc){0}, "the cpu backend has no stage '%s': kernels, llvm, asm", stage);
  return NULL;
}

static char *dump(const Graph *g, const CompileOptions *o, const char *stage) {
  static const CompileOptions none;
  Arena *a = arena_new();
  Build b = {.exe = ARENA_NEW(a, CpuExecutable), .scratch = a};
  b.exe->arena = a;
  if (!o) o = &none;
  char *text = open_machine(o, &b.machine) ? dump_build(&b, g, o, stage) : NULL;
  free(b.jobs);
  free(b.again);
  arena_free(a);
  return text;
}

const Backend backend_cpu = {
    .name = "cpu", .compile = compile, .run = exec_run, .free = exec_free, .dump = dump};
