// The parts of the StableHLO printer among themselves.
#ifndef JITC_COMPILER_MLIR_H
#define JITC_COMPILER_MLIR_H
#include "compiler/legalize.h"
#include "compiler/stablehlo.h"
#include "ir/names.h"
#include "ir/text.h"

// One file being written.
typedef struct Mlir {
  Text out;
  Text before;  // lines that go in front of the op being written: its constants
  Arena *arena;
  const char *top;
  Names symbols;  // of private functions
  struct MlirFunc {
    const Graph *body;
    const char *name;
  } * funcs;  // called so far; written one after the other
  int nfuncs, cap;
  int values;  // numbers given out in this function
} Mlir;

// A function or a region: what its values are called.
typedef struct MlirScope {
  Mlir *m;
  const Graph *g;
  const char **name;
  int indent;
} MlirScope;

// How an op is written: by `print` (what stands behind "%1 = "), under `name` where print asks for
// it, or after `rule` has put it in terms of others: for all nodes, or those that `wants` names.
typedef struct MlirForm {
  void (*print)(MlirScope *s, const Node *n);
  const char *name;
  LegalizeRule *rule;
  bool (*wants)(const Graph *g, const Node *n);
  int extra;  // results that the op has there in front of ours
} MlirForm;
extern const MlirForm mlir_forms[OP_COUNT];

// ---- rules (mlir_rules.c)

LegalizeRule mlir_power, mlir_exp2, mlir_pass, mlir_fma, mlir_expanded, mlir_masked_gather,
    mlir_unsigned_sign, mlir_same_starts, mlir_scalar_scatter, mlir_by_parts, mlir_dft, mlir_rdft,
    mlir_irdft;
bool mlir_fills(const Graph *g, const Node *n);            // a gather that fills
bool mlir_is_unsigned(const Graph *g, const Node *n);      // its first operand
bool mlir_is_complex(const Graph *g, const Node *n);       // its first operand
bool mlir_reduces_nothing(const Graph *g, const Node *n);  // along no axes, where it is its operand
bool mlir_is_scalar(const Graph *g, const Node *n);        // its first operand
bool mlir_mixed_starts(const Graph *g, const Node *n);     // a dynamic slice

// ---- windows (mlir_windows.c)

LegalizeRule mlir_affine, mlir_scalar_window;
void mlir_conv(MlirScope *s, const Node *n);
void mlir_reduce_window(MlirScope *s, const Node *n);
void mlir_select_and_scatter(MlirScope *s, const Node *n);

// ---- text (mlir_text.c)

void mlir_type(Text *out, Type t);
void mlir_operands(MlirScope *s, const Node *n);      // "%0, %arg1"
void mlir_types(MlirScope *s, const Node *n);         // "(T, T) -> T"
void mlir_result_types(MlirScope *s, const Node *n);  // "T", "(T, T)"
void mlir_same_types(MlirScope *s, const Node *n);    // "T" where all are equal, else mlir_types
void mlir_ints(Text *out, Ints v);                    // "[0, 1]"
const char *mlir_fresh(Mlir *m);                      // the next name of a value
void mlir_line(Mlir *m, int indent);                  // starts a line
const char *mlir_callee(Mlir *m, const Graph *body);
// A constant of one element as a line of its own in front of the op; its name.
const char *mlir_scalar(MlirScope *s, Dtype d, const void *element);
void mlir_literal(Text *out, const Literal *l);  // "dense<..> : T"
// The nodes of a region and its return; its parameters have the names in `params`.
void mlir_region(MlirScope *s, const Graph *g, const char *const *params);
#endif
