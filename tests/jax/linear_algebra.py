"""numpy.linalg and its relatives, as JAX lowers them for the CPU."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import case, d, f, with_gradients


def definite(n, *batch, dtype=np.float32):
    def draw():
        x = f(*batch, n, n, dtype=dtype)()
        return (x @ np.swapaxes(x, -1, -2) + n * np.eye(n)).astype(dtype)
    return draw


case("linalg.norm", lambda x: (jnp.linalg.norm(x), jnp.linalg.norm(x, axis=1), jnp.linalg.norm(x, ord=1), jnp.linalg.norm(x, jnp.inf, axis=0)), f(4, 5), loose=4)
with_gradients("linalg.cholesky", jnp.linalg.cholesky, definite(5), loose=60)
case("linalg.cholesky.batch", jnp.linalg.cholesky, definite(4, 3), loose=60)
case("linalg.cholesky.f64", jnp.linalg.cholesky, definite(40, dtype=np.float64), wide=True, loose=60)
with_gradients("linalg.triangular_solve", lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True), definite(4), f(4, 3), argnums=(0, 1), loose=60)
case("linalg.triangular_solve.upper", lambda a, b: lax.linalg.triangular_solve(a, b, left_side=False, lower=False, transpose_a=True), definite(4), f(3, 4), loose=60)
case("linalg.triangular_solve.unit", lambda a, b: lax.linalg.triangular_solve(jnp.tril(a) / 9, b, left_side=True, lower=True, unit_diagonal=True), definite(4), f(4, 3), loose=60)
with_gradients("linalg.solve", jnp.linalg.solve, definite(4), f(4), argnums=(0, 1), loose=100)
with_gradients("linalg.inv", jnp.linalg.inv, definite(4), loose=100)
with_gradients("linalg.det", jnp.linalg.det, definite(4), loose=100)
case("linalg.slogdet", jnp.linalg.slogdet, definite(4), loose=60)
case("linalg.lu", lambda x: jax.scipy.linalg.lu(x), f(5, 5), loose=100)
case("linalg.matrix_power", lambda x: jnp.linalg.matrix_power(x, 5), f(3, 3), loose=60)
case("linalg.multi_dot", lambda x, y, z: jnp.linalg.multi_dot([x, y, z]), f(3, 4), f(4, 5), f(5, 2), loose=20)
case("linalg.cho_solve", lambda a, b: jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(a), b), definite(4), f(4), loose=100)
case("linalg.expm", lambda x: jax.scipy.linalg.expm(x * 0.3), f(3, 3), loose=100)
case("linalg.qr", lambda x: jnp.abs(jnp.linalg.qr(x)[1]), f(5, 3), loose=100)
case("linalg.eigh", lambda x: jnp.linalg.eigh(x)[0], definite(4), loose=100)
case("linalg.svd", lambda x: jnp.linalg.svd(x, compute_uv=False), f(5, 3), loose=100)
def rebuilt(x):
    u, s, vh = jnp.linalg.svd(x, full_matrices=False)
    full = jnp.linalg.svd(x)
    q, r = jnp.linalg.qr(x)
    whole = jnp.linalg.qr(x, mode="complete")
    eye = lambda m: jnp.swapaxes(m, -1, -2).conj() @ m
    return (u * s[..., None, :]) @ vh, s, q @ r, eye(q), whole[0], whole[1], eye(full[0]), eye(full[2]), full[1]


def decomposed(x):
    w, v = jnp.linalg.eigh(x + jnp.swapaxes(x, -1, -2).conj())
    return w, (v * w[..., None, :]) @ jnp.swapaxes(v, -1, -2).conj(), jnp.swapaxes(v, -1, -2).conj() @ v


case("linalg.rebuilt", rebuilt, f(7, 4), loose=300)
case("linalg.rebuilt.wide", rebuilt, f(4, 7), loose=300)
case("linalg.rebuilt.batch", rebuilt, f(2, 5, 5), loose=300)
case("linalg.rebuilt.f64", rebuilt, f(30, 20, dtype=np.float64), wide=True, loose=1000)
case("linalg.rebuilt.one", rebuilt, f(1, 1), loose=300)
case("linalg.rebuilt.c64", lambda x, y: rebuilt(x + 1j * y)[:4], f(6, 4), f(6, 4), loose=300)
case("linalg.rank_one.svd", lambda x: jnp.linalg.svd(x * jnp.arange(1.0, 5.0), compute_uv=False), f(4, 1), loose=300)
case("linalg.decomposed", decomposed, f(6, 6), loose=300)
case("linalg.decomposed.batch", decomposed, f(3, 5, 5), loose=300)
case("linalg.decomposed.f64", decomposed, f(30, 30, dtype=np.float64), wide=True, loose=1000)
case("linalg.decomposed.c64", lambda x, y: decomposed(x + 1j * y), f(5, 5), f(5, 5), loose=300)
case("linalg.decomposed.double", lambda x: decomposed(jnp.eye(4) + 0 * x), f(4, 4), loose=300)
case("linalg.eigh.gradient", jax.grad(lambda x: jnp.sum(jnp.sin(jnp.linalg.eigh(x + x.T)[0]))), f(4, 4), loose=1000)
case("linalg.svd.gradient", jax.grad(lambda x: jnp.sum(jnp.sin(jnp.linalg.svd(x, compute_uv=False)))), f(5, 3), loose=1000)
case("linalg.qr.gradient", jax.grad(lambda x: jnp.sum(jnp.sin(jnp.linalg.qr(x)[1]))), f(5, 3), loose=1000)
case("linalg.pinv", jnp.linalg.pinv, f(5, 3), loose=300)
case("linalg.lstsq", lambda a, b: jnp.linalg.lstsq(a, b)[0], f(6, 3), f(6), loose=300)
case("linalg.matrix_rank", jnp.linalg.matrix_rank, f(5, 3))
case("linalg.cg", lambda a, b: jax.scipy.sparse.linalg.cg(a, b, maxiter=20)[0], definite(5), f(5), loose=300)


def schur_form(x):
    """What does not depend on signs nor on the order of eigenvalues: products, and that the form is one."""
    t, z = lax.linalg.schur(x)
    n = x.shape[-1]
    below, beside = jnp.diagonal(t, -1, -2, -1), jnp.diagonal(t, 1, -2, -1)
    diagonal, block = jnp.diagonal(t, 0, -2, -1), below != 0
    proper = jnp.where(block, (diagonal[..., 1:] == diagonal[..., :-1]) & (jnp.sign(below) != jnp.sign(beside)), True)
    return jnp.einsum("...ij,...jk,...lk->...il", z, t, z), jnp.einsum("...ji,...jk->...ik", z, z), jnp.tril(t, -2), proper, block[..., 1:] & block[..., :-1]


def left_vectors(x):
    w, left, right = lax.linalg.eig(x)
    size = jnp.max(jnp.abs(x))
    one = jnp.conj(jnp.swapaxes(left, -1, -2)) @ x - w[..., :, None] * jnp.conj(jnp.swapaxes(left, -1, -2))
    other = x @ right - right * w[..., None, :]
    return [jnp.max(jnp.abs(v)) < 1e-4 * size for v in (one, other)], jnp.linalg.norm(left, axis=-2), jnp.linalg.norm(right, axis=-2)


for n in (1, 2, 3, 6, 20):
    case(f"linalg.schur.{n}", schur_form, f(n, n), loose=300)
case("linalg.schur.batch", schur_form, f(3, 5, 5), loose=300)
case("linalg.schur.f64", schur_form, d(16, 16), wide=True, loose=300)
case("linalg.schur.cyclic", lambda x: schur_form(jnp.roll(jnp.eye(5), 1, 0) + 0 * x), f(5, 5), loose=300)
case("linalg.schur.skew", lambda x: schur_form(x - x.T), f(6, 6), loose=300)
case("linalg.schur.triangle", lambda x: schur_form(jnp.triu(x)), f(6, 6), loose=300)
case("linalg.schur.zero", schur_form, np.zeros((4, 4), np.float32))
case("linalg.left_eigenvectors", left_vectors, f(5, 5), loose=300)
case("linalg.left_eigenvectors.c64", lambda x, y: left_vectors(x + 1j * y), f(2, 5, 5), f(2, 5, 5), loose=300)
for mode in ("full", "economic", "r"):
    case(f"linalg.qr.pivoted.{mode}", lambda x, m=mode: jax.scipy.linalg.qr(x, pivoting=True, mode=m), f(6, 4), loose=100)
case("linalg.qr.pivoted.wide", lambda x, y: jax.scipy.linalg.qr(x + 1j * y, pivoting=True), f(3, 5), f(3, 5), loose=100)
case("linalg.qr.pivoted.vmap", jax.vmap(lambda x: jax.scipy.linalg.qr(x, pivoting=True, mode="economic")), d(3, 5, 5), wide=True, loose=100)
for lower in (True, False):
    case(f"linalg.tridiagonal.{lower}", lambda x, s=lower: lax.linalg.tridiagonal(x + x.T, lower=s), f(6, 6), loose=300)
    case(f"linalg.tridiagonal.{lower}.c64", lambda x, y, s=lower: lax.linalg.tridiagonal(x + x.T + 1j * (y - y.T), lower=s), f(5, 5), f(5, 5), loose=300)
case("linalg.svd.by_qr", lambda x: lax.linalg.svd(x, algorithm=lax.linalg.SvdAlgorithm.QR)[1], f(5, 3), loose=100)
