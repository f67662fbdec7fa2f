// Fourier transforms along several axes in terms of those of parts along one.
#include "compiler/complex_rows.h"
#include "compiler/legalize.h"
#include "compiler/rules.h"

static Parts along(Graph *g, Parts x, int axis, bool backwards) {
  const Id first =
      graph_add(g, OP_dft, 2, (Id[]){x.re, x.im}, &(Attrs){.axis = axis, .backwards = backwards});
  return (Parts){first, first == NO_ID ? first : first + 1};
}

static Parts of_real(Graph *g, Id x) {
  const Id first = graph_add(g, OP_rdft, 1, &x, NULL);
  return (Parts){first, first == NO_ID ? first : first + 1};
}

static Id to_real(Graph *g, Parts x, int64_t n) {
  return graph_add(g, OP_irdft, 2, (Id[]){x.re, x.im}, &(Attrs){.size = n});
}

// Inverse ones are divided by the number of elements.
void legalize_fft(Legalize *s) {
  Graph *g = s->g;
  const Op op = s->node->op;
  const Ints length = s->node->attrs->length;
  const Type t = legalize_arg(s, 0);
  const int first = t.rank - length.n, last = t.rank - 1;
  const bool backwards = op == OP_ifft || op == OP_irfft;
  double count = 1;
  for (int i = 0; i < length.n; i++) count *= (double)length.v[i];
  if (!type_count(t)) {
    Type none = t;
    int64_t dim[MAX_RANK];
    for (int i = 0; i < t.rank; i++) dim[i] = i < first ? t.dim[i] : length.v[i - first];
    if (op == OP_rfft) dim[last] = dim[last] / 2 + 1;
    none.dim = dim;
    none.dtype = op == OP_irfft ? dtype_part(t.dtype) : dtype_complex(t.dtype);
    s->results[0] = b_full(g, none, 0);
    return;
  }
  Parts x = op == OP_rfft ? of_real(g, s->args[0])
                          : (Parts){b_real(g, s->args[0]), b_imag(g, s->args[0])};
  for (int axis = first; axis < last; axis++) x = along(g, x, axis, backwards);
  if (op == OP_fft || op == OP_ifft) x = along(g, x, last, backwards);
  if (op == OP_irfft) x = (Parts){to_real(g, x, length.v[length.n - 1]), NO_ID};
  if (failed()) return;
  if (backwards) x.re = b_div(g, x.re, b_like(g, x.re, count));
  if (op == OP_ifft) x.im = b_div(g, x.im, b_like(g, x.im, count));
  s->results[0] = op == OP_irfft ? x.re : b_complex(g, x.re, x.im);
}
