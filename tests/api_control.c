// Control flow as functions of functions: scan, map, cond, switch, while, fori, associative_scan,
// by value, in nests with other transformations, and their errors.
#include "tests/check.h"
#include "tests/fails.h"

typedef struct {
  jc_array w, b;
} Cell;
typedef struct {
  jc_array h, y;
} Out;

static Out cell(jc_array h, jc_array x, Cell p) {
  jc_array next = jc_tanh(jc_add(jc_add(jc_matmul(p.w, h), x), p.b));
  return (Out){next, jc_sum(next)};
}
JC_FN(Out, cell, jc_array, jc_array, Cell);

enum { N = 3, STEPS = 5 };

static Cell make_cell(void) {
  jc_array k = jc_split(jc_key(7));
  return (Cell){jc_mul(0.6, jc_normal(jc_at(k, 0), JC_SHAPE(N, N))),
                jc_mul(0.3, jc_normal(jc_at(k, 1), JC_SHAPE(N)))};
}
static jc_array make_xs(void) { return jc_normal(jc_key(9), JC_SHAPE(STEPS, N)); }

static void same(jc_array got, jc_array want, double tolerance) {
  double a[64], b[64];
  EXPECT_STR(jc_shape_str(got), jc_shape_str(want));
  if (!jc_ok() || jc_size(got) > 64 || !jc_read(got, a) || !jc_read(want, b)) {
    FAULT("no values: %s", jc_ok() ? "" : jc_error());
    jc_clear_error();
    return;
  }
  for (int64_t i = 0; i < jc_size(got); i++) EXPECT_CLOSE(a[i], b[i], tolerance);
}

// The same steps by a C loop.
static Out by_hand(jc_array h, jc_array xs, Cell p, bool reverse) {
  jc_array ys[STEPS];
  for (int i = 0; i < STEPS; i++) {
    const int at = reverse ? STEPS - 1 - i : i;
    Out o = cell(h, jc_at(xs, at), p);
    h = o.h;
    ys[at] = o.y;
  }
  return (Out){h, jc_stack(JC_LIST_OF(ys), 0)};
}

static void scan_steps(void) {
  Cell p = make_cell();
  jc_array h = jc_zeros(JC_SHAPE(N)), xs = make_xs();
  Out want = by_hand(h, xs, p, false), back = by_hand(h, xs, p, true);
  Out got = jc_scan(cell)(h, xs, p), jit = jc_jit(jc_scan(cell))(h, xs, p);
  same(got.h, want.h, 0), same(got.y, want.y, 0);
  same(jit.h, want.h, 0), same(jit.y, want.y, 0);
  got = jc_scan(cell, .reverse = true)(h, xs, p);
  same(got.h, back.h, 0), same(got.y, back.y, 0);
  for (int unroll = 2; unroll <= STEPS + 1; unroll++) {
    got = jc_scan(cell, .unroll = unroll)(h, xs, p);
    same(got.h, want.h, 0), same(got.y, want.y, 0);
    got = jc_scan(cell, .unroll = unroll, .reverse = true)(h, xs, p);
    same(got.h, back.h, 0), same(got.y, back.y, 0);
  }
  got = jc_scan(cell, .length = STEPS)(h, xs, p);
  same(got.h, want.h, 0);
  EXPECT_OK();
}

// No steps: the carry, and stacks without elements.
static void scan_nothing(void) {
  Cell p = make_cell();
  Out got = jc_scan(cell)(jc_ones(JC_SHAPE(N)), jc_zeros(JC_SHAPE(0, N)), p);
  same(got.h, jc_ones(JC_SHAPE(N)), 0);
  EXPECT_STR(jc_shape_str(got.y), "f32[0]");
  EXPECT_OK();
}

static Out count(jc_array h, jc_none x, jc_array step) {
  (void)x;
  return (Out){jc_add(h, step), jc_mul(h, h)};
}
JC_FN(Out, count, jc_array, jc_none, jc_array);
static jc_array doubled(jc_array h, jc_none x) { return (void)x, jc_mul(2, h); }
JC_FN(jc_array, doubled, jc_array, jc_none);

static void scan_by_length(void) {
  Out got = jc_scan(count, .length = 4)(jc_i32(1), JC_NO_XS, jc_i32(2));
  EXPECT_EQ(jc_item(got.h), 9);
  same(got.y, jc_astype(jc_vector(1, 9, 25, 49), JC_I32), 0);
  EXPECT_EQ(jc_item(jc_scan(doubled, .length = 10)(jc_f32(1), JC_NO_XS)), 1024);
  EXPECT_OK();
}

// Trees on each side, and a context that points to traced arrays.
typedef struct {
  jc_array a, b;
} Pair;
typedef struct {
  Pair carry;
  jc_array sum, difference;
} PairOut;
typedef struct {
  jc_array scale;
  int power;
} Ctx;
JC_TREE(Ctx, scale, power);
static PairOut pair_step(Pair c, Pair x, const Ctx *ctx) {
  jc_array s = jc_mul(ctx->scale, jc_add(c.a, x.a));
  for (int i = 1; i < ctx->power; i++) s = jc_mul(s, s);
  return (PairOut){{s, jc_sin(jc_mul(c.b, x.b))}, jc_add(s, c.b), jc_sub(s, c.b)};
}
JC_FN(PairOut, pair_step, Pair, Pair, const Ctx *);

static jc_array pair_loss(jc_array scale, Pair xs) {
  Ctx ctx = {jc_mul(scale, 0.5), 2};
  PairOut r = jc_scan(pair_step)((Pair){scale, jc_mul(2, scale)}, xs, &ctx);
  return jc_add(jc_sum(jc_mul(r.sum, r.difference)), jc_add(r.carry.a, r.carry.b));
}
JC_FN(jc_array, pair_loss, jc_array, Pair);

static jc_array pair_by_hand(jc_array scale, Pair xs) {
  Ctx ctx = {jc_mul(scale, 0.5), 2};
  Pair c = {scale, jc_mul(2, scale)};
  jc_array sum = jc_f32(0);
  for (int i = 0; i < 4; i++) {
    PairOut r = pair_step(c, (Pair){jc_at(xs.a, i), jc_at(xs.b, i)}, &ctx);
    sum = jc_add(sum, jc_mul(r.sum, r.difference));
    c = r.carry;
  }
  return jc_add(sum, jc_add(c.a, c.b));
}
JC_FN(jc_array, pair_by_hand, jc_array, Pair);

static void scan_trees(void) {
  Pair xs = {jc_vector(0.1, -0.4, 0.3, 0.2), jc_vector(1, 2, -1, 0.5)};
  jc_array s = jc_f32(0.7);
  same(jc_jit(pair_loss)(s, xs), jc_jit(pair_by_hand)(s, xs), 1e-6);
  same(jc_grad(pair_loss)(s, xs), jc_grad(pair_by_hand)(s, xs), 1e-5);
  Pair g = jc_grad_arg(pair_loss, 1)(s, xs), want = jc_grad_arg(pair_by_hand, 1)(s, xs);
  same(g.a, want.a, 1e-5), same(g.b, want.b, 1e-5);
  same(jc_grad(jc_grad(pair_loss))(s, xs), jc_grad(jc_grad(pair_by_hand))(s, xs), 1e-4);
  EXPECT_OK();
}

// ---- gradients through scans, against the steps written out

static jc_array scan_loss(Cell p, jc_array h, jc_array xs) {
  Out r = jc_scan(cell)(h, xs, p);
  return jc_add(jc_sum(r.h), jc_sum(jc_square(r.y)));
}
JC_FN(jc_array, scan_loss, Cell, jc_array, jc_array);
static jc_array hand_loss(Cell p, jc_array h, jc_array xs) {
  Out r = by_hand(h, xs, p, false);
  return jc_add(jc_sum(r.h), jc_sum(jc_square(r.y)));
}
JC_FN(jc_array, hand_loss, Cell, jc_array, jc_array);

// Hessian-vector products, forward over reverse and reverse over reverse.
static jc_array scan_slope(Cell p, jc_array h, jc_array xs, Cell v) {
  Cell g = jc_grad(scan_loss)(p, h, xs);
  return jc_add(jc_sum(jc_mul(g.w, v.w)), jc_sum(jc_mul(g.b, v.b)));
}
JC_FN(jc_array, scan_slope, Cell, jc_array, jc_array, Cell);
static jc_array hand_slope(Cell p, jc_array h, jc_array xs, Cell v) {
  Cell g = jc_grad(hand_loss)(p, h, xs);
  return jc_add(jc_sum(jc_mul(g.w, v.w)), jc_sum(jc_mul(g.b, v.b)));
}
JC_FN(jc_array, hand_slope, Cell, jc_array, jc_array, Cell);

static void scan_gradients(void) {
  Cell p = make_cell();
  jc_array h = jc_zeros(JC_SHAPE(N)), xs = make_xs();
  Cell g = jc_grad(scan_loss)(p, h, xs), want = jc_grad(hand_loss)(p, h, xs);
  same(g.w, want.w, 1e-5), same(g.b, want.b, 1e-5);
  g = jc_jit(jc_grad(scan_loss))(p, h, xs);
  same(g.w, want.w, 1e-5), same(g.b, want.b, 1e-5);
  same(jc_grad_arg(scan_loss, 2)(p, h, xs), jc_grad_arg(hand_loss, 2)(p, h, xs), 1e-5);
  jc_auto t = jc_jvp(scan_loss)(p, h, xs, p, h, xs);
  same(t.tangent, jc_jvp(hand_loss)(p, h, xs, p, h, xs).tangent, 1e-5);
  g = jc_grad(scan_slope)(p, h, xs, p), want = jc_grad(hand_slope)(p, h, xs, p);
  same(g.w, want.w, 1e-4), same(g.b, want.b, 1e-4);
  jc_auto f = jc_jvp(scan_slope)(p, h, xs, p, p, h, xs, p);
  same(f.tangent, jc_jvp(hand_slope)(p, h, xs, p, p, h, xs, p).tangent, 1e-3);
  jc_array many = jc_normal(jc_key(3), JC_SHAPE(4, STEPS, N));
  Cell lanes = jc_vmap(jc_grad(scan_loss), .in_axes = {JC_NONE, JC_NONE, 0})(p, h, many);
  for (int i = 0; i < 4; i++) {
    want = jc_grad(hand_loss)(p, h, jc_at(many, i));
    same(jc_at(lanes.w, i), want.w, 1e-5), same(jc_at(lanes.b, i), want.b, 1e-5);
  }
  EXPECT_OK();
}

// ---- choices

static jc_array sine(jc_array x, jc_array y) { return jc_mul(jc_sin(x), y); }
JC_FN(jc_array, sine, jc_array, jc_array);
static jc_array product(jc_array x, jc_array y) { return jc_mul(jc_mul(x, x), y); }
JC_FN(jc_array, product, jc_array, jc_array);
static jc_array second(jc_array x, jc_array y) { return (void)x, y; }
JC_FN(jc_array, second, jc_array, jc_array);

static jc_array choose(jc_array i, jc_array x, jc_array y) {
  return jc_switch(i, sine, product, second)(x, y);
}
JC_FN(jc_array, choose, jc_array, jc_array, jc_array);
static jc_array either(jc_array x, jc_array y) {
  return jc_cond(jc_greater(x, y), sine, product)(x, y);
}
JC_FN(jc_array, either, jc_array, jc_array);

static void choices(void) {
  jc_array x = jc_f32(0.7), y = jc_f32(1.5);
  jc_array (*const f[])(jc_array, jc_array) = {sine, product, second};
  static const int taken[] = {0, 0, 0, 1, 2, 2, 2};
  for (int i = -2; i <= 4; i++) {
    jc_array want = f[taken[i + 2]](x, y);
    same(jc_switch(i, sine, product, second)(x, y), want, 0);
    same(jc_jit(choose)(jc_i32(i), x, y), want, 0);
    same(jc_switch(jc_i64(i + (i > 2 ? INT64_C(1) << 40 : 0)), sine, product, second)(x, y), want,
         0);
  }
  same(jc_switch(jc_u8(255), sine, product, second)(x, y), y, 0);
  same(jc_switch(jc_u32(4000000000u), sine, product, second)(x, y), y, 0);
  same(jc_cond(jc_bool(true), sine, product)(x, y), sine(x, y), 0);
  same(jc_cond(false, sine, product)(x, y), product(x, y), 0);
  same(jc_cond(1, sine, jc_grad(product))(x, y), sine(x, y), 0);
  same(jc_cond(0, sine, jc_grad(product))(x, y), jc_f32(2.1), 1e-6);
  same(jc_grad(either)(x, y), jc_grad(product)(x, y), 0);
  same(jc_grad(either)(y, x), jc_grad(sine)(y, x), 0);
  same(jc_grad_arg(choose, 1)(jc_i32(1), x, y), jc_grad(product)(x, y), 0);
  same(jc_grad(jc_grad(either))(x, y), jc_f32(3), 1e-6);
  // One choice in the arguments of another.
  same(jc_cond(true, sine, product)(jc_cond(false, sine, product)(x, y), y), sine(product(x, y), y),
       0);
  EXPECT_OK();
}

static void choices_by_lane(void) {
  jc_array x = jc_vector(0.1, 2, -1, 0.5), y = jc_vector(1, 1, 0.3, 2);
  jc_array i = jc_astype(jc_vector(2, 0, 1, 7), JC_I32);
  jc_array all = jc_vmap(choose)(i, x, y), shared;
  jc_array slope = jc_vmap(jc_grad(either))(x, y);
  shared = jc_vmap(choose, .in_axes = {JC_NONE, 0, 0})(jc_i32(1), x, y);
  for (int k = 0; k < 4; k++) {
    jc_array a = jc_at(x, k), b = jc_at(y, k);
    same(jc_at(all, k), choose(jc_at(i, k), a, b), 0);
    same(jc_at(shared, k), product(a, b), 0);
    same(jc_at(slope, k), jc_grad(either)(a, b), 1e-6);
  }
  EXPECT_OK();
}

// ---- loops

static jc_array below(jc_array x, jc_array limit) { return jc_less(x, limit); }
JC_FN(jc_array, below, jc_array, jc_array);
static jc_array twice(jc_array x, jc_array limit) { return (void)limit, jc_mul(2, x); }
JC_FN(jc_array, twice, jc_array, jc_array);
static jc_array until(jc_array x, jc_array limit) { return jc_while(below, twice)(x, limit); }
JC_FN(jc_array, until, jc_array, jc_array);

static jc_array damp(jc_array i, jc_array s, jc_array w) {
  return jc_sin(jc_add(jc_mul(s, w), jc_astype(i, JC_F32)));
}
JC_FN(jc_array, damp, jc_array, jc_array, jc_array);
static jc_array damped(jc_array s, jc_array w) { return jc_fori(damp, 4)(jc_i32(1), s, w); }
JC_FN(jc_array, damped, jc_array, jc_array);
static jc_array damped_by_hand(jc_array s, jc_array w) {
  for (int i = 1; i < 4; i++) s = damp(jc_i32(i), s, w);
  return s;
}
JC_FN(jc_array, damped_by_hand, jc_array, jc_array);
static jc_array damped_to(jc_array n, jc_array s, jc_array w) {
  return jc_fori(damp, n)(jc_i32(1), s, w);
}
JC_FN(jc_array, damped_to, jc_array, jc_array, jc_array);

static void loops(void) {
  jc_array s = jc_f32(0.3), w = jc_f32(1.7);
  jc_array starts = jc_vector(0.1, 5, 50, 1), limits = jc_vector(1, 30, 3, 100);
  jc_array all = jc_vmap(until)(starts, limits);
  for (int k = 0; k < 4; k++) same(jc_at(all, k), until(jc_at(starts, k), jc_at(limits, k)), 0);
  same(jc_jvp(until)(s, w, w, s).tangent, jc_f32(8 * 1.7), 1e-6);
  same(damped(s, w), damped_by_hand(s, w), 0);
  same(jc_grad(damped)(s, w), jc_grad(damped_by_hand)(s, w), 1e-6);
  same(jc_grad_arg(damped, 1)(s, w), jc_grad_arg(damped_by_hand, 1)(s, w), 1e-6);
  same(jc_grad(jc_grad(damped))(s, w), jc_grad(jc_grad(damped_by_hand))(s, w), 1e-5);
  same(jc_jit(damped_to)(jc_i32(4), s, w), damped(s, w), 0);
  all = jc_vmap(damped_to, .in_axes = {0, JC_NONE, JC_NONE})(jc_astype(jc_vector(4, 0, 2), JC_I32),
                                                             s, w);
  same(jc_at(all, 0), damped(s, w), 0);
  same(jc_at(all, 1), s, 0);
  same(jc_at(all, 2), damp(jc_i32(1), s, w), 0);
  // A loop in the argument of a loop, each with a bound of its own.
  jc_array two = jc_add(jc_i32(1), 1), three = jc_add(jc_i32(2), 1);
  same(jc_fori(damp, three)(jc_i32(0), jc_fori(damp, two)(jc_i32(0), s, w), w),
       damp(jc_i32(2),
            damp(jc_i32(1), damp(jc_i32(0), damp(jc_i32(1), damp(jc_i32(0), s, w), w), w), w), w),
       0);
  EXPECT_OK();
}

// ---- map and associative scans

static jc_array total(jc_array x, jc_array w) { return jc_sum(jc_mul(jc_sin(x), w)); }
JC_FN(jc_array, total, jc_array, jc_array);
static jc_array mapped(jc_array xs, jc_array w) { return jc_sum(jc_square(jc_map(total)(xs, w))); }
JC_FN(jc_array, mapped, jc_array, jc_array);
static jc_array vmapped(jc_array xs, jc_array w) {
  return jc_sum(jc_square(jc_vmap(total, .in_axes = {0, JC_NONE})(xs, w)));
}
JC_FN(jc_array, vmapped, jc_array, jc_array);

static void maps(void) {
  jc_array xs = make_xs(), w = jc_vector(1, -2, 0.5);
  same(jc_map(total)(xs, w), jc_vmap(total, .in_axes = {0, JC_NONE})(xs, w), 1e-6);
  same(jc_grad(mapped)(xs, w), jc_grad(vmapped)(xs, w), 1e-5);
  same(jc_grad_arg(mapped, 1)(xs, w), jc_grad_arg(vmapped, 1)(xs, w), 1e-5);
  EXPECT_OK();
}

static jc_array products(jc_array x) {
  return jc_sum(jc_square(jc_associative_scan(jc_mul, x, 0)));
}
JC_FN(jc_array, products, jc_array);

// x[t] = a[t] x[t - 1] + b[t]: of two such maps the one after the other.
typedef struct {
  jc_array a, b;
} Affine;
static Affine after(Affine x, Affine y) {
  return (Affine){jc_mul(x.a, y.a), jc_add(jc_mul(y.a, x.b), y.b)};
}
JC_FN(Affine, after, Affine, Affine);
static Affine turned(Affine x, Affine y) {
  return (Affine){jc_matmul(y.a, x.a), jc_matmul(y.a, x.b)};
}
JC_FN(Affine, turned, Affine, Affine);
static Affine widens(Affine x, Affine y) { return (Affine){jc_astype(x.a, JC_F16), y.b}; }
JC_FN(Affine, widens, Affine, Affine);
static jc_array recurrence(Affine x) {
  return jc_sum(jc_square(jc_tree_associative_scan(after, x, 0).b));
}
JC_FN(jc_array, recurrence, Affine);
static Affine affine_step(jc_array x, Affine m) {
  const jc_array y = jc_add(jc_mul(m.a, x), m.b);
  return (Affine){y, y};
}
JC_FN(Affine, affine_step, jc_array, Affine);
static jc_array recurrence_by_scan(Affine x) {
  return jc_sum(jc_square(jc_scan(affine_step)(jc_zeros(JC_SHAPE(2)), x).b));
}
JC_FN(jc_array, recurrence_by_scan, Affine);
static jc_params pair_of(jc_params x, jc_params y) {
  const jc_array a = jc_params_at(x, 0), c = jc_params_at(y, 0);
  return jc_params_of(
      JC_LIST(jc_mul(a, c), jc_add(jc_mul(c, jc_params_at(x, 1)), jc_params_at(y, 1))));
}
JC_FN(jc_params, pair_of, jc_params, jc_params);

static void associative_trees(void) {
  for (int n = 0; n <= 9; n++) {
    const jc_array a = jc_reshape(jc_add(0.2, jc_mul(0.05, jc_arange(2 * n))), n, 2);
    const jc_array b = jc_reshape(jc_sub(3.0, jc_arange(2 * n)), n, 2);
    const Affine x = {a, b}, got = jc_tree_associative_scan(after, x, 0);
    const Affine across =
        jc_tree_associative_scan(after, ((Affine){jc_transpose(a), jc_transpose(b)}), -1);
    const Affine back = jc_tree_associative_scan(after, x, 0, .reverse = true);
    const Affine flipped = {jc_flip(a, 0), jc_flip(b, 0)},
                 ahead = jc_tree_associative_scan(after, flipped, 0);
    same(got.b, jc_scan(affine_step)(jc_zeros(JC_SHAPE(2)), x).b, 1e-4);
    same(got.a, jc_cumprod(a, 0), 1e-4);
    same(across.b, jc_transpose(got.b), 0);
    same(back.b, jc_flip(ahead.b, 0), 0);
    same(jc_jit(recurrence)(x), recurrence(x), 0);
    const Affine g = jc_grad(recurrence)(x), want = jc_grad(recurrence_by_scan)(x);
    same(g.a, want.a, 2e-3);
    same(g.b, want.b, 2e-3);
    const jc_params list = jc_tree_associative_scan(pair_of, jc_params_of(JC_LIST(a, b)), 0);
    same(jc_params_at(list, 1), got.b, 0);
  }
  // Arrays of different ranks, and an op on single elements by vmap.
  const jc_array m = jc_reshape(jc_arange(20), 5, 2, 2), v = jc_reshape(jc_arange(10), 5, 2);
  const Affine got = jc_tree_associative_scan(jc_vmap(turned), ((Affine){m, v}), 0);
  const jc_array two = jc_matmul(jc_at(m, 1), jc_at(m, 0));
  same(jc_at(got.a, 2), jc_matmul(jc_at(m, 2), two), 0);
  same(jc_at(got.b, 2), jc_matmul(jc_matmul(jc_at(m, 2), jc_at(m, 1)), jc_at(v, 0)), 0);
  EXPECT_OK();
}

static void associative(void) {
  for (int n = 0; n <= 9; n++) {
    double want[64] = {0}, back[64] = {0};
    jc_array x = jc_add(1, jc_reshape(jc_arange(2 * n), 2, n));
    for (int row = 0; row < 2; row++) {
      for (int i = 0; i < n; i++) {
        for (int k = 0; k <= i; k++) want[row * n + i] += row * n + k + 1;
        for (int k = i; k < n; k++) back[row * n + i] += row * n + k + 1;
      }
    }
    double got[64];
    EXPECT(jc_read(jc_associative_scan(jc_add, x, 1), got));
    for (int i = 0; i < 2 * n; i++) EXPECT_EQ(got[i], want[i]);
    EXPECT(jc_read(jc_associative_scan(jc_add, x, -1, .reverse = true), got));
    for (int i = 0; i < 2 * n; i++) EXPECT_EQ(got[i], back[i]);
  }
  // d/dx0 of the sum of squares of running products
  jc_array g = jc_jit(jc_grad(products))(jc_vector(2, 3, 0.5));
  same(g, jc_vector(2 * (2 + 18 + 4.5), 2 * (12 + 3), 2 * 18), 1e-6);
  EXPECT_OK();
}

// ---- every kind in one nest

static jc_array up(jc_array c, jc_array x) { return jc_sin(jc_mul(c, x)); }
JC_FN(jc_array, up, jc_array, jc_array);
static jc_array down(jc_array c, jc_array x) { return jc_add(c, jc_mul(x, c)); }
JC_FN(jc_array, down, jc_array, jc_array);
static jc_array power(jc_array i, jc_array c, jc_array x) {
  return jc_mul(c, jc_add(x, jc_astype(i, JC_F32)));
}
JC_FN(jc_array, power, jc_array, jc_array, jc_array);
static jc_array powers(jc_array c, jc_array x) { return jc_fori(power, 2)(jc_i32(0), c, x); }
JC_FN(jc_array, powers, jc_array, jc_array);
static Out mixed_step(jc_array c, jc_array x) {
  jc_array i = jc_astype(jc_mul(3, jc_abs(x)), JC_I32);
  return (Out){jc_switch(i, up, down, powers)(c, x), jc_cond(jc_less(c, x), up, down)(c, x)};
}
JC_FN(Out, mixed_step, jc_array, jc_array);
static jc_array mixed(jc_array c, jc_array xs) {
  Out r = jc_scan(mixed_step)(c, xs);
  return jc_add(r.h, jc_sum(r.y));
}
JC_FN(jc_array, mixed, jc_array, jc_array);
static jc_array mixed_by_hand(jc_array c, jc_array xs) {
  jc_array sum = jc_f32(0);
  for (int i = 0; i < STEPS; i++) {
    Out r = mixed_step(c, jc_at(xs, i));
    c = r.h;
    sum = jc_add(sum, r.y);
  }
  return jc_add(c, sum);
}
JC_FN(jc_array, mixed_by_hand, jc_array, jc_array);
static jc_array mixed_batch(jc_array c, jc_array xs) { return jc_sum(jc_vmap(mixed)(c, xs)); }
JC_FN(jc_array, mixed_batch, jc_array, jc_array);

static void nests(void) {
  jc_array xs = jc_mul(0.7, jc_normal(jc_key(11), JC_SHAPE(4, STEPS)));
  jc_array c = jc_vector(0.5, -0.3, 1.1, 0.2);
  jc_array g = jc_jit(jc_grad(mixed_batch))(c, xs), gx = jc_grad_arg(mixed_batch, 1)(c, xs);
  jc_array lanes = jc_jit(jc_vmap(jc_grad(mixed)))(c, xs);
  for (int k = 0; k < 4; k++) {
    jc_array a = jc_at(c, k), b = jc_at(xs, k);
    same(mixed(a, b), mixed_by_hand(a, b), 1e-5);
    same(jc_at(g, k), jc_grad(mixed_by_hand)(a, b), 1e-4);
    same(jc_at(lanes, k), jc_grad(mixed_by_hand)(a, b), 1e-4);
    same(jc_at(gx, k), jc_grad_arg(mixed_by_hand, 1)(a, b), 1e-4);
    same(jc_grad(jc_grad(mixed))(a, b), jc_grad(jc_grad(mixed_by_hand))(a, b), 1e-3);
  }
  EXPECT_OK();
}

// ---- errors

static jc_array grows(jc_array c, jc_array x) { return jc_stack(JC_LIST(c, x), 0); }
JC_FN(jc_array, grows, jc_array, jc_array);
static jc_array counts(jc_array c, jc_array x) {
  return jc_add(jc_astype(c, JC_I32), jc_astype(x, JC_I32));
}
JC_FN(jc_array, counts, jc_array, jc_array);
static jc_array row(jc_array c, jc_array x) { return (void)x, jc_broadcast_to(c, JC_SHAPE(2)); }
JC_FN(jc_array, row, jc_array, jc_array);
static jc_array unknown(jc_array c, jc_array x) { return (void)x, c; }

static void branch_errors(void) {
  jc_array one = jc_f32(1), v = jc_vector(1, 2, 3);
  FAILS(jc_cond(v, sine, product)(one, one), "cond: the predicate is f32[3], not bool[]");
  FAILS(jc_cond(0.5, sine, product)(one, one), "cond: the predicate is f32[], not bool[]");
  FAILS(jc_cond(true, sine, row)(one, one), "cond: result 0 is f32[2] from row, f32[] from sine");
  FAILS(jc_cond(true, sine, counts)(one, one),
        "cond: result 0 is i32[] from counts, f32[] from sine");
  REFUSED(jc_cond(true, sine, unknown)(one, one),
          "cond: this function is unknown: put JC_FN(...) behind it");
  FAILS(jc_switch(1.5, sine, product)(one, one),
        "switch: the index is f32[], not an integer scalar");
  FAILS(jc_switch(jc_bool(true), sine, product)(one, one),
        "switch: the index is bool[], not an integer scalar");
  FAILS(jc_switch(v, sine, product)(one, one),
        "switch: the index is f32[3], not an integer scalar");
}

static void scan_errors(void) {
  jc_array one = jc_f32(1), v = jc_vector(1, 2, 3);
  FAILS(jc_scan(grows)(one, v),
        "scan: grows: argument 0 (jc_array) is carried as f32[], but comes out as f32[2]");
  FAILS(jc_scan(counts)(one, v),
        "scan: counts: argument 0 (jc_array) is carried as f32[], but comes out as i32[]: "
        "jc_astype makes them agree");
  FAILS(jc_scan(up)(one, one),
        "scan: up: argument 1 (jc_array) is f32[]: it has no axis to go along");
  FAILS(jc_scan(up, .length = 4)(one, v),
        "scan: up: argument 1 (jc_array) is f32[3]: 3 along axis 0, not 4 as .length says");
  FAILS(jc_scan(up, .length = -1)(one, v), "scan: .length is -1");
  FAILS(jc_scan(up, .unroll = -1)(one, v), "scan: .unroll is -1");
  FAILS(jc_scan(doubled)(one, JC_NO_XS),
        "scan: doubled: argument 1 has no arrays: .length says how many steps there are");
  FAILS(jc_map(total)(one, one),
        "map: total: argument 0 (jc_array) is f32[]: it has no axis to go along");
  FAILS(jc_scan(pair_step)((Pair){one, one}, (Pair){v, jc_vector(1, 2)}, &(Ctx){one, 1}).sum,
        "scan: pair_step: argument 1 (Pair), leaf 1 is f32[2]: 2 along axis 0, not 3 as in an "
        "array before");
}

static void loop_errors(void) {
  jc_array one = jc_f32(1), v = jc_vector(1, 2, 3);
  FAILS(jc_while(twice, twice)(one, one), "while: twice gives f32[], not bool[]");
  FAILS(jc_while(below, row)(one, one),
        "while: row: argument 0 (jc_array) is carried as f32[], but comes out as f32[2]");
  FAILS(jc_fori(damp, 0.5)(jc_i32(0), one, one), "fori: the bound is f32[], not an integer scalar");
  FAILS(jc_fori(damp, v)(jc_i32(0), one, one), "fori: the bound is f32[3], not an integer scalar");
  REFUSED(jc_jit(jc_cond(true, sine, product))(one, one),
          "jit: a compiled call would keep the predicate");
  REFUSED(jc_jit(jc_vmap(jc_fori(damp, jc_add(jc_i32(1), 1))))(jc_i32(0), v, v),
          "jit: a compiled call would keep the predicate");
  jc_grad(until)(one, one);
  EXPECT(jc_error() && strstr(jc_error(), "while: has no reverse derivative"));
  jc_clear_error();
}

static void associative_scan_errors(void) {
  jc_array one = jc_f32(1), v = jc_vector(1, 2, 3);
  FAILS(jc_associative_scan(jc_add, one, 0), "associative_scan: axis 0 is out of range for f32[]");
  FAILS(jc_associative_scan(jc_less, v, 0),
        "associative_scan: the function gives bool[1] of two f32[1]");
  FAILS(jc_associative_scan(jc_add, (jc_array){0}, 0), "associative_scan: the operand");
  FAILS(jc_tree_associative_scan(after, ((Affine){v, one}), 0).a,
        "tree_associative_scan: axis 0 is out of range for f32[]");
  FAILS(jc_tree_associative_scan(after, ((Affine){v, jc_vector(1, 2)}), 0).b,
        "tree_associative_scan: array 1 is f32[2]: 2 along axis 0, not 3 as in an array before");
  FAILS(jc_tree_associative_scan(widens, ((Affine){v, v}), 0).a,
        "tree_associative_scan: the function gives f16[1] of two f32[1]");
}

int main(void) {
  RUN(scan_steps);
  RUN(scan_nothing);
  RUN(scan_by_length);
  RUN(scan_trees);
  RUN(scan_gradients);
  RUN(choices);
  RUN(choices_by_lane);
  RUN(loops);
  RUN(maps);
  RUN(associative);
  RUN(associative_trees);
  RUN(nests);
  RUN(branch_errors);
  RUN(scan_errors);
  RUN(loop_errors);
  RUN(associative_scan_errors);
  return tests_done();
}
