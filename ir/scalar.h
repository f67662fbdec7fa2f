// Scalar DAGs: what is computed per element. Math functions expand into them, kernels are made of
// them. Operations are the elementwise rows of ops.def; there is no second list.
#ifndef JITC_IR_SCALAR_H
#define JITC_IR_SCALAR_H
#include "ir/op.h"

typedef uint32_t Sid;  // a node of a Dag
enum { NO_SID = UINT32_MAX };

typedef enum ScalarKind {
  S_CONST,  // imm: the bits, in the low bytes
  S_INPUT,  // imm: number of the input (expansions and their tests)
  S_OP,     // op over args; convert and bitcast_convert go from args[0]'s dtype to dtype
  S_TABLE,  // element args[0] (i32, in range by construction) of the constant table number imm
  S_RARE,   // args[0] ? args[2] : args[1]; a target may skip args[2] (the slow value) when no lane
            // asks for it
  S_AXIS,   // kernels: i64 index along axis imm
  S_LOAD,   // kernels: element of a buffer through access number imm
  S_STAGE,  // kernels: value of the earlier stage number imm at this point
  S_CARRY,  // kernels: inside a loop, what it carries (imm: scalar_carried)
  S_FINAL,  // kernels: that after the last iteration
} ScalarKind;

typedef struct Scalar {
  ScalarKind kind;
  Op op;
  Dtype dtype;
  int nargs;
  Sid args[3];
  uint64_t imm;
} Scalar;

typedef struct ScalarTable {
  Dtype dtype;
  int n;
  const void *data;
} ScalarTable;

// Nodes are hash-consed and stand in topological order.
typedef struct Dag {
  Arena *arena;
  Scalar *nodes;
  ScalarTable *tables;
  uint32_t *slots;
  int n, cap, ntables, tables_cap, nslots;
  bool (*keeps)(Op op);  // functions that are not expanded; NULL: all are
} Dag;

void dag_init(Dag *d, Arena *a);
static inline const Scalar *dag_node(const Dag *d, Sid s) { return &d->nodes[s]; }

Sid s_const(Dag *d, Dtype t, double v);
Sid s_const_int(Dag *d, Dtype t, int64_t v);
Sid s_const_bits(Dag *d, Dtype t, uint64_t bits);
Sid s_input(Dag *d, Dtype t, int i);
Sid s_leaf(Dag *d, ScalarKind kind, Dtype t, uint64_t imm);  // S_AXIS, S_LOAD, S_STAGE, ...

// Any elementwise row of ops.def. Rows with an EXPAND column are expanded here, so that a Dag holds
// only rows with a C column, convert and bitcast_convert; halves are computed with in f32.
// Constants fold, and identities exact in IEEE apply. attrs: for integer_pow (exponent), convert
// and bitcast_convert (dtype); may be NULL otherwise.
Sid s_op(Dag *d, Op op, int nargs, const Sid *args, const Attrs *attrs);
Sid s_convert(Dag *d, Sid x, Dtype t);
Sid s_bitcast(Dag *d, Sid x, Dtype t);
// What an operation on halves is to a target that has none: a value over S_INPUT nodes, one for
// each operand. Nodes with halves in it are bitcasts to and from u16, and (unless `op` is one)
// conversions from and to f32, which are to be asked for in their turn.
Sid s_half_meaning(Dag *d, Op op, Dtype in, Dtype out);
// Whether the meaning of an operation is to be asked for: it computes with halves.
static inline bool s_half_op(Op op, Dtype in, Dtype out) {
  if (op == OP_bitcast_convert || op == OP_select || op == OP_stop_gradient) return false;
  if (op == OP_nextafter) return false;  // expands into operations on the bits
  return dtype_is_half(in) || dtype_is_half(out);
}
Sid s_table(Dag *d, Dtype t, int n, const void *values, Sid index);
Sid s_rare(Dag *d, Sid cond, Sid fast, Sid slow);

// s_add(d, x, y), s_neg(d, x), ...: one per elementwise row without attributes.
#define OP(name, ...)
#define MAP1(name, cols) \
  static inline Sid s_##name(Dag *d, Sid x) { return s_op(d, OP_##name, 1, &x, NULL); }
#define MAP2(name, cols)                               \
  static inline Sid s_##name(Dag *d, Sid x, Sid y) {   \
    return s_op(d, OP_##name, 2, (Sid[]){x, y}, NULL); \
  }
#define MAP3(name, cols)                                    \
  static inline Sid s_##name(Dag *d, Sid x, Sid y, Sid z) { \
    return s_op(d, OP_##name, 3, (Sid[]){x, y, z}, NULL);   \
  }
#define PART1(name, cols) MAP1(name, cols)
#define PRED1(name, cols) MAP1(name, cols)
#define PRED2(name, cols) MAP2(name, cols)
#define PICK(name, cols) MAP3(name, cols)
#include "ir/ops.def"
#endif
