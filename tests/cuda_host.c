// The host side of the plain CUDA text: cc, dlopen, and the steps of a program in order.
#include "tests/cuda_host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/cuda/emit.h"
#include "backends/sort.h"
#include "tests/kernel_eval.h"

typedef void KernelFn(void *const *buffers);

enum { SORTED = 64, BUFFERS = 512 };  // most operands of a sort, buffers of a kernel

// Under the address sanitizer the kernels are checked as well.
#ifdef __SANITIZE_ADDRESS__
static const char checks[] = "-fsanitize=address -g";
#else
static const char checks[] = "";
#endif

struct CudaHost {
  const Program *program;
  void *library;
  char *arena;  // of the whole program: sub-programs lie in it as well
};

// A function per kernel that runs all its threads, in order.
static int print_runners(FILE *f, const Program *p, int id) {
  for (int i = 0; i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    if (s->kind == STEP_KERNEL) {
      fprintf(f,
              "EXPORT void run%d(void *const *b) {\n  for (jc_thread = 0; jc_thread < %lldLL; "
              "jc_thread++) k%d(",
              id, (long long)cuda_points(s->kernel), id);
      for (int b = 0; b < s->kernel->nbuffers; b++) fprintf(f, "%sb[%d]", b ? ", " : "", b);
      fprintf(f, ");\n}\n");
      id++;
    }
    const Program *part;
    for (int k = 0; (part = step_part(s, k)); k++) id = print_runners(f, part, id);
  }
  return id;
}

static bool write_source(const char *path, const Program *p) {
  FILE *f = fopen(path, "w");
  if (!f) return false;
  char *text = cuda_text(p);
  fputs(cuda_shim, f);
  fputs(text, f);
  print_runners(f, p, 0);
  free(text);
  return fclose(f) == 0;
}

CudaHost *cuda_host_new(const Program *p) {
  char folder[] = "/tmp/jitc-cuda-XXXXXX", source[64], library[64], command[512];
  if (!mkdtemp(folder)) return NULL;
  snprintf(source, sizeof source, "%s/k.c", folder);
  snprintf(library, sizeof library, "%s/k.so", folder);
  const char *cc = getenv("CC");
  snprintf(command, sizeof command,
           "%s -std=gnu11 -O1 -ffp-contract=off -w %s -shared -fPIC -o %s %s -lm",
           cc && *cc ? cc : "cc", checks, library, source);
  CudaHost *h = NULL;
  if (write_source(source, p) && system(command) == 0) {
    h = calloc(1, sizeof *h);
    h->program = p;
    h->arena = malloc((size_t)p->arena_bytes + 1);
    memset(h->arena, 0xff, (size_t)p->arena_bytes + 1);
    h->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!h->library) {
      fprintf(stderr, "%s\n", dlerror());
      free(h->arena);
      free(h);
      h = NULL;
    }
  }
  unlink(source);
  unlink(library);
  rmdir(folder);
  return h;
}

void cuda_host_free(CudaHost *h) {
  if (!h) return;
  dlclose(h->library);
  free(h->arena);
  free(h);
}

typedef struct Frame {
  const Program *p;
  void **memory;
} Frame;

static Frame frame_new(const Program *p, const void *const *args, void *const *results,
                       char *arena) {
  Frame f = {p, calloc((size_t)p->nmemory + 1, sizeof(void *))};
  for (int i = 0; i < p->nmemory; i++) {
    const Memory *m = &p->memory[i];
    switch (m->kind) {
      case MEM_ARG: f.memory[i] = (void *)(uintptr_t)args[m->index]; break;
      case MEM_RESULT: f.memory[i] = results[m->index]; break;
      case MEM_TEMP: f.memory[i] = arena + m->offset; break;
      case MEM_CONST: f.memory[i] = (void *)(uintptr_t)m->data; break;
    }
  }
  return f;
}

static void run_program(CudaHost *h, const Program *p, const void *const *args,
                        void *const *results, int *id);

static int kernels_in(const Program *p) {
  int n = 0;
  for (int i = 0; i < p->nsteps; i++) {
    const Program *part;
    n += p->steps[i].kind == STEP_KERNEL;
    for (int k = 0; (part = step_part(&p->steps[i], k)); k++) n += kernels_in(part);
  }
  return n;
}

static void run_kernel(CudaHost *h, const Frame *f, const Step *s, int id) {
  char name[32];
  void *buffers[BUFFERS];
  snprintf(name, sizeof name, "run%d", id);
  KernelFn *fn;
  *(void **)&fn = dlsym(h->library, name);
  for (int i = 0; i < s->nmemory; i++) buffers[i] = f->memory[s->memory[i]];
  fn(buffers);
}

static bool run_sort(const Frame *f, const Step *s) {
  int n = s->nmemory / 2;
  const int64_t dim[3] = {s->outer, s->length, s->inner};
  const void *in[SORTED];
  void *out[SORTED];
  Type types[SORTED];
  if (n > SORTED) return false;
  for (int i = 0; i < n; i++) {
    in[i] = f->memory[s->memory[i]];
    out[i] = f->memory[s->memory[n + i]];
    types[i] = (Type){f->p->memory[s->memory[i]].dtype, 3, dim};
  }
  return sort_arrays(n, types, 1, s->length, in, out);
}

static void run_fourier(const Frame *f, const Step *s) {
  char *memory[4];
  for (int i = 0; i < s->nmemory; i++) memory[i] = f->memory[s->memory[i]];
  fourier_step(f->p, s, memory);
}

static size_t memory_bytes(const Memory *m) { return (size_t)m->count * dtype_size(m->dtype); }

// Arrays without elements may have no memory.
static void copy_bytes(void *to, const void *from, size_t n) {
  if (n) memmove(to, from, n);
}

// Bodies write into `scratch`, which is then copied back into the carry.
static void run_while(CudaHost *h, const Frame *f, const Step *s, int id) {
  const void **args = calloc((size_t)s->nmemory + 1, sizeof *args);
  void **results = calloc((size_t)s->ncarry + 1, sizeof *results);
  for (int i = 0; i < s->nmemory; i++) args[i] = f->memory[s->memory[i]];
  for (int i = 0; i < s->ncarry; i++) results[i] = f->memory[s->scratch[i]];
  uint8_t *go = f->memory[s->predicate];
  for (;;) {
    int cond_id = id, body_id = id + kernels_in(s->cond);
    run_program(h, s->cond, args, (void *const *)&go, &cond_id);
    if (!*go) break;
    run_program(h, s->body, args, results, &body_id);
    for (int i = 0; i < s->ncarry; i++)
      copy_bytes(f->memory[s->memory[i]], results[i], memory_bytes(&f->p->memory[s->memory[i]]));
  }
  free(args);
  free(results);
}

static void run_switch(CudaHost *h, const Frame *f, const Step *s, int id) {
  const void **args = calloc((size_t)s->nmemory, sizeof *args);
  const int nresults = s->branches[0]->nresults, nargs = s->nmemory - nresults;
  void **results = calloc((size_t)nresults + 1, sizeof *results);
  const int at = switch_taken(f->p, s, f->memory[s->memory[0]]);
  for (int i = 1; i < nargs; i++) args[i - 1] = f->memory[s->memory[i]];
  for (int i = 0; i < nresults; i++) results[i] = f->memory[s->memory[nargs + i]];
  for (int i = 0; i < at; i++) id += kernels_in(s->branches[i]);
  run_program(h, s->branches[at], args, results, &id);
  free(args);
  free(results);
}

static void run_program(CudaHost *h, const Program *p, const void *const *args,
                        void *const *results, int *id) {
  Frame f = frame_new(p, args, results, h->arena);
  for (int i = 0; i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    switch (s->kind) {
      case STEP_KERNEL: run_kernel(h, &f, s, (*id)++); break;
      case STEP_COPY:
        copy_bytes(f.memory[s->memory[1]], f.memory[s->memory[0]],
                   memory_bytes(&p->memory[s->memory[1]]));
        break;
      case STEP_SORT: run_sort(&f, s); break;
      case STEP_FOURIER: run_fourier(&f, s); break;
      case STEP_WHILE: run_while(h, &f, s, *id); break;
      case STEP_SWITCH: run_switch(h, &f, s, *id); break;
    }
    const Program *part;
    for (int k = 0; (part = step_part(s, k)); k++) *id += kernels_in(part);
  }
  free(f.memory);
}

bool cuda_host_run(CudaHost *h, const void *const *args, void *const *results) {
  int id = 0;
  run_program(h, h->program, args, results, &id);
  return true;
}
