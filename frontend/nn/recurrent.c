// LSTM and GRU: their cells, and runs of them over time by jc_scan. What the inputs give is one
// product for all steps, outside of the loop.
#include "frontend/library/ops.h"

// The bodies of the loops: the state, what the input gives, what stays.
typedef struct LstmStep {
  jc_lstm_state state;
  jc_array y;
} LstmStep;
typedef struct GruStep {
  jc_array h, y;
} GruStep;
static LstmStep lstm_body(jc_lstm_state s, jc_array given, jc_array u);
JC_FN(LstmStep, lstm_body, jc_lstm_state, jc_array, jc_array);
static GruStep gru_body(jc_array h, jc_array given, jc_array u, jc_array b_n);
JC_FN(GruStep, gru_body, jc_array, jc_array, jc_array, jc_array);

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

// Part i of n of the last axis.
static jc_array part(jc_array x, int i, int n, Loc loc) {
  const int rank = jc_rank(x);
  if (rank < 1) return x;
  jc_dims from = {.n = rank}, to = {.n = rank};
  for (int d = 0; d < rank; d++) to.d[d] = jc_dim(x, d);
  const int64_t size = to.d[rank - 1] / n;
  from.d[rank - 1] = i * size, to.d[rank - 1] = (i + 1) * size;
  return jc_slice(x, from, to);
}

static bool gates_ok(jc_array w, jc_array u, int n, const char *who, Loc loc) {
  if (jc_rank(w) != 2 || jc_rank(u) != 2 || jc_dim(w, 1) != n * jc_dim(u, 0) ||
      jc_dim(u, 1) != n * jc_dim(u, 0))
    return failed() ? false
                    : fail(loc, "%s: w of %s and u of %s: takes [inputs, %d n] and [n, %d n]", who,
                           jc_shape_str(w), jc_shape_str(u), n, n);
  return true;
}

// ---- LSTM

static jc_lstm_state lstm_step(jc_lstm_state s, jc_array given, jc_array u, Loc loc) {
  jc_array gates = jc_add(given, jc_matmul(s.h, u));
  jc_array in = jc_sigmoid(part(gates, 0, 4, loc)), keep = jc_sigmoid(part(gates, 1, 4, loc));
  jc_array new = jc_tanh(part(gates, 2, 4, loc)), out = jc_sigmoid(part(gates, 3, 4, loc));
  jc_array c = jc_add(jc_mul(keep, s.c), jc_mul(in, new));
  return (jc_lstm_state){jc_mul(out, jc_tanh(c)), c};
}

static LstmStep lstm_body(jc_lstm_state s, jc_array given, jc_array u) {
  s = lstm_step(s, given, u, context()->here);
  return (LstmStep){s, s.h};
}

jc_lstm_state jc_lstm_cell_(jc_lstm_params p, jc_lstm_state s, jc_array x, const char *file,
                            int line) {
  const Loc loc = HERE(file, line);
  if (!gates_ok(p.w, p.u, 4, "lstm_cell", loc))
    return (jc_lstm_state){handle_poison(), handle_poison()};
  return lstm_step(s, jc_add(jc_matmul(x, p.w), p.b), p.u, loc);
}

struct jc_lstm_run jc_lstm_(jc_lstm_params p, jc_lstm_state s, jc_array xs, const char *file,
                            int line) {
  const Loc loc = HERE(file, line);
  if (!gates_ok(p.w, p.u, 4, "lstm", loc))
    return (struct jc_lstm_run){{handle_poison(), handle_poison()}, handle_poison()};
  const LstmStep r = jc_scan(lstm_body)(s, jc_add(jc_matmul(xs, p.w), p.b), p.u);
  return (struct jc_lstm_run){r.state, r.y};
}

// Orthogonal parts side by side.
static jc_array orthogonal_parts(jc_array key, int64_t n, int parts, Loc loc) {
  jc_array keys = jc_split(key, parts), u[4];
  for (int i = 0; i < parts; i++) u[i] = jc_orthogonal(jc_at(keys, i), JC_SHAPE(n, n));
  return jc_concatenate(((jc_list){parts, u}), 1);
}

jc_lstm_params jc_lstm_init_(jc_array key, int64_t inputs, int64_t n, const char *file, int line) {
  const Loc loc = HERE(file, line);
  jc_array keys = jc_split(key);
  return (jc_lstm_params){.w = jc_lecun_normal(jc_at(keys, 0), JC_SHAPE(inputs, 4 * n)),
                          .u = orthogonal_parts(jc_at(keys, 1), n, 4, loc),
                          .b = jc_zeros(JC_SHAPE(4 * n))};
}

// ---- GRU

static jc_array gru_step(jc_array h, jc_array given, jc_array u, jc_array b_n, Loc loc) {
  jc_array mine = jc_matmul(h, u);
  jc_array r = jc_sigmoid(jc_add(part(given, 0, 3, loc), part(mine, 0, 3, loc)));
  jc_array z = jc_sigmoid(jc_add(part(given, 1, 3, loc), part(mine, 1, 3, loc)));
  jc_array kept = jc_mul(r, jc_add(part(mine, 2, 3, loc), b_n));
  jc_array new = jc_tanh(jc_add(part(given, 2, 3, loc), kept));
  return jc_add(jc_mul(jc_sub(1, z), new), jc_mul(z, h));
}

static GruStep gru_body(jc_array h, jc_array given, jc_array u, jc_array b_n) {
  h = gru_step(h, given, u, b_n, context()->here);
  return (GruStep){h, h};
}

jc_array jc_gru_cell_(jc_gru_params p, jc_array h, jc_array x, const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (!gates_ok(p.w, p.u, 3, "gru_cell", loc)) return handle_poison();
  return gru_step(h, jc_add(jc_matmul(x, p.w), p.b), p.u, p.b_n, loc);
}

struct jc_gru_run jc_gru_(jc_gru_params p, jc_array h, jc_array xs, const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (!gates_ok(p.w, p.u, 3, "gru", loc))
    return (struct jc_gru_run){handle_poison(), handle_poison()};
  const GruStep r = jc_scan(gru_body)(h, jc_add(jc_matmul(xs, p.w), p.b), p.u, p.b_n);
  return (struct jc_gru_run){r.h, r.y};
}

jc_gru_params jc_gru_init_(jc_array key, int64_t inputs, int64_t n, const char *file, int line) {
  const Loc loc = HERE(file, line);
  jc_array keys = jc_split(key);
  return (jc_gru_params){.w = jc_lecun_normal(jc_at(keys, 0), JC_SHAPE(inputs, 3 * n)),
                         .u = orthogonal_parts(jc_at(keys, 1), n, 3, loc),
                         .b = jc_zeros(JC_SHAPE(3 * n)),
                         .b_n = jc_zeros(JC_SHAPE(n))};
}
