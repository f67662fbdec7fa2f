// Initialisers of the public API: the numbers that jax.nn.initializers draw from the same key.
#include <math.h>

#include "frontend/library/ops.h"

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

// How many inputs each output has, and outputs each input.
typedef struct Fans {
  double in, out;
} Fans;

static bool fans_of(const struct jc_weights *w, const char *who, Loc loc, Fans *f) {
  const jc_dims *s = &w->shape;
  if (!ops_shape_ok(s, loc, who) || !ops_dtype_ok(w->dtype, loc, who)) return false;
  if (s->n < 2) return fail(loc, "%s: a shape of rank %d: weights are [.., in, out]", who, s->n);
  if (!dtype_is_float((Dtype)w->dtype))
    return fail(loc, "%s: draws floats, not %s", who, dtype_name((Dtype)w->dtype));
  double window = 1;
  for (int i = 0; i < s->n - 2; i++) window *= (double)s->d[i];
  const int in = w->transposed ? s->n - 1 : s->n - 2, out = w->transposed ? s->n - 2 : s->n - 1;
  *f = (Fans){window * (double)s->d[in], window * (double)s->d[out]};
  return true;
}

static jc_array scaled(jc_array key, struct jc_weights w, const char *who, Loc loc) {
  Fans f = {0};
  if (!fans_of(&w, who, loc, &f)) return handle_poison();
  if (!(w.scale >= 0) || (unsigned)w.by > JC_BY_MEAN || (unsigned)w.draw > JC_DRAW_UNIFORM)
    return fail(loc, "%s: scale %g, by %d, draw %d", who, w.scale, (int)w.by, (int)w.draw),
           handle_poison();
  const double fan = w.by == JC_BY_IN ? f.in : w.by == JC_BY_OUT ? f.out : (f.in + f.out) / 2;
  const double variance = (w.scale == 0 ? 1 : w.scale) / fmax(1, fan);
  // The deviation of a normal number within two deviations.
  const double cut = 0.87962566103423978;
  if (w.draw == JC_DRAW_UNIFORM) {
    jc_array x = jc_uniform(key, w.shape, w.dtype, .minval = -1, .maxval = 1);
    return jc_mul(x, sqrt(3 * variance));
  }
  if (w.draw == JC_DRAW_NORMAL) return jc_mul(jc_normal(key, w.shape, w.dtype), sqrt(variance));
  jc_array x = jc_truncated_normal(key, -2, 2, w.shape, w.dtype);
  return jc_mul(x, sqrt(variance) / cut);
}

#define WEIGHTS(name, ...)                                                               \
  jc_array jc_##name##_(jc_array key, struct jc_weights w, const char *file, int line) { \
    const struct jc_weights draws = {                                                    \
        .shape = w.shape, .dtype = w.dtype, .transposed = w.transposed, __VA_ARGS__};    \
    return scaled(key, draws, #name, HERE(file, line));                                  \
  }
WEIGHTS(glorot_uniform, .by = JC_BY_MEAN, .draw = JC_DRAW_UNIFORM)
WEIGHTS(glorot_normal, .by = JC_BY_MEAN)
WEIGHTS(he_uniform, .scale = 2, .draw = JC_DRAW_UNIFORM)
WEIGHTS(he_normal, .scale = 2)
WEIGHTS(lecun_uniform, .draw = JC_DRAW_UNIFORM)
WEIGHTS(lecun_normal, .scale = 1)
WEIGHTS(variance_scaling, .scale = w.scale, .by = w.by, .draw = w.draw)

// The q of a normal matrix, its columns' signs such that r has a positive diagonal.
jc_array jc_orthogonal_(jc_array key, struct jc_weights w, const char *file, int line) {
  const Loc loc = HERE(file, line);
  Fans f;
  if (!fans_of(&w, "orthogonal", loc, &f)) return handle_poison();
  const jc_dims *s = &w.shape;
  int64_t cols = s->d[s->n - 1], rest = 1;
  for (int i = 0; i < s->n - 1; i++) rest *= s->d[i];
  const bool wide = cols > rest, half = dtype_is_half((Dtype)w.dtype);
  const int64_t tall = wide ? cols : rest, few = wide ? rest : cols;
  jc_array x = jc_normal(key, JC_SHAPE(tall, few), w.dtype);
  struct jc_qr f_of = jc_qr(half ? jc_astype(x, JC_F32) : x);
  jc_array q = jc_mul(f_of.q, jc_sign(jc_diagonal(f_of.r)));
  q = jc_mul(wide ? jc_transpose(q) : q, w.scale == 0 ? 1.0 : w.scale);
  return jc_reshape_(half ? jc_astype(q, w.dtype) : q, w.shape, file, line);
}
