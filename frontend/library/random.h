// Random bits: what the distributions are made of.
#ifndef JITC_FRONTEND_RANDOM_H
#define JITC_FRONTEND_RANDOM_H
#include "frontend/library/ops.h"

typedef struct Pair {
  Val a, b;
} Pair;

// A key taken apart, and the layout of what is drawn with it.
typedef struct Key {
  Pair words;
  jc_random_layout layout;
} Key;

// Twenty rounds of Threefry on x under a key; and u64 of halves.
Pair random_threefry(Np *n, Pair key, Pair x);
Val random_join(Np *n, Val high, Val low);
// The two of a key u32[2]; false after fail().
bool random_key(Np *n, Val key, int64_t layout, Key *out);
// Key number i of a split in two, and all of a split in `count` as rows.
Key random_split(Np *n, Key key, uint32_t i);
Val random_keys(Np *n, Key key, int64_t count);
// Uniform bits: unsigned integers of a dtype of 8, 16, 32 or 64 bits.
Val random_bits(Np *n, Key key, Ints shape, Dtype d);
// As many keys, as vectors; key number i of a split in `count` of one key or of each; and of each
// of many keys one f32 or f64 in [low, high).
Key random_lanes(Np *n, Key key, int64_t count);
Key random_split_of(Np *n, Key key, uint32_t i, uint32_t count);
Val random_lane_uniform(Np *n, Key key, Dtype d, double low, double high);
// What distributions make of uniform numbers, and between which these are drawn.
Val random_normal_of(Np *n, Dtype d, Val u);
double random_normal_low(Dtype d);
Val random_normals(Np *n, Key key, Ints shape, Dtype d);
Val random_exponentials(Np *n, Key key, Ints shape, Dtype d);
Val random_gumbels(Np *n, Key key, Ints shape, Dtype d);
Val random_permutation(Np *n, Key key, int64_t count);
bool random_float_ok(const char *who, jc_dtype d, Loc loc);
// Floats in [low, high).
Val random_uniform(Np *n, Key key, Ints shape, Dtype d, double low, double high);

// How draws pass what they need: the shape's length, the shape, the layout, the dtype, the rest.
typedef struct Draw {
  Key key;
  Ints shape;
  Dtype dtype;
  const int64_t *rest;
} Draw;
bool random_draw(Np *n, Val key, Ints options, Draw *out);
// Records fn of k operands, the key first, with `extra` further words.
jc_array random_call(const Fn *fn, int k, const jc_array *x, const jc_dims *shape,
                     jc_random_layout layout, jc_dtype dtype, int extra, const int64_t *more,
                     Loc loc);

// The shape of a draw, then `count` further sizes, which must not be negative; false after fail().
bool random_longer(Np *n, const Draw *w, int count, const int64_t *more, int64_t *dim, Ints *out);
// Of more than one file: gamma numbers (or their logarithms) of a, which broadcasts to the shape;
// -1 or 1.
Val random_gammas(Np *n, Key key, Val a, Ints shape, Dtype d, bool logarithm);
Val random_signs(Np *n, Key key, Ints shape, Dtype d);

// What a distribution gives: floats, f32 or f64, integers. The dtype to draw, f32 (i32) where none
// is given; -1 after fail().
typedef enum DrawnKind { FLOATS, FULL_FLOATS, INTEGERS } DrawnKind;
int random_drawn(const Fn *fn, DrawnKind kind, jc_dtype d, Loc loc);

// DRAWN1(gamma, FULL_FLOATS, ...): a public draw of w with the parameter a; DRAWN2: of a and b.
// DRAWN: with a list of parameters, the operands among them, `count` (0, 1) further words, `more`.
#define DRAWN_OF(...) \
  sizeof((jc_array[]){__VA_ARGS__}) / sizeof(jc_array), (jc_array[]) { __VA_ARGS__ }
#define DRAWN(name, kind, parameters, operands, count, more, ...)                                \
  OPS_BUILD(name) {                                                                              \
    OPS_UNUSED;                                                                                  \
    Draw w;                                                                                      \
    if (!random_draw(n, v[0], options, &w)) return NP_BAD;                                       \
    for (int i = 1; i < k; i++) {                                                                \
      if (np_bad(v[i])) return NP_BAD;                                                           \
    }                                                                                            \
    const Val a = k > 1 ? v[1] : NP_BAD, b = k > 2 ? v[2] : NP_BAD;                              \
    (void)a, (void)b;                                                                            \
    return __VA_ARGS__;                                                                          \
  }                                                                                              \
  jc_array jc_##name##_ parameters {                                                             \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};                                    \
    const Loc loc = HERE(file, line);                                                            \
    const int d = random_drawn(&fn, kind, s.dtype, loc);                                         \
    if (d < 0) return handle_poison();                                                           \
    return random_call(&fn, operands, &s.shape, s.layout, (jc_dtype)d, count, (int64_t[]){more}, \
                       loc);                                                                     \
  }
#define DRAWN0(name, kind, ...)                                                                   \
  DRAWN(name, kind, (jc_array key, struct jc_drawn s, const char *file, int line), DRAWN_OF(key), \
        0, 0, __VA_ARGS__)
#define DRAWN1(name, kind, ...)                                                                \
  DRAWN(name, kind, (jc_array key, jc_array a, struct jc_drawn s, const char *file, int line), \
        DRAWN_OF(key, a), 0, 0, __VA_ARGS__)
#define DRAWN2(name, kind, ...)                                                                \
  DRAWN(name, kind,                                                                            \
        (jc_array key, jc_array a, jc_array b, struct jc_drawn s, const char *file, int line), \
        DRAWN_OF(key, a, b), 0, 0, __VA_ARGS__)
#endif
