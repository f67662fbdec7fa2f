"""Expectations of tests/library_linalg.c."""
import jax.scipy.linalg as jsl
from jax import grad, lax

from expected import *

spd3 = jnp.array([[4, 1, .5], [1, 3, -.25], [.5, -.25, 2]], f32)
gen4 = data(f32, 3, 4, 4) + 6 * jnp.eye(4, dtype=f32)

for name, spec, args in [
        ("matmul", "ij,jk->ik", [(1, 2, 3), (2, 3, 4)]), ("implicit", "ij,jk", [(1, 2, 3), (2, 3, 4)]),
        ("implicit_order", "ba", [(1, 2, 3)]), ("trace", "ii", [(1, 3, 3)]), ("diagonal", "ii->i", [(1, 3, 3)]),
        ("diagonal3", "iji->ji", [(1, 3, 2, 3)]), ("sum", "ij->", [(1, 2, 3)]), ("rows", "ij->j", [(1, 2, 3)]),
        ("batch", "bij,bjk->bik", [(1, 2, 3, 2), (2, 2, 2, 3)]), ("outer", "i,j->ji", [(1, 2), (2, 3)]),
        ("hadamard", "ij,ij->ij", [(1, 2, 3), (2, 2, 3)]), ("dots", "...ij,...jk->...ik", [(1, 2, 3, 2), (2, 2, 3)]),
        ("dots_implicit", "...i,...i", [(1, 2, 3), (2, 1, 3)]), ("dots_sum", "i...->...", [(1, 2, 3, 2)]),
        ("three", "ij,jk,kl->il", [(1, 2, 3), (2, 3, 4), (3, 4, 2)]),
        ("four", "a,ab,bc,cd->d", [(1, 2), (2, 2, 3), (3, 3, 2), (4, 2, 4)]),
        ("free_sum", "ij,k->i", [(1, 2, 3), (2, 4)]), ("repeated", "ii,ij->j", [(1, 3, 3), (2, 3, 2)]),
        ("attention", "bqhd,bkhd->bhqk", [(1, 2, 3, 2, 4), (2, 2, 2, 2, 4)]), ("zero", "ij,jk->ik", [(1, 2, 0), (2, 0, 3)])]:
    case("einsum_" + name, jnp.einsum(spec, *(data(f32, *a) for a in args)))
case("einsum_f64", jnp.einsum("ij,jk", data(f64, 1, 3, 3), data(f32, 2, 3, 3)))
case("einsum_i32", jnp.einsum("ij,jk", data(i32, 1, 3, 3), data(i32, 2, 3, 3)))
case("einsum_c64", jnp.einsum("ij,jk", cplx(f32, 1, 3, 3), cplx(f32, 2, 3, 3)))
case("einsum_bf16", jnp.einsum("ij,jk", data(bf16, 1, 3, 3), data(bf16, 2, 3, 3)))
case("einsum_grad", grad(lambda a: jnp.sum(jnp.einsum("ij,jk,ki->i", a, data(f32, 2, 3, 4), data(f32, 3, 4, 2)) ** 2))(
    data(f32, 1, 2, 3)))

a23, b34 = data(f32, 1, 2, 3), data(f32, 2, 3, 4)
case("dot_mm", jnp.dot(a23, b34))
case("dot_nd", jnp.dot(data(f32, 1, 2, 2, 3), data(f32, 2, 2, 3, 2)))
case("dot_scalar", jnp.dot(data(f32, 1), b34))
case("vdot", jnp.vdot(cplx(f32, 1, 2, 3), cplx(f32, 3, 2, 3)))
case("inner", jnp.inner(a23, data(f32, 2, 4, 3)))
case("tensordot2", jnp.tensordot(data(f32, 1, 2, 3, 4), data(f32, 2, 3, 4, 2), 2))
case("tensordot0", jnp.tensordot(data(f32, 1, 2), data(f32, 2, 3), 0))
case("tensordot_axes", jnp.tensordot(data(f32, 1, 2, 3, 4), data(f32, 2, 4, 2), ([0, 2], [1, 0])))
case("kron", jnp.kron(a23, data(f32, 2, 2, 2)))
case("kron_ranks", jnp.kron(data(i32, 1, 3), data(i32, 2, 2, 2)))
case("cross", jnp.cross(a23, data(f32, 2, 2, 3)))
case("cross2", jnp.cross(data(f32, 1, 4, 2), data(f32, 2, 2)))
case("cross23", jnp.cross(data(f32, 1, 4, 2), data(f32, 2, 3)))

m35 = data(f32, 1, 3, 5)
for k in (-3, -1, 0, 2, 4, 7):
    case(f"diagonal_{k}", jnp.diagonal(m35, k))
    case(f"diag_{k}", jnp.diag(data(f32, 1, 3), k))
    case(f"tril_{k}", jnp.tril(m35, k))
    case(f"triu_{k}", jnp.triu(m35, k))
    case(f"trace_{k}", jnp.trace(m35, k))
    case(f"tri_{k}", jnp.tri(3, 5, k, dtype=i32))
case("diagonal_axes", jnp.diagonal(data(f32, 1, 2, 3, 4), 1, 2, 0))
case("trace_i8", jnp.trace(data(i8, 1, 4, 4)).astype(i32))
case("diag_zero", jnp.diag(jnp.zeros(0, f32), 2))
case("tril_batch", jnp.tril(data(i32, 1, 2, 2, 3)))

case("cholesky", jnp.linalg.cholesky(spd3))
case("cholesky_upper", jnp.linalg.cholesky(spd3, upper=True))
h3 = cplx(f32, 1, 3, 3) / 8
herm3 = h3 + h3.conj().T + 6 * jnp.eye(3, dtype=f32)
case("cholesky_c64", jnp.linalg.cholesky(herm3))
case("cholesky_grad", grad(lambda x: jnp.sum(jnp.linalg.cholesky(x) ** 3))(spd3))
case("cholesky_nan", jnp.isnan(jnp.linalg.cholesky(-spd3)))
case("triangular", jsl.solve_triangular(gen4, data(f32, 1, 4, 2)))
case("triangular_lower", jsl.solve_triangular(gen4, data(f32, 1, 4), lower=True))
case("triangular_trans", jsl.solve_triangular(gen4, data(f32, 1, 4), trans=1, unit_diagonal=True))
case("triangular_right", lax.linalg.triangular_solve(gen4, data(f32, 1, 2, 4), lower=True))
case("triangular_grad", grad(lambda a: jnp.sum(jsl.solve_triangular(a, data(f32, 1, 4, 2), lower=True, trans=1) ** 2))(gen4))
case("solve", jnp.linalg.solve(gen4, data(f32, 1, 4)))
case("solve_columns", jnp.linalg.solve(gen4, data(f32, 1, 4, 2)))
case("solve_batch", jnp.linalg.solve(jnp.stack([gen4, gen4.T]), data(f32, 1, 4, 2)))
case("solve_c64", jnp.linalg.solve(herm3, cplx(f32, 5, 3)))
case("solve_grad", grad(lambda a: jnp.sum(jnp.linalg.solve(a, data(f32, 1, 4)) ** 2))(gen4))
case("cho_solve", jsl.cho_solve((jnp.linalg.cholesky(spd3), True), data(f32, 1, 3)))
case("inv", jnp.linalg.inv(gen4))
case("inv_f64", jnp.linalg.inv(gen4.astype(f64)))
for n in (1, 2, 3, 4, 5):
    case(f"det_{n}", jnp.linalg.det(data(f32, n, n, n)))
    case(f"slogdet_sign_{n}", jnp.linalg.slogdet(data(f32, n, n, n))[0])
    case(f"slogdet_log_{n}", jnp.linalg.slogdet(data(f32, n, n, n))[1])
case("det_batch", jnp.linalg.det(data(f64, 1, 2, 4, 4)))
case("det_grad", grad(jnp.linalg.det)(data(f32, 3, 3, 3)))
case("det4_grad", grad(jnp.linalg.det)(gen4))
case("slogdet_grad", grad(lambda x: jnp.linalg.slogdet(x)[1])(gen4))
lu, pivots, perm = lax.linalg.lu(data(f32, 5, 4, 3))
case("lu", lu)
case("lu_pivots", pivots)
case("lu_permutation", perm)
for name, x in (("tall", data(f32, 2, 4, 3)), ("wide", data(f32, 2, 3, 4))):
    q, r = jnp.linalg.qr(x)
    case(f"qr_q_{name}", q)
    case(f"qr_r_{name}", r)
    case(f"svd_s_{name}", jnp.linalg.svd(x, compute_uv=False))
    case(f"pinv_{name}", jnp.linalg.pinv(x))
    case(f"svd_grad_{name}", grad(lambda x: jnp.sum(jnp.linalg.svd(x, compute_uv=False) ** 3))(x))
case("qr_full", jnp.linalg.qr(data(f32, 2, 4, 3), mode="complete")[1])
case("qr_grad", grad(lambda x: jnp.sum(jnp.linalg.qr(x)[0] * data(f32, 9, 4, 3)))(data(f32, 2, 4, 3)))
case("qr_c64", jnp.linalg.qr(cplx(f32, 2, 3, 3))[1])
case("eigh", jnp.linalg.eigvalsh(spd3))
case("eigh_c64", jnp.linalg.eigvalsh(herm3))
case("eigh_grad", grad(lambda x: jnp.sum(jnp.linalg.eigh(x)[0] ** 3))(spd3))
case("eigh_vectors", jnp.abs(jnp.linalg.eigh(spd3)[1]))
x, res, rank, s = jnp.linalg.lstsq(data(f32, 2, 5, 3), data(f32, 7, 5))
case("lstsq_x", x)
case("lstsq_residuals", res[0])
case("lstsq_rank", rank, i32)
case("rank", jnp.linalg.matrix_rank(jnp.outer(data(f32, 1, 4), data(f32, 2, 3))), i32)
case("matrix_power", jnp.linalg.matrix_power(gen4, 5))
case("matrix_power_inv", jnp.linalg.matrix_power(gen4, -2))
case("matrix_power_0", jnp.linalg.matrix_power(gen4, 0))

for n in (1, 2, 5, 8, 12):
    x, z = data(f32, n, 2, n), cplx(f32, n, 2, n)
    case(f"fft_{n}", jnp.fft.fft(z))
    case(f"ifft_{n}", jnp.fft.ifft(z))
    case(f"rfft_{n}", jnp.fft.rfft(x))
    case(f"irfft_{n}", jnp.fft.irfft(z, n=n))
case("fft_real", jnp.fft.fft(data(i32, 1, 4)))
case("fft_f64", jnp.fft.fft(data(f64, 1, 6)))
case("fft_axis", jnp.fft.fft(cplx(f32, 1, 3, 4), axis=0))
case("fft_longer", jnp.fft.fft(cplx(f32, 1, 3), n=5))
case("fft_shorter", jnp.fft.fft(cplx(f32, 1, 5), n=3, norm="ortho"))
case("ifft_forward", jnp.fft.ifft(cplx(f32, 1, 5), norm="forward"))
case("irfft_default", jnp.fft.irfft(cplx(f32, 1, 5), norm="ortho"))
case("fft2", jnp.fft.fft2(cplx(f32, 1, 2, 3, 4)))
case("ifft2", jnp.fft.ifft2(cplx(f32, 1, 3, 4), s=(4, 2)))
case("rfft2", jnp.fft.rfft2(data(f32, 1, 3, 4)))
case("irfft2", jnp.fft.irfft2(cplx(f32, 1, 3, 4)))
case("fftn", jnp.fft.fftn(cplx(f32, 1, 2, 3, 4)))
case("fftn_axes", jnp.fft.fftn(cplx(f32, 1, 2, 3, 4), axes=(0, 2)))
case("fft_grad", grad(lambda x: jnp.sum(jnp.abs(jnp.fft.fft(x)) ** 2))(data(f32, 1, 5)))
case("rfft_grad", grad(lambda x: jnp.sum(jnp.abs(jnp.fft.rfft(x)) ** 2))(data(f32, 1, 6)))
for n in (1, 4, 5):
    case(f"fftfreq_{n}", jnp.fft.fftfreq(n, .5).astype(f32))
    case(f"rfftfreq_{n}", jnp.fft.rfftfreq(n, .5).astype(f32))
    case(f"fftshift_{n}", jnp.fft.fftshift(data(f32, 1, n)))
    case(f"ifftshift_{n}", jnp.fft.ifftshift(data(f32, 1, n)))
write(__file__)
