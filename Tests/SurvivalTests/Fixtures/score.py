"""Writes score.csv, reference intervals for differences of proportions; see README.md.

The restricted estimate is Miettinen & Nurminen's closed form (the root of a cubic by cosines), not the numerical
root that Perforin takes.
"""
import math
import os
from scipy.optimize import brentq
from scipy.stats import norm

here = os.path.dirname(os.path.abspath(__file__))
z = norm.ppf(0.975)


def restricted(x1, n1, x2, n2, d):
    n, x = n1 + n2, x1 + x2
    l3, l2 = n, (n1 + 2 * n2) * d - n - x
    l1, l0 = (n2 * d - n - 2 * x2) * d + x, x2 * d * (1 - d)
    q = l2**3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    p = math.copysign(math.sqrt(max(0, l2**2 / (3 * l3) ** 2 - l1 / (3 * l3))), q)
    ratio = 0 if p == 0 else max(-1, min(1, q / p**3))
    a = (math.pi + math.acos(ratio)) / 3
    p2 = 2 * p * math.cos(a) - l2 / (3 * l3)
    return p2 + d, p2


def statistic(x1, n1, x2, n2, d):
    p1, p2 = restricted(x1, n1, x2, n2, d)
    p1, p2 = min(1, max(0, p1)), min(1, max(0, p2))
    v = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return (x1 / n1 - x2 / n2 - d) / math.sqrt(max(v, 1e-300))


with open(os.path.join(here, "score.csv"), "w") as f:
    f.write("x1,n1,x2,n2,lower,upper\n")
    for c in [(56, 70, 48, 80), (9, 10, 3, 10), (69, 154, 42, 151), (5, 56, 0, 29), (118, 600, 60, 301), (2, 40, 19, 37)]:
        point = c[0] / c[1] - c[2] / c[3]
        lower = brentq(lambda d: statistic(*c, d) - z, -1 + 1e-9, point - 1e-9, xtol=1e-14)
        upper = brentq(lambda d: statistic(*c, d) + z, point + 1e-9, 1 - 1e-9, xtol=1e-14)
        f.write(",".join(map(str, c)) + f",{float(lower)!r},{float(upper)!r}\n")
