#!/usr/bin/env python3
"""Fits the polynomials of ir/expand_*.c: near minimax, in 50 digits, then rounded to f32 or f64 one
coefficient at a time, lowest power first, each time fitting the remaining ones again.   pip install mpmath"""
import struct
import sys

import mpmath as mp

mp.mp.dps = 70


def round_to(c, bits):
    return mp.mpf(struct.unpack("f", struct.pack("f", float(c)))[0] if bits == 32 else float(c))


def least_squares(g, w, low, n, a, b):
    """Coefficients c of sum c[i] x^(low + i), i < n, that fit g at Chebyshev's points of [a, b] with weight w: within
    a small factor of the minimax polynomial, and it cannot fail to converge."""
    count = 8 * (n + 4)
    xs = [(a + b) / 2 + (b - a) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    m, rhs = mp.matrix(n, n), mp.matrix(n, 1)
    for x in xs:
        row, value = [w(x) * x ** (low + i) for i in range(n)], w(x) * g(x)
        for i in range(n):
            rhs[i] += row[i] * value
            for k in range(n):
                m[i, k] += row[i] * row[k]
    return list(mp.lu_solve(m, rhs))


def fit(name, g, w, n, a, b, bits):
    """g by a polynomial of n coefficients, rounded; w weighs the error (relative to the function it ends up in)."""
    a, b = mp.mpf(a), mp.mpf(b)
    done = []
    for low in range(n):
        rest = lambda x: g(x) - sum(c * x**i for i, c in enumerate(done))
        done.append(round_to(least_squares(rest, w, low, n - low, a, b)[0], bits))
    grid = [a + (b - a) * i / 2000 for i in range(2001)]
    worst = max(abs(w(x) * (sum(c * x**i for i, c in enumerate(done)) - g(x))) for x in grid)
    print(f"{name} f{bits}: error 2^{float(mp.log(worst, 2)):.1f}")
    print("  " + ", ".join(repr(float(c)) for c in reversed(done)))


def series(term):
    return lambda x: sum(term(i) * x**i for i in range(40))


HALF_LN2 = mp.log(2) / 2 * mp.mpf("1.0005")
ROOT = mp.sqrt(2)
QUARTER_PI_SQUARED = (mp.pi / 4 * mp.mpf("1.001")) ** 2
exp_tail = series(lambda i: 1 / mp.factorial(i + 2))  # (exp(r) - 1 - r) / r^2
log_tail = series(lambda i: mp.mpf((-1) ** i) / (i + 3))  # (log(1 + f) - f + f^2 / 2) / f^3


def log_rest(f):
    return log_tail(f) if abs(f) < mp.mpf("0.05") else (mp.log(1 + f) - f + f * f / 2) / f**3


def log_weight(f):
    return f * f if abs(f) < mp.mpf("1e-6") else f**3 / mp.log(1 + f)


ALL = {
    # exp(r) = 1 + r (1 + r q(r))
    "exp": lambda: [fit("exp", exp_tail, lambda r: r * r / mp.exp(r), n, -HALF_LN2, HALF_LN2, bits)
                    for n, bits in ((5, 32), (11, 64))],
    # expm1(r) = r + r^2 q(r)
    "expm1": lambda: [fit("expm1", exp_tail, lambda r: r * r / abs(mp.expm1(r)) if r else mp.mpf(0), n, -HALF_LN2, HALF_LN2, bits)
                      for n, bits in ((5, 32), (11, 64))],
    # log(1 + f) = f - f^2 / 2 + f^3 q(f)
    "log": lambda: [fit("log", log_rest, log_weight, 8, 1 / ROOT - 1, ROOT - 1, 32)],
    # log((1 + s) / (1 - s)) = 2 s + s z q(z), z = s^2
    "atanh": lambda: [fit("atanh", series(lambda i: mp.mpf(2) / (2 * i + 3)), lambda z: z / (2 + z),
                          n, 0, (mp.mpf("0.17165")) ** 2, 64) for n in (4, 7)],
    # the same without its first two terms, for pow: 2 s + 2/3 s^3 + s^5 q(z)
    "atanh5": lambda: [fit("atanh5", series(lambda i: mp.mpf(2) / (2 * i + 5)), lambda z: z * z / 2,
                           8, 0, (mp.mpf("0.17165")) ** 2, 64)],
    # sin(r) = r + r^3 q(r^2);  cos(r) = 1 - r^2 / 2 + r^4 q(r^2)
    "sin": lambda: [fit("sin", series(lambda i: mp.mpf((-1) ** (i + 1)) / mp.factorial(2 * i + 3)), lambda z: z,
                        n, 0, QUARTER_PI_SQUARED, bits) for n, bits in ((3, 32), (6, 64))],
    "cos": lambda: [fit("cos", series(lambda i: mp.mpf((-1) ** i) / mp.factorial(2 * i + 4)), lambda z: z * z * mp.mpf("1.4"),
                        n, 0, QUARTER_PI_SQUARED, bits) for n, bits in ((3, 32), (6, 64))],
}

for name in sys.argv[1:] or ALL:
    ALL[name]()
