// Random graphs over the whole op table: the CPU backend has the interpreter's bits. `cpu_random N`
// tries N graphs.
#include "tests/random_graph.h"

#include "backends.h"

enum { GRAPHS = 40, NODES = 25, DEPTH = 2 };
static int graphs = GRAPHS;

// Bits of a NaN are unspecified, also when they are looked at as an integer.
static bool defined(Op op) { return op != OP_bitcast_convert; }

static void random_graphs(void) {
  for (int i = 0; i < graphs && test_counts.faults < 3; i++) {
    Arena *a = arena_new();
    uint64_t seed = test_random();
    Graph *g =
        random_graph(a, (RandomGraph){seed, .nodes = NODES, .depth = DEPTH, .allows = defined});
    void **args = random_arguments(g);
    for (int k = 0; k < g->nparams; k++)
      random_elements(seed + (uint64_t)k, graph_type(g, g->params[k]), args[k]);
    int before = test_counts.faults;
    same_on_cpu_with(g, args);
    if (test_counts.faults > before)
      fprintf(stderr, "graph of seed %llu\n", (unsigned long long)seed);
    free_all(args, g->nparams);
    arena_free(a);
  }
}

int main(int argc, char **argv) {
  if (argc > 1) graphs = atoi(argv[1]);
  RUN(random_graphs);
  return tests_done();
}
