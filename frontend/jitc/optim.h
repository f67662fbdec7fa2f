// Optimisers and their schedules. Part of jitc.h, which includes it.
#ifndef JITC_OPTIM_H
#define JITC_OPTIM_H

// An optimiser is a constant table; its state lies beside the parameters, in a struct of yours:
//
//   static const jc_opt adam = JC_ADAM(1e-3);
//   typedef JC_OPT_STATE(Mlp) Adam;          // for parameters of the type Mlp
//   ...
//   jc_opt_init(&adam, &params, &state);
//   jc_opt_update(&adam, &params, grads, &state);       // inside a jitted function as a rule
//
// A jc_opt may be a parameter of a function that is transformed; under jc_jit each content of the
// table is compiled for itself. Formulas and defaults are optax's; parameters of f16 and bf16 are
// updated in f32 and have their state in it. Arrays of a jc_params that are called running_.. are
// a network's state (see JC_BATCH_NORM) and stay as they are.

// How the rate changes with the count of updates so far. Of the fields those that a macro below
// names have a meaning; rates are absolute, the table's own is `rate`.
typedef enum jc_schedule_kind_ {
  JC_SCHEDULE_CONSTANT_,
  JC_SCHEDULE_LINEAR_,
  JC_SCHEDULE_EXPONENTIAL_,
  JC_SCHEDULE_COSINE_,
  JC_SCHEDULE_PIECEWISE_
} jc_schedule_kind_;
enum { JC_MOST_PIECES = 8 };
typedef struct jc_schedule {
  jc_schedule_kind_ kind_;
  int staircase;
  double warmup, steps, factor, start, end, exponent;
  double at[JC_MOST_PIECES], scale[JC_MOST_PIECES];
} jc_schedule;

// For the field .schedule of an optimiser:
// JC_LINEAR(n, .end = 0): from rate to end in n updates.
#define JC_LINEAR(...) \
  { .kind_ = JC_SCHEDULE_LINEAR_, .steps = __VA_ARGS__ }
// JC_EXPONENTIAL(n, f, .staircase = true, .end = 1e-5): rate * f^(count / n), not beyond end;
// staircase: count / n is rounded down.
#define JC_EXPONENTIAL(n, ...) \
  { .kind_ = JC_SCHEDULE_EXPONENTIAL_, .steps = (n), .factor = __VA_ARGS__ }
// JC_COSINE(n, .end = 0, .exponent = 1): from rate to end along half a cosine in n updates.
#define JC_COSINE(...) \
  { .kind_ = JC_SCHEDULE_COSINE_, .steps = __VA_ARGS__ }
// JC_WARMUP_COSINE(w, n, .start = 0, .end = 0): from start to rate on a line in w updates, then the
// cosine to end at update n.
#define JC_WARMUP_COSINE(w, ...) \
  { .kind_ = JC_SCHEDULE_COSINE_, .warmup = (w), .steps = __VA_ARGS__ }
// JC_PIECEWISE(.at = {2000, 4000}, .scale = {0.5, 0.1}): from each of these counts on the rate is
// scaled by that factor; at most JC_MOST_PIECES.
#define JC_PIECEWISE(...) \
  { .kind_ = JC_SCHEDULE_PIECEWISE_, __VA_ARGS__ }

typedef enum jc_opt_kind_ {
  JC_OPT_NONE_,
  JC_OPT_SGD_,
  JC_OPT_ADAGRAD_,
  JC_OPT_RMSPROP_,
  JC_OPT_ADAM_,
  JC_OPT_ADAMW_,
  JC_OPT_LION_
} jc_opt_kind_;

// A field that is left out or 0 has its optimiser's default; -0.0 is a zero that is meant.
typedef struct jc_opt {
  jc_opt_kind_ kind_;
  int nesterov;          // sgd, rmsprop: look ahead along the momentum
  double rate;           // times what `schedule` makes of it
  double momentum;       // sgd, rmsprop: 0 (and then it has no state)
  double b1, b2;         // adam: 0.9, 0.999; lion: 0.9, 0.99
  double decay;          // rmsprop: 0.9
  double eps;            // adam, rmsprop: 1e-8; adagrad: 1e-7
  double initial;        // adagrad: what the sums of squares start from, 0.1
  double weight_decay;   // all: rate * weight_decay * p is taken off p; JC_ADAMW 1e-4, lion 1e-3
  double clip;           // all: gradients are clipped to [-clip, clip]; 0: they are not
  double clip_norm;      // all, behind clip: scaled down to this norm over all parameters; 0: not
  int64_t every;         // all: update once in so many calls, by their mean gradient; 1
  jc_schedule schedule;  // all: constant
} jc_opt;

// JC_SGD(1e-2, .momentum = 0.9): p -= rate * g; with momentum m = g + momentum * m, p -= rate * m.
#define JC_SGD(...) \
  { .kind_ = JC_OPT_SGD_, .rate = __VA_ARGS__ }
// JC_MOMENTUM(1e-2, 0.9), JC_NESTEROV(1e-2, 0.9): the same with a name.
#define JC_MOMENTUM(r, ...) \
  { .kind_ = JC_OPT_SGD_, .rate = (r), .momentum = __VA_ARGS__ }
#define JC_NESTEROV(r, ...) \
  { .kind_ = JC_OPT_SGD_, .nesterov = 1, .rate = (r), .momentum = __VA_ARGS__ }
// JC_ADAGRAD(1e-2): v += g^2, p -= rate * g / sqrt(v + eps).
#define JC_ADAGRAD(...) \
  { .kind_ = JC_OPT_ADAGRAD_, .rate = __VA_ARGS__ }
// JC_RMSPROP(1e-3): v the running mean of g^2, p -= rate * g / sqrt(v + eps).
#define JC_RMSPROP(...) \
  { .kind_ = JC_OPT_RMSPROP_, .rate = __VA_ARGS__ }
// JC_ADAM(1e-3): running means m of g and v of g^2, p -= rate * m' / (sqrt(v') + eps), m' and v'
// freed from their start at 0. JC_ADAMW: with weight decay.
#define JC_ADAM(...) \
  { .kind_ = JC_OPT_ADAM_, .rate = __VA_ARGS__ }
#define JC_ADAMW(...) \
  { .kind_ = JC_OPT_ADAMW_, .rate = __VA_ARGS__ }
// JC_LION(1e-4): p -= rate * sign(b1 * m + (1 - b1) * g), m the running mean of g by b2.
#define JC_LION(...) \
  { .kind_ = JC_OPT_LION_, .rate = __VA_ARGS__ }

// The state for parameters of type T: `step` counts calls of jc_opt_update (i32), the others are
// trees like the parameters: m and v as above, sum the gradients since the last update where .every
// is above 1. Trees that an optimiser has no use for hold empty arrays (f32[0]): SGD without
// momentum keeps the count alone.
#define JC_OPT_STATE(T) \
  struct {              \
    jc_array step;      \
    T m, v, sum;        \
  }

// jc_opt_init(&adam, &params, &state): the state before the first update. The parameters are floats
// of any dtype; their values do not matter.
bool jc_opt_init_(const jc_opt *opt, const void *unit, size_t size, const void *params, void *state,
                  JC_AT_);
#define jc_opt_init(opt, params, state) \
  jc_opt_init_(opt, &jc_unit_, JC_OPT_SIZE_(params, state), params, state, JC_HERE)
// The size of the parameters; does not compile for a state of another type.
#define JC_OPT_SIZE_(params, state) (sizeof(1 ? *(params) : (state)->m))

// jc_opt_update(&adam, &params, grads, &state): changes params and state by one step along the
// gradients, which have the type and shapes of the parameters. With .rate = r, a scalar, in place
// of what the table says. False after an error, with params and state as they were: for gradients
// or a state of other shapes than the parameters.
struct jc_opt_update {
  void *state;
  jc_array rate;
};
bool jc_opt_update_(const jc_opt *opt, const void *unit, size_t size, void *params,
                    const void *grads, struct jc_opt_update u, JC_AT_);
#define jc_opt_update(opt, params, grads, ...)                                                  \
  jc_opt_update_(opt, &jc_unit_, JC_OPT_SIZE_(params, JC_FIRST_(__VA_ARGS__)), params,          \
                 JC_COPY_LIKE_(*(params), grads), (struct jc_opt_update){.state = __VA_ARGS__}, \
                 JC_HERE)

// jc_opt_rate(&adam, &state): the rate of the next update, f32.
jc_array jc_opt_rate_(const jc_opt *opt, const void *state, JC_AT_);
#define jc_opt_rate(opt, state) jc_opt_rate_(opt, ((void)sizeof((state)->step), (state)), JC_HERE)

#endif
