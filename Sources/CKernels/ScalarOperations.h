#ifndef PERFORIN_SCALAR_OPERATIONS_H
#define PERFORIN_SCALAR_OPERATIONS_H

// Every operation on one double, written to be obviously right: the oracle of all other forms.
// To be called in the kernels' floating-point mode.

#include "CKernels.h"
#include <math.h>
#include <string.h>

static inline uint64_t pk_bits(double x) {
    uint64_t u;
    memcpy(&u, &x, 8);
    return u;
}

static inline double pk_from_bits(uint64_t u) {
    double x;
    memcpy(&x, &u, 8);
    return x;
}

/// 0 (of x's sign) for a denormal x. Explicit, as compilers turn comparisons with 0 into tests of bits, and
/// mathematics libraries round denormals, without regard to the mode.
static inline double pk_flush(double x) {
    uint64_t u = pk_bits(x);
    return (u & 0x7ff0000000000000ull) == 0 ? pk_from_bits(u & 0x8000000000000000ull) : x;
}

static inline double pk_scalar_exponent(double x) {
    double a = pk_flush(fabs(x));
    if (a == 0) return -INFINITY;
    if (!(a < INFINITY)) return a;
    return (double)((int64_t)(pk_bits(a) >> 52) - 1023);
}

static inline double pk_scalar_mantissa(double x) {
    double a = pk_flush(fabs(x));
    if (a != a) return a;
    if (a == 0 || a == INFINITY) return 1;
    return pk_from_bits((pk_bits(a) & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
}

/// a · 2^⌊b⌋ with the special cases of VSCALEFPD; NaN · 2^±∞ is +∞ or +0 there.
static inline double pk_scalar_scale(double a, double b) {
    a = pk_flush(a);
    b = pk_flush(b);
    if (a != a) return b == INFINITY ? INFINITY : b == -INFINITY ? 0 : a;
    if (b != b) return b;
    if (a == 0) return b == INFINITY ? NAN : a;
    if (a == INFINITY || a == -INFINITY) return b == -INFINITY ? NAN : a;
    double e = pk_scalar_exponent(a) + floor(b);
    uint64_t sign = pk_bits(a) & 0x8000000000000000ull;
    if (e > 1023) return pk_from_bits(sign | 0x7ff0000000000000ull);
    if (e < -1022) return pk_from_bits(sign);
    return pk_from_bits(sign | (pk_bits(a) & 0x000fffffffffffffull) | ((uint64_t)((int64_t)e + 1023) << 52));
}

static inline double pk_scalar(int32_t operation, double a, double b, double c) {
    switch (operation) {
    case PK_ADD: return a + b;
    case PK_SUBTRACT: return a - b;
    case PK_MULTIPLY: return a * b;
    case PK_DIVIDE: return a / b;
    case PK_MULTIPLY_ADD: return fma(a, b, c);
    case PK_NEGATIVE_MULTIPLY_ADD: return fma(-a, b, c);
    case PK_MULTIPLY_SUBTRACT: return fma(a, b, -c);
    case PK_NEGATE: return -a;
    case PK_ABSOLUTE: return fabs(a);
    case PK_SQUARE_ROOT: return sqrt(a);
    case PK_MINIMUM: return a < b ? a : b;
    case PK_MAXIMUM: return a > b ? a : b;
    case PK_FLOOR: return floor(pk_flush(a));
    case PK_CEILING: return ceil(pk_flush(a));
    case PK_TRUNCATE: return trunc(pk_flush(a));
    case PK_ROUND: return rint(pk_flush(a));
    case PK_EXPONENT: return pk_scalar_exponent(a);
    case PK_MANTISSA: return pk_scalar_mantissa(a);
    case PK_SCALE: return pk_scalar_scale(a, b);
    case PK_LESS: return a < b;
    case PK_LESS_OR_EQUAL: return a <= b;
    case PK_EQUAL: return a == b;
    case PK_NOT_EQUAL: return a != b;
    case PK_AND: return a != 0 && b != 0;
    case PK_OR: return a != 0 || b != 0;
    case PK_NOT: return a == 0;
    case PK_SELECT: return a != 0 ? b : c;
    default: return pk_rare(operation, a);
    }
}

#endif
