// Attention, embedding and dropout of the public API.
#include <float.h>
#include <math.h>
#include <string.h>

#include "frontend/library/ops.h"

// Options: scale, causal, which of mask and bias are given.
enum { SCALE, CAUSAL, GIVEN, OPTIONS };
enum { MASK = 1, BIAS = 2 };

static Val wide(Np *n, Val x) {
  const bool half = !np_bad(x) && dtype_is_half(np_type(n, x).dtype);
  return half ? np_convert(n, x, DT_F32) : x;
}

// q is [.., T, H, D]; k and v are [.., S, K, D], of the same leading sizes.
static bool shapes_ok(Np *n, Type q, Type k, Type v) {
  const int r = q.rank;
  bool ok = r >= 3 && r < MAX_RANK && k.rank == r && v.rank == r;
  for (int i = 0; ok && i < r - 3; i++) ok = q.dim[i] == k.dim[i] && q.dim[i] == v.dim[i];
  ok = ok && k.dim[r - 3] == v.dim[r - 3] && k.dim[r - 2] == v.dim[r - 2] &&
       q.dim[r - 1] == k.dim[r - 1] && k.dim[r - 2] > 0 && q.dim[r - 2] % k.dim[r - 2] == 0;
  if (!ok)
    np_fail(n,
            "q of %s with k of %s and v of %s: takes [.., T, H, D] and [.., S, K, D], H a "
            "multiple of K",
            TYPE_STR(q), TYPE_STR(k), TYPE_STR(v));
  return ok;
}

// x [.., S, K, D] with each head as often as q has heads for it.
static Val heads_of(Np *n, Val x, int64_t heads) {
  const Type t = np_type(n, x);
  const int r = t.rank;
  if (t.dim[r - 2] == heads) return x;
  int64_t dim[MAX_RANK];
  memcpy(dim, t.dim, sizeof *dim * (size_t)r);
  dim[r - 1] = heads / t.dim[r - 2], dim[r] = t.dim[r - 1];
  x = np_broadcast_to(n, np_expand_dims(n, x, -2), (Ints){r + 1, dim});
  dim[r - 2] = heads, dim[r - 1] = t.dim[r - 1];
  return np_reshape(n, x, (Ints){r, dim});
}

// What keys a query may see: bool, [T, S].
static Val causal_mask(Np *n, int64_t queries, int64_t keys) {
  const Type t = type_of(DT_I32, INTS(queries, keys));
  return np_compare(n, OP_ge, np_iota(n, t, 0), np_iota(n, t, 1));
}

static Val masked(Np *n, Val logits, Val mask) {
  if (np_bad(mask) || np_bad(logits)) return NP_BAD;
  if (np_type(n, mask).dtype != DT_BOOL)
    return np_fail(n, "the mask is %s, not bool", TYPE_STR(np_type(n, mask)));
  const double least = np_type(n, logits).dtype == DT_F64 ? DBL_MAX : FLT_MAX;
  mask = np_broadcast_to(n, mask, type_shape(np_type(n, logits)));
  return np_select(n, mask, logits, np_number(n, logits, -0.7 * least));
}

// Softmax over the keys of logits [.., H, T, S].
static Val weights(Np *n, Val logits, int k, const Val *v, Ints options) {
  const int64_t given = options.v[GIVEN];
  logits = np_mul(n, logits, np_number(n, logits, ops_double(options, SCALE)));
  if (given & BIAS) {
    const Val bias = np_broadcast_to(n, v[k - 1], type_shape(np_type(n, logits)));
    logits = np_add(n, logits, np_convert(n, bias, np_type(n, logits).dtype));
  }
  if (given & MASK) logits = masked(n, logits, v[3]);
  if (np_bad(logits)) return logits;
  const Type t = np_type(n, logits);
  if (options.v[CAUSAL])
    logits = masked(n, logits, causal_mask(n, t.dim[t.rank - 2], t.dim[t.rank - 1]));
  return np_softmax(n, logits, -1);
}

OPS_BUILD(attention) {
  OPS_UNUSED;
  Val x[3] = {v[0], v[1], v[2]};
  if (!np_promote(n, 3, x)) return NP_BAD;
  const Type own = np_type(n, x[0]);
  if (!dtype_is_float(own.dtype)) return np_fail(n, "does not take %s", TYPE_STR(own));
  if (!shapes_ok(n, own, np_type(n, x[1]), np_type(n, x[2]))) return NP_BAD;
  const int r = own.rank;
  const Val q = wide(n, x[0]), key = heads_of(n, wide(n, x[1]), own.dim[r - 2]);
  const Val value = heads_of(n, wide(n, x[2]), own.dim[r - 2]);
  int64_t heads[MAX_RANK], front[MAX_RANK];  // leading axes and that of the heads
  for (int i = 0; i < r - 2; i++) heads[i] = i < r - 3 ? i : r - 2, front[i] = i;
  const Ints inner = {r - 2, heads}, first = {r - 2, front};
  const Val logits = np_val(b_dot(n->g, q.id, key.id, inner, inner, INTS(r - 1), INTS(r - 1)));
  const Val w = weights(n, logits, k, v, options);
  if (np_bad(w)) return w;
  const Val y = np_val(b_dot(n->g, w.id, value.id, first, inner, INTS(r - 1), INTS(r - 3)));
  return np_convert(n, np_move(n, y, r - 3, r - 2), own.dtype);
}

jc_array jc_attention_(struct jc_attention o, const char *file, int line) {
  static const Fn fn = {"attention", build_attention, PROMOTE_NONE};
  jc_array x[5] = {o.q, o.k, o.v};
  int n = 3;
  const Loc loc = HERE(file, line);
  const Slot *s = slot_find(o.q);
  if (o.scale == 0 && s && type_info(s->type)->type.rank) {
    const Type t = type_info(s->type)->type;
    o.scale = 1 / sqrt((double)t.dim[t.rank - 1]);
  }
  int64_t options[OPTIONS] = {[SCALE] = ops_word(o.scale), [CAUSAL] = o.causal};
  if (o.mask.handle) x[n++] = o.mask, options[GIVEN] |= MASK;
  if (o.bias.handle) x[n++] = o.bias, options[GIVEN] |= BIAS;
  return call(&fn, n, x, (Ints){OPTIONS, options}, loc);
}

// ---- embedding, dropout

jc_array jc_embedding_(jc_array table, jc_array ids, const char *file, int line) {
  return jc_take_(table, ids, (struct jc_take){.axis = 0}, file, line);
}

jc_array jc_dropout_(jc_array key, jc_array x, double rate, const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (!(rate >= 0 && rate < 1))
    return fail(loc, "dropout: a rate of %g: from 0 to below 1", rate), handle_poison();
  if (rate == 0) return x;
  const Slot *s = slot_need(x, loc, "dropout", "argument 1");
  if (!s || slot_kind(s) == SLOT_POISON) return handle_poison();
  const Type t = type_info(s->type)->type;
  struct jc_drawn drawn = {.shape = {.n = t.rank}};
  memcpy(drawn.shape.d, t.dim, sizeof *t.dim * (size_t)t.rank);
  jc_array keep = jc_bernoulli_(key, jc_lift(1 - rate), drawn, file, line);
  jc_array grown = jc_true_divide_(x, jc_lift(1 - rate), file, line);
  return jc_where_(keep, grown, jc_lift(0.0), file, line);
}
