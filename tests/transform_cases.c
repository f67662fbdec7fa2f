// Transformations of reductions, contractions, shape, indexing and control ops: one graph per way
// of using an op.
#include "tests/control_cases.h"
#include "tests/transform.h"

static const char *const cases[] = {
    // reductions
    "def f(x: f64[2,5]) -> f64[2,3]:\n"
    "    a: c128[2,3] = rfft(x, length=(5,))\n"
    "    b: c128[2,3] = fft(a, length=(2, 3))\n"
    "    c: c128[2,3] = ifft(b, length=(3,))\n"
    "    d: f64[2,5] = irfft(c, length=(5,))\n"
    "    r: f64[2,3] = slice(d, start=(0, 1), limit=(2, 4), stride=(1, 1))\n"
    "    return r\n",
    "def f(x: f64[3,2], y: f64[3,2]) -> (f64[3,2], f64[3,2]):\n"
    "    a, b = dft[f64[3,2], f64[3,2]](x, y, axis=0, backwards=0)\n"
    "    c, d = dft[f64[3,2], f64[3,2]](a, b, axis=1, backwards=1)\n"
    "    e: f64[3,2] = mul(c, d)\n"
    "    return a, e\n",
    "def f(x: f64[2,5], y: f64[2,4]) -> (f64[2,3], f64[2,3], f64[2,3]):\n"
    "    a, b = rdft[f64[2,3], f64[2,3]](x)\n"
    "    c, d = rdft[f64[2,3], f64[2,3]](y)\n"
    "    e: f64[2,3] = mul(a, c)\n"
    "    h: f64[2,3] = mul(b, d)\n"
    "    return b, e, h\n",
    "def f(x: f64[2,3], y: f64[2,3]) -> (f64[2,5], f64[2,4]):\n"
    "    a: f64[2,5] = irdft(x, y, size=5)\n"
    "    b: f64[2,4] = irdft(y, x, size=4)\n"
    "    c: f64[2,4] = mul(b, b)\n"
    "    return a, c\n",
    "def f(x: f64[2,2], y: f64[2,3]) -> f64[2,3]:\n"
    "    t: f64[2,2] = transpose(x, perm=(1, 0))\n"
    "    s: f64[2,2] = dot(x, t, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
    "    a: f64[2,2] = add(s, f64[2,2]([8.0, 1.0, 1.0, 8.0]))\n"
    "    l: f64[2,2] = cholesky(a, lower=1)\n"
    "    r: f64[2,3] = triangular_solve(l, y, lower=1, left_side=1, unit_diagonal=0, "
    "transpose_a=0)\n"
    "    return r\n",
    "def f(x: f64[2,2]) -> f64[2,2]:\n"
    "    a: f64[2,2] = add(x, f64[2,2]([8.0, 1.0, 1.0, 8.0]))\n"
    "    u, p, q = lu[f64[2,2], i32[2], i32[2]](a)\n"
    "    return u\n",
    "def f(x: f64[2,2]) -> (f64[2,2], f64[2]):\n"
    "    a: f64[2,2] = add(x, f64[2,2]([8.0, 3.0, 3.0, 20.0]))\n"
    "    v, w = eigh[f64[2,2], f64[2]](a, lower=1)\n"
    "    s: f64[2,2] = mul(v, v)\n"
    "    return s, w\n",
    "def f(x: f64[3,2]) -> (f64[3,2], f64[2,2]):\n"
    "    a: f64[3,2] = add(x, f64[3,2]([8.0, 3.0, 3.0, 20.0, 5.0, 1.0]))\n"
    "    q, r = qr[f64[3,2], f64[2,2]](a, full_matrices=0)\n"
    "    return q, r\n",
    "def f(x: f64[2,3]) -> (f64[2,2], f64[2,3]):\n"
    "    a: f64[2,3] = add(x, f64[2,3]([8.0, 3.0, 3.0, 20.0, 5.0, 1.0]))\n"
    "    q, r = qr[f64[2,2], f64[2,3]](a, full_matrices=0)\n"
    "    return q, r\n",
    "def f(x: f64[3,2]) -> (f64[3,2], f64[2], f64[2,2]):\n"
    "    a: f64[3,2] = add(x, f64[3,2]([8.0, 3.0, 3.0, 20.0, 5.0, 1.0]))\n"
    "    u, s, v = svd[f64[3,2], f64[2], f64[2,2]](a, full_matrices=0)\n"
    "    a2: f64[3,2] = mul(u, u)\n"
    "    b2: f64[2,2] = mul(v, v)\n"
    "    return a2, s, b2\n",
    "def f(x: f64[2,3]) -> (f64[2,2], f64[2], f64[2,3]):\n"
    "    a: f64[2,3] = add(x, f64[2,3]([8.0, 3.0, 3.0, 20.0, 5.0, 1.0]))\n"
    "    u, s, v = svd[f64[2,2], f64[2], f64[2,3]](a, full_matrices=0)\n"
    "    a2: f64[2,2] = mul(u, u)\n"
    "    b2: f64[2,3] = mul(v, v)\n"
    "    return a2, s, b2\n",
    "def f(x: f64[2,3,4]) -> f64[2,4]:\n"
    "    r: f64[2,4] = reduce_sum(x, axes=(1,), order=cols)\n"
    "    return r\n",
    "def f(x: f64[2,3,4]) -> f64[3]:\n"
    "    r: f64[3] = reduce_sum(x, axes=(0, 2), order=rows)\n"
    "    return r\n",
    "def f(x: f64[2,5,3]) -> f64[5]:\n"
    "    r: f64[5] = reduce_prod(x, axes=(0, 2), order=rows)\n"
    "    return r\n",
    "def f(x: f64[7]) -> f64:\n"
    "    r: f64 = reduce_prod(x, axes=(0,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[2,1]) -> f64[2]:\n"
    "    r: f64[2] = reduce_prod(x, axes=(1,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[2,3,4]) -> (f64[3], f64[2,3]):\n"
    "    r: f64[3] = reduce_max(x, axes=(0, 2), order=rows)\n"
    "    s: f64[2,3] = reduce_min(x, axes=(2,), order=rows)\n"
    "    return r, s\n",
    "def f(x: f64[2,0]) -> (f64[2], f64[2], f64[2]):\n"
    "    r: f64[2] = reduce_sum(x, axes=(1,), order=rows)\n"
    "    s: f64[2] = reduce_prod(x, axes=(1,), order=rows)\n"
    "    t: f64[2] = reduce_max(x, axes=(1,), order=rows)\n"
    "    return r, s, t\n",
    "def f(x: bool[2,3], y: i32[2,3], z: f64) -> (bool[2], i32[3], bool[3], i32, f64):\n"
    "    r: bool[2] = reduce_and(x, axes=(1,), order=rows)\n"
    "    s: i32[3] = reduce_or(y, axes=(0,), order=cols)\n"
    "    t: bool[3] = reduce_or(x, axes=(0,), order=cols)\n"
    "    u: i32 = reduce_sum(y, axes=(0, 1), order=rows)\n"
    "    return r, s, t, u, z\n",
    "def f(x: f64[2,3,4]) -> (i32[2,4], i32[2,3], f64[2,4]):\n"
    "    i: i32[2,4] = argmax(x, axis=1)\n"
    "    k: i32[2,3] = argmin(x, axis=2)\n"
    "    r: f64[2,4] = convert(i, dtype=f64)\n"
    "    return i, k, r\n",
    // windows
    "def f(x: f64[5,4], v: f64) -> f64[4,3,2,2]:\n"
    "    r: f64[4,3,2,2] = affine(x, v, shape=(4, 3, 2, 2), map=(2, 0, 1, 0, 0, 1, 0, -2),"
    " start=(-2, 1), stride=(1, 1))\n"
    "    return r\n",
    "def f(x: f64[5,4], v: f64) -> f64[7,3]:\n"
    "    r: f64[7,3] = affine(x, v, shape=(7, 3), map=(3, 2, 0, 1), start=(-2, 1),"
    " stride=(2, 1))\n"
    "    return r\n",
    "def f(x: f64[2,5,6,3], k: f64[3,2,3,4]) -> f64[2,3,6,4]:\n"
    "    r: f64[2,3,6,4] = conv(x, k, lhs_dims=(0, 3, 1, 2), rhs_dims=(3, 2, 0, 1),"
    " out_dims=(0, 3, 1, 2), stride=(2, 1), low=(1, 1), high=(1, 1), lhs_dilation=(1, 1),"
    " rhs_dilation=(1, 2), feature_groups=1, batch_groups=1)\n"
    "    return r\n",
    "def f(x: f64[2,4,5], k: f64[6,2,3]) -> f64[2,6,4]:\n"
    "    r: f64[2,6,4] = conv(x, k, lhs_dims=(0, 1, 2), rhs_dims=(0, 1, 2), out_dims=(0,"
    " 1, 2), stride=(2,), low=(1,), high=(0,), lhs_dilation=(2,), rhs_dilation=(1,),"
    " feature_groups=2, batch_groups=1)\n"
    "    return r\n",
    "def f(x: f64[4,5,3], k: f64[2,3,4]) -> f64[2,4,4]:\n"
    "    r: f64[2,4,4] = conv(x, k, lhs_dims=(0, 2, 1), rhs_dims=(2, 1, 0), out_dims=(0,"
    " 2, 1), stride=(1,), low=(0,), high=(0,), lhs_dilation=(1,), rhs_dilation=(1,),"
    " feature_groups=1, batch_groups=2)\n"
    "    return r\n",
    "def f(x: f64[2,3], k: f64[3,4]) -> f64[4,2]:\n"
    "    r: f64[4,2] = conv(x, k, lhs_dims=(0, 1), rhs_dims=(1, 0), out_dims=(1, 0),"
    " feature_groups=1, batch_groups=1)\n"
    "    return r\n",
    "def f(x: f64[7,3], i: f64) -> f64[4,4]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = add(a, b)\n"
    "        return r\n"
    "    r: f64[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f64[7,3], i: f64) -> f64[4,4]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = max(a, b)\n"
    "        return r\n"
    "    r: f64[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f64[7,3], i: f64) -> f64[4,4]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = mul(a, b)\n"
    "        return r\n"
    "    r: f64[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f64[7,3], i: f64) -> f64[4,4]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = sub(a, b)\n"
    "        return r\n"
    "    r: f64[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f64[7,3], s: f64[4,3], i: f64) -> f64[7,3]:\n"
    "    def choose(a: f64, b: f64) -> bool:\n"
    "        r: bool = ge(a, b)\n"
    "        return r\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = add(a, b)\n"
    "        return r\n"
    "    r: f64[7,3] = select_and_scatter(x, s, i, window=(3, 1), stride=(2, 1), low=(1,"
    " 0), high=(1, 0), cond=choose, body=combine)\n"
    "    return r\n",
    "def f(x: f64[3,70]) -> f64[3,70]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = add(a, b)\n"
    "        return r\n"
    "    r: f64[3,70] = cumulative(x, axis=1, backwards=0, body=combine)\n"
    "    return r\n",
    "def f(x: f64[3,7]) -> f64[3,7]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = add(a, b)\n"
    "        return r\n"
    "    r: f64[3,7] = cumulative(x, axis=1, backwards=1, body=combine)\n"
    "    return r\n",
    "def f(x: f64[2,6]) -> f64[2,6]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = mul(a, b)\n"
    "        return r\n"
    "    r: f64[2,6] = cumulative(x, axis=1, backwards=0, body=combine)\n"
    "    return r\n",
    "def f(x: f64[5,1]) -> f64[5,1]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = max(a, b)\n"
    "        return r\n"
    "    r: f64[5,1] = cumulative(x, axis=1, backwards=1, body=combine)\n"
    "    return r\n",
    "def f(x: f64[2,130]) -> f64[2,130]:\n"
    "    def combine(a: f64, b: f64) -> f64:\n"
    "        r: f64 = min(a, b)\n"
    "        return r\n"
    "    r: f64[2,130] = cumulative(x, axis=1, backwards=0, body=combine)\n"
    "    return r\n",
    // contractions: plain, with batch, several contracted in another order, outer, none free
    "def f(x: f64[3,4], y: f64[4,2]) -> f64[3,2]:\n"
    "    r: f64[3,2] = dot(x, y, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
    "    return r\n",
    "def f(x: f64[3,4], y: f64[2,4]) -> f64[3,2]:\n"
    "    r: f64[3,2] = dot(x, y, lhs_contract=(1,), rhs_contract=(1,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[2,5,3,4], y: f64[4,5,6,2]) -> f64[2,3,6]:\n"
    "    r: f64[2,3,6] = dot(x, y, lhs_batch=(0,), rhs_batch=(3,), lhs_contract=(1, 3),"
    " rhs_contract=(1, 0), order=chain)\n"
    "    return r\n",
    "def f(x: f64[3,2,4], y: f64[4,3,5,2]) -> f64[2,3,5]:\n"
    "    r: f64[2,3,5] = dot(x, y, lhs_batch=(1, 0), rhs_batch=(3, 1), lhs_contract=(2,),"
    " rhs_contract=(0,), order=chain)\n"
    "    return r\n",
    "def f(x: f64[3], y: f64[2]) -> f64[3,2]:\n"
    "    r: f64[3,2] = dot(x, y, order=chain)\n"
    "    return r\n",
    "def f(x: f64[5], y: f64[5]) -> f64:\n"
    "    r: f64 = dot(x, y, lhs_contract=(0,), rhs_contract=(0,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[3,4]) -> f64[3,3]:\n"
    "    r: f64[3,3] = dot(x, x, lhs_contract=(1,), rhs_contract=(1,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[3,0], y: f64[0,2]) -> f64[3,2]:\n"
    "    r: f64[3,2] = dot(x, y, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
    "    return r\n",
    // shape
    "def f(x: f64[3,1,2]) -> f64[2,5,4,3]:\n"
    "    r: f64[2,5,4,3] = broadcast(x, shape=(2, 5, 4, 3), dims=(3, 1, 0))\n"
    "    return r\n",
    "def f(x: f64) -> f64[2,3]:\n"
    "    r: f64[2,3] = broadcast(x, shape=(2, 3))\n"
    "    return r\n",
    "def f(x: f64[2], y: f64[3,2]) -> f64[3,2]:\n"
    "    a: f64[3,2] = broadcast(x, shape=(3, 2), dims=(1,))\n"
    "    r: f64[3,2] = mul(a, y)\n"
    "    return r\n",
    "def f(x: f64[2], y: f64[2,3]) -> f64[4,2,3]:\n"
    "    a: f64[2,3] = broadcast(x, shape=(2, 3), dims=(0,))\n"
    "    b: f64[2,3] = sub(y, a)\n"
    "    r: f64[4,2,3] = broadcast(b, shape=(4, 2, 3), dims=(1, 2))\n"
    "    return r\n",
    "def f(x: f64[2,6]) -> f64[2,3,2]:\n"
    "    r: f64[2,3,2] = reshape(x, shape=(2, 3, 2))\n"
    "    return r\n",
    "def f(x: f64[2,6]) -> f64[3,4]:\n"
    "    r: f64[3,4] = reshape(x, shape=(3, 4))\n"
    "    return r\n",
    "def f(x: f64[1,1]) -> f64:\n"
    "    r: f64 = reshape(x)\n"
    "    return r\n",
    "def f(x: f64[2,3,4]) -> f64[4,2,3]:\n"
    "    r: f64[4,2,3] = transpose(x, perm=(2, 0, 1))\n"
    "    return r\n",
    "def f(x: f64[5,7]) -> f64[2,3]:\n"
    "    r: f64[2,3] = slice(x, start=(1, 0), limit=(4, 7), stride=(2, 3))\n"
    "    return r\n",
    "def f(x: f64[5]) -> f64[0]:\n"
    "    r: f64[0] = slice(x, start=(2,), limit=(2,), stride=(1,))\n"
    "    return r\n",
    "def f(x: f64[3,2], v: f64) -> f64[7,4]:\n"
    "    r: f64[7,4] = pad(x, v, low=(1, 0), high=(1, 2), interior=(1, 0))\n"
    "    return r\n",
    "def f(x: f64[5,3], v: f64) -> f64[5,5]:\n"
    "    r: f64[5,5] = pad(x, v, low=(-1, 1), high=(-3, -1), interior=(1, 1))\n"
    "    return r\n",
    "def f(x: f64[0], v: f64) -> f64[3]:\n"
    "    r: f64[3] = pad(x, v, low=(1,), high=(2,), interior=(2,))\n"
    "    return r\n",
    "def f(x: f64[2,3,2]) -> f64[2,3,2]:\n"
    "    r: f64[2,3,2] = reverse(x, axes=(0, 2))\n"
    "    return r\n",
    "def f(x: f64[2,1], y: f64[2,3], z: f64[2,0]) -> f64[2,5]:\n"
    "    r: f64[2,5] = concatenate(x, y, z, x, axis=1)\n"
    "    return r\n",
    "def f(x: f64[2,3]) -> f64[2,3]:\n"
    "    i: f64[2,3] = iota(dtype=f64, shape=(2, 3), axis=1)\n"
    "    r: f64[2,3] = mul(x, i)\n"
    "    return r\n",
    // indexing: rows, x[perm], pairs, windows, batch dimensions, both modes; indices from -2 to 6
    "def f(x: f64[4,3], i: i32[5]) -> f64[5,3]:\n"
    "    r: f64[5,3] = gather(x, i, offset_dims=(1,), collapsed_dims=(0,), index_map=(0,),"
    " index_vector_dim=1, slice_sizes=(1, 3), mode=clip)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[2,5]) -> f64[3,2,5]:\n"
    "    r: f64[3,2,5] = gather(x, i, offset_dims=(0,), collapsed_dims=(0,), index_map=(0,),"
    " index_vector_dim=2, slice_sizes=(1, 3), mode=fill)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[2,5]) -> f64[5]:\n"
    "    r: f64[5] = gather(x, i, collapsed_dims=(0, 1), index_map=(1, 0),"
    " index_vector_dim=0, slice_sizes=(1, 1), mode=clip)\n"
    "    return r\n",
    "def f(x: f64[5,4,3], i: i32[6,2]) -> f64[2,6,2]:\n"
    "    r: f64[2,6,2] = gather(x, i, offset_dims=(0, 2), collapsed_dims=(1,), index_map=(2, 0),"
    " index_vector_dim=1, slice_sizes=(2, 1, 2), mode=clip)\n"
    "    return r\n",
    "def f(x: f64[3,4,2], i: i64[2,3,5]) -> f64[2,3,5]:\n"
    "    r: f64[2,3,5] = gather(x, i, collapsed_dims=(1,), operand_batch=(0, 2),"
    " index_batch=(1, 0), index_map=(1,), index_vector_dim=3, slice_sizes=(1, 1, 1), mode=fill)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[5], u: f64[5,3]) -> f64[4,3]:\n"
    "    r: f64[4,3] = scatter_add(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[5,4,3], i: i32[6,2], u: f64[2,6,2]) -> f64[5,4,3]:\n"
    "    r: f64[5,4,3] = scatter_add(x, i, u, offset_dims=(0, 2), collapsed_dims=(1,),"
    " index_map=(2, 0), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[3,4,2], i: i64[2,3,5], u: f64[2,3,5]) -> f64[3,4,2]:\n"
    "    r: f64[3,4,2] = scatter_add(x, i, u, collapsed_dims=(1,), operand_batch=(0, 2),"
    " index_batch=(1, 0), index_map=(1,), index_vector_dim=3)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[5], u: f64[5,3]) -> f64[4,3]:\n"
    "    r: f64[4,3] = scatter_set(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[5], u: f64[5,3]) -> f64[4,3]:\n"
    "    r: f64[4,3] = scatter_mul(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    // Of factors without a tangent: linear in x.
    "def f(x: f64[4,3], i: i32[5]) -> f64[4,3]:\n"
    "    u: f64[5,3] = iota(dtype=f64, shape=(5, 3), axis=1)\n"
    "    r: f64[4,3] = scatter_mul(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[5], u: f64[5,3]) -> f64[4,3]:\n"
    "    r: f64[4,3] = scatter_max(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[5], u: f64[5,3]) -> f64[4,3]:\n"
    "    r: f64[4,3] = scatter_min(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: i32[4,3], i: i32[5], u: i32[5,3]) -> i32[4,3]:\n"
    "    r: i32[4,3] = scatter_and(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: i32[4,3], i: i32[5], u: i32[5,3]) -> i32[4,3]:\n"
    "    r: i32[4,3] = scatter_or(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: i32[4,3], i: i32[5], u: i32[5,3]) -> i32[4,3]:\n"
    "    r: i32[4,3] = scatter_xor(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: bool[4,3], i: i32[5], u: bool[5,3]) -> bool[4,3]:\n"
    "    r: bool[4,3] = scatter_add(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[5,4,3], i: i32[6,2], u: f64[2,6,2]) -> f64[5,4,3]:\n"
    "    r: f64[5,4,3] = scatter_set(x, i, u, offset_dims=(0, 2), collapsed_dims=(1,),"
    " index_map=(2, 0), index_vector_dim=1)\n"
    "    return r\n",
    "def f(x: f64[3,4,2], i: i64[2,3,5], u: f64[2,3,5]) -> f64[3,4,2]:\n"
    "    r: f64[3,4,2] = scatter_mul(x, i, u, collapsed_dims=(1,), operand_batch=(0, 2),"
    " index_batch=(1, 0), index_map=(1,), index_vector_dim=3)\n"
    "    return r\n",
    // bodies of scalars
    "def f(x: f64[4,3], y: f64[4,3], i: i32[5], u: f64[5,3], v: f64[5,3]) -> (f64[4,3], "
    "f64[4,3]):\n"
    "    def body(a: f64, b: f64, c: f64, d: f64) -> (f64, f64):\n"
    "        p: f64 = mul(a, d)\n"
    "        q: f64 = add(p, c)\n"
    "        s: f64 = sub(b, c)\n"
    "        return q, s\n"
    "    r, t = scatter[f64[4,3], f64[4,3]](x, y, i, u, v, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1, body=body)\n"
    "    return r, t\n",
    "def f(x: f64[5,4,3], i: i32[6,2], u: f64[2,6,2]) -> f64[5,4,3]:\n"
    "    def body(a: f64, b: f64) -> f64:\n"
    "        p: f64 = mul(a, b)\n"
    "        q: f64 = sub(p, b)\n"
    "        return q\n"
    "    r: f64[5,4,3] = scatter(x, i, u, offset_dims=(0, 2), collapsed_dims=(1,),"
    " index_map=(2, 0), index_vector_dim=1, body=body)\n"
    "    return r\n",
    "def f(x: f64[5,3,2], y: f64[5,3,2], p: f64, q: f64) -> (f64[3], f64[3]):\n"
    "    def body(a: f64, b: f64, c: f64, d: f64) -> (f64, f64):\n"
    "        m: f64 = mul(a, d)\n"
    "        n: f64 = add(m, c)\n"
    "        o: f64 = mul(b, d)\n"
    "        return n, o\n"
    "    r, s = reduce[f64[3], f64[3]](x, y, p, q, axes=(0, 2), body=body)\n"
    "    return r, s\n",
    "def f(x: f64[3,7], p: f64) -> (f64[3], f64[3,7]):\n"
    "    def body(a: f64, b: f64) -> f64:\n"
    "        z: i32 = convert(b, dtype=i32)\n"
    "        t: f64[2] = broadcast(a, shape=(2,))\n"
    "        c: f64 = reduce_sum(t, axes=(0,), order=rows)\n"
    "        d: f64 = sub(c, b)\n"
    "        return d\n"
    "    r: f64[3] = reduce(x, p, axes=(1,), body=body)\n"
    "    def other(a: f64, b: f64) -> f64:\n"
    "        d: f64 = sub(a, b)\n"
    "        return d\n"
    "    s: f64[3,7] = reduce(x, p, body=other)\n"
    "    return r, s\n",
    "def f(x: f64[2,0], p: f64) -> f64[2]:\n"
    "    def body(a: f64, b: f64) -> f64:\n"
    "        d: f64 = sub(a, b)\n"
    "        return d\n"
    "    r: f64[2] = reduce(x, p, axes=(1,), body=body)\n"
    "    return r\n",
    "def f(x: f64[2,5,3], y: f64[2,5,3]) -> (f64[2,5,3], f64[2,5,3]):\n"
    "    def less(a: f64, b: f64, c: f64, d: f64) -> bool:\n"
    "        p: f64 = mul(a, c)\n"
    "        q: f64 = mul(b, d)\n"
    "        r: bool = gt(p, q)\n"
    "        return r\n"
    "    s, t = sort_by[f64[2,5,3], f64[2,5,3]](x, y, axis=1, cond=less)\n"
    "    return s, t\n",
    "def f(x: f64[3,6]) -> (f64[3,2], i32[3,2]):\n"
    "    v, i = top_k[f64[3,2], i32[3,2]](x, k=2)\n"
    "    return v, i\n",
    "def f(x: i32[7]) -> (i32[7], i32[7]):\n"
    "    v, i = top_k[i32[7], i32[7]](x, k=7)\n"
    "    return v, i\n",
    "def f(x: i32[3,4]) -> i32[3]:\n"
    "    r: i32[3] = reduce_xor(x, axes=(1,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[259], i: u8[4]) -> f64[4]:\n"
    "    r: f64[4] = gather(x, i, collapsed_dims=(0,), index_map=(0,), index_vector_dim=1,"
    " slice_sizes=(1,), mode=clip)\n"
    "    return r\n",
    "def f(x: f64[4,3], i: i32[0], u: f64[0,3]) -> (f64[4,3], f64[0,3]):\n"
    "    r: f64[4,3] = scatter_add(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " index_map=(0,), index_vector_dim=1)\n"
    "    s: f64[0,3] = gather(x, i, offset_dims=(1,), collapsed_dims=(0,), index_map=(0,),"
    " index_vector_dim=1, slice_sizes=(1, 3), mode=clip)\n"
    "    return r, s\n",
    "def f(x: f64[4,5], i: i32, k: i64) -> f64[2,3]:\n"
    "    r: f64[2,3] = dynamic_slice(x, i, k, slice_sizes=(2, 3))\n"
    "    return r\n",
    "def f(x: f64[4,5], u: f64[2,3], i: i32, k: u8) -> f64[4,5]:\n"
    "    r: f64[4,5] = dynamic_update_slice(x, u, i, k)\n"
    "    return r\n",
    "def f(x: bool[4,5], u: bool[2,3], i: i32, k: i32, y: i32[3], v: i32[1], z: f64)"
    " -> (bool[4,5], i32[3], f64):\n"
    "    r: bool[4,5] = dynamic_update_slice(x, u, i, k)\n"
    "    s: i32[3] = dynamic_update_slice(y, v, k)\n"
    "    return r, s, z\n",
    "def f(x: f64, u: f64) -> (f64, f64):\n"
    "    r: f64 = dynamic_update_slice(x, u)\n"
    "    s: f64 = dynamic_slice(x)\n"
    "    return r, s\n",
    "def f(x: f64[3,4], y: f64[3,4], z: i32[3,4]) -> (f64[3,4], f64[3,4], i32[3,4]):\n"
    "    r, s, t = sort[f64[3,4], f64[3,4], i32[3,4]](x, y, z, axis=1)\n"
    "    return r, s, t\n",
    "def f(x: f64[5,2]) -> f64[5,2]:\n"
    "    r: f64[5,2] = sort(x, axis=0)\n"
    "    return r\n",
};
enum {
  NCASES = sizeof cases / sizeof *cases,
  NCONTROL = sizeof control_cases / sizeof *control_cases,
  NLOOPS = sizeof unknown_loops / sizeof *unknown_loops
};

static void check_text(const char *text) {
  Arena *a = arena_new();
  const Graph *g = parse_case(a, text);
  if (g) check_graph(g, -1.5, 1.5, 1e-6);
  arena_free(a);
}

static void all_cases(void) {
  for (int i = 0; i < NCASES; i++) check_text(cases[i]);
}

static void all_control(void) {
  for (int i = 0; i < NCONTROL; i++) check_text(control_cases[i]);
}

static void all_loops(void) {
  for (int i = 0; i < NLOOPS; i++) {
    Arena *a = arena_new();
    const Graph *g = parse_case(a, unknown_loops[i]);
    if (g) {
      check_jvp(g, random_arguments(a, g, 0.5, 1.5), 1e-6);
      check_vmap(g, 0.5, 1.5, 1e-10);
      const Graph *jvp = graph_jvp(a, g, NULL);
      if (jvp) check_jvp(jvp, random_arguments(a, jvp, 0.5, 1.5), 1e-5);
      if (jvp) check_vmap(jvp, 0.5, 1.5, 1e-10);
      EXPECT(!graph_vjp(a, g, NULL));
      const char *message = diag_message();
      EXPECT(message && !strncmp(message, "case:", 5));  // its place
      EXPECT_FAIL("while: has no reverse derivative");
    }
    arena_free(a);
  }
}

// A loop whose gradient is not asked for does not stand in the way of the rest.
static void loop_beside_gradient(void) {
  Arena *a = arena_new();
  const Graph *g = parse_case(a,
                              "def f(x: f64) -> f64:\n"
                              "    def go_on(a: f64) -> bool:\n"
                              "        p: bool = lt(a, f64(5.0))\n"
                              "        return p\n"
                              "    def step(a: f64) -> f64:\n"
                              "        b: f64 = mul(a, f64(2.0))\n"
                              "        return b\n"
                              "    y: f64 = while_(x, cond=go_on, body=step, ncarry=1)\n"
                              "    s: f64 = stop_gradient(y)\n"
                              "    r: f64 = mul(s, x)\n"
                              "    return r\n");
  double x = 1.5, one = 1;
  void **got = run_graph(a, g ? graph_vjp(a, g, NULL) : NULL, (void *[]){&x, &one});
  if (got) EXPECT_EQ(*(double *)got[1], 6);
  arena_free(a);
}

// Rows without derivatives: tests/complex.c has them.
static bool lacks_derivative(Op op) { return op == OP_geqrf || op == OP_householder_product; }

// As name(..), name[types](..), or name_(..), which is how C's keywords are written.
static bool occurs(const char *name, int n, const char *const *texts) {
  static const char *const behind[] = {"(", "[", "_(", "_["};
  char call[64];
  for (int k = 0; k < 4; k++) {
    snprintf(call, sizeof call, "= %s%s", name, behind[k]);
    for (int i = 0; i < n; i++)
      if (strstr(texts[i], call)) return true;
  }
  return false;
}

// Every op with rules of its own occurs in a case: a row without a test is not left unseen.
static void every_op_occurs(void) {
  for (Op op = 0; op < OP_COUNT; op++) {
    if (op_info(op)->op_class == CLASS_MAP || op == OP_constant || lacks_derivative(op)) continue;
    if (op == OP_all_gather) continue;  // another batching than that by a lane: tests/api_axes.c
    if (op == OP_custom_vjp || op == OP_custom_linear) continue;  // no forward: tests/api_custom.c
    const char *name = op_info(op)->name;
    if (!occurs(name, NCASES, cases) && !occurs(name, NCONTROL, control_cases) &&
        !occurs(name, NLOOPS, unknown_loops))
      FAULT("no case of %s", name);
  }
}

// ---- updates per lane keep every bit, and starts of different dtypes their values

static void updates_per_lane(void) {
  Arena *a = arena_new();
  const Graph *g = parse_case(a,
                              "def f(x: f32[3,2], u: f32[1,1], i: i32, k: u32) -> f32[3,2]:\n"
                              "    r: f32[3,2] = dynamic_update_slice(x, u, i, k)\n"
                              "    return r\n");
  const Graph *vmap = graph_vmap(a, g, 2, (int[]){-1, 0, 0, 0}, (int[]){0});
  float x[6] = {1, 2, 3, 4, 5, -0.0f}, u[2] = {-0.0f, 7};
  int32_t i[2] = {1, -5};
  uint32_t k[2] = {0, 4000000000u};  // as an i32 it would be below 0
  float want[12] = {1, 2, -0.0f, 4, 5, -0.0f, 1, 7, 3, 4, 5, -0.0f};
  void **got = run_graph(a, vmap, (void *[]){x, u, i, k});
  if (got) EXPECT_BYTES(got[0], want, sizeof want);
  arena_free(a);
}

// ---- corners

static void gradient(const char *text, int n, double *x, const double *want) {
  Arena *a = arena_new();
  const Graph *g = parse_case(a, text);
  double one = 1;
  void **got = run_graph(a, g ? graph_vjp(a, g, NULL) : NULL, (void *[]){x, &one});
  for (int i = 0; got && i < n; i++) EXPECT_CLOSE(((double *)got[1])[i], want[i], 0);
  arena_free(a);
}

static void corners(void) {
  gradient(
      "def f(x: f64[4]) -> f64:\n    r: f64 = reduce_max(x, axes=(0,), order=rows)\n    return r\n",
      4, (double[]){2, 1, 2, 0}, (double[]){0.5, 0, 0.5, 0});
  gradient(
      "def f(x: f64[4]) -> f64:\n    r: f64 = reduce_min(x, axes=(0,), order=rows)\n    return r\n",
      4, (double[]){2, 0, 0, -0.0}, (double[]){0, 1.0 / 3, 1.0 / 3, 1.0 / 3});
  gradient(
      "def f(x: f64[3]) -> f64:\n    r: f64 = reduce_prod(x, axes=(0,), order=rows)\n    return "
      "r\n",
      3, (double[]){2, 0, 5}, (double[]){0, 10, 0});
  gradient(
      "def f(x: f64[3]) -> f64:\n    r: f64 = reduce_prod(x, axes=(0,), order=rows)\n    return "
      "r\n",
      3, (double[]){0, 0, 5}, (double[]){0, 0, 0});
  // std of equal elements
  gradient(
      "def f(x: f64[2]) -> f64:\n"
      "    s: f64 = reduce_sum(x, axes=(0,), order=rows)\n"
      "    m: f64 = mul(s, f64(0.5))\n"
      "    b: f64[2] = broadcast(m, shape=(2,))\n"
      "    d: f64[2] = sub(x, b)\n"
      "    q: f64[2] = mul(d, d)\n"
      "    v: f64 = reduce_sum(q, axes=(0,), order=rows)\n"
      "    r: f64 = sqrt(v)\n"
      "    return r\n",
      2, (double[]){3, 3}, (double[]){NAN, NAN});
  // sort by its permutation: the last element of the sorted ones is x[1]
  gradient(
      "def f(x: f64[3]) -> f64:\n"
      "    s: f64[3] = sort(x, axis=0)\n"
      "    l: f64[1] = slice(s, start=(2,), limit=(3,), stride=(1,))\n"
      "    r: f64 = reshape(l)\n"
      "    return r\n",
      3, (double[]){1, 7, 2}, (double[]){0, 1, 0});
}

int main(void) {
  RUN(all_cases);
  RUN(all_control);
  RUN(all_loops);
  RUN(loop_beside_gradient);
  RUN(every_op_occurs);
  RUN(updates_per_lane);
  RUN(corners);
  return tests_done();
}
