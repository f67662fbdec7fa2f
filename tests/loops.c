// Loops inside kernels: the bits of the interpreter on the CPU at every width and number of
// threads, in the plain CUDA text, and by the text of the kernels read back; forward,
// differentiated and batched.
#include "compiler/program.h"
#include "compiler/transform.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "tests/backends.h"
#include "tests/cuda_host.h"
#include "tests/kernel_eval.h"
#include "tests/loop_cases.h"
#include "tests/update_cases.h"

static Graph *parsed(Arena *a, const char *text) {
  return graph_parse(a, "case", text, strlen(text));
}

static bool has_loop_step(const Program *p) {
  for (int i = 0; i < p->nsteps; i++)
    if (p->steps[i].kind == STEP_WHILE) return true;
  return false;
}

static void check_texts(Arena *a, const Program *p) {
  for (int i = 0; i < p->nsteps; i++) {
    if (p->steps[i].kind != STEP_KERNEL) continue;
    const char *text = kernel_text(a, p->steps[i].kernel);
    const Kernel *back = kernel_parse(a, text, "printed");
    if (!back) FAULT("does not read back: %s\n%s", diag_message(), text);
    EXPECT_OK();
    if (back) EXPECT_STR(kernel_text(a, back), text);
  }
}

static void check_other_oracles(Arena *a, const Graph *g, const Program *p, void **args) {
  void **want = new_results(g), **got = new_results(g), **text = new_results(g);
  run_on(&backend_interp, g, NULL, args, want);
  program_eval(p, (const void *const *)args, got);
  results_same(g, "kernels one scalar at a time", got, want);
  CudaHost *h = cuda_host_new(p);
  if (EXPECT(h != NULL)) {
    cuda_host_run(h, (const void *const *)args, text);
    results_same(g, "plain CUDA text", text, want);
  }
  cuda_host_free(h);
  check_texts(a, p);
  free_all(want, g->nresults), free_all(got, g->nresults), free_all(text, g->nresults);
}

// kernels < 0: any number.
static void check(Arena *a, const Graph *g, int kernels, const char *what) {
  if (!EXPECT(g != NULL)) {
    EXPECT_OK();
    return;
  }
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = true});
  if (!EXPECT(p != NULL && program_verify(p))) {
    EXPECT_OK();
    return;
  }
  bool inside = !has_loop_step(p);
  if (kernels >= 0 && (inside != (kernels > 0) || (inside && p->nkernels != kernels)))
    FAULT("%s: %d kernels%s\n%s", what, p->nkernels, inside ? "" : " and a loop",
          program_text(a, p));
  void **args = random_arguments(g);
  check_other_oracles(a, g, p, args);
  int before = test_counts.faults;
  same_on_cpu_with(g, args);
  if (test_counts.faults > before) fprintf(stderr, "%s\n%s", what, program_text(a, p));
  free_all(args, g->nparams);
}

static void cases(void) {
  for (int i = 0; i < LOOP_CASES; i++) {
    Arena *a = arena_new();
    check(a, parsed(a, loop_cases[i].text), loop_cases[i].kernels, loop_cases[i].what);
    arena_free(a);
  }
}

static void derivatives(void) {
  int done = 0;
  for (int i = 0; i < LOOP_CASES; i++) {
    Arena *a = arena_new();
    const Graph *d = graph_vjp(a, parsed(a, loop_cases[i].text), NULL);
    if (d) check(a, d, -1, loop_cases[i].what), done++;
    diag_clear();  // loops of unknown length have none
    arena_free(a);
  }
  EXPECT(done >= 5);
}

static void batches(void) {
  for (int i = 0; i < LOOP_CASES; i++) {
    Arena *a = arena_new();
    Graph *g = parsed(a, loop_cases[i].text);
    int in[8] = {0}, out[8] = {0};
    const Graph *v = graph_vmap(a, g, 3, in, out);
    if (EXPECT(v != NULL)) check(a, v, -1, loop_cases[i].what);
    arena_free(a);
  }
}

static int copies_of(const Program *p) {
  int n = 0;
  for (int i = 0; i < p->nsteps; i++) n += p->steps[i].kind == STEP_COPY;
  return n;
}

static void check_copies(Arena *a, const Graph *g, const UpdateCase *c) {
  const Program *p = program_build(a, g, &(ProgramOptions){.fuse = true});
  for (int i = 0; p && i < p->nsteps; i++) {
    const Step *s = &p->steps[i];
    if (s->kind == STEP_WHILE && copies_of(s->body) != c->copies)
      FAULT("%s: %d copies\n%s", c->what, copies_of(s->body), program_text(a, p));
  }
}

static void updates(void) {
  for (int i = 0; i < UPDATE_CASES; i++) {
    const UpdateCase *c = &update_cases[i];
    Arena *a = arena_new();
    Graph *g = parsed(a, c->text);
    check(a, g, -1, c->what);
    if (g) check_copies(a, g, c);
    const Graph *d = g ? graph_vjp(a, g, NULL) : NULL;
    if (EXPECT(d != NULL)) check(a, d, -1, c->what);
    int in[] = {0, 0}, out[] = {0};
    const Graph *v = g ? graph_vmap(a, g, 3, in, out) : NULL;
    if (EXPECT(v != NULL)) check(a, v, -1, c->what);
    EXPECT_OK();
    arena_free(a);
  }
}

int main(void) {
  RUN(cases);
  RUN(derivatives);
  RUN(batches);
  RUN(updates);
  return tests_done();
}
