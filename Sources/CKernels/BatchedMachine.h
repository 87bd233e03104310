// The virtual machine's loops, compiled once per instruction set by the including file, which defines PK_RUN (the
// function's name) and PK_TARGET (its target attribute). One dispatch serves a whole run of equal operations on up to
// 32 lanes.
//
// Program: a sequence of runs, each `operation, count` followed by count entries of `out, a[, b[, c]]`. A place is an
// offset in bytes, a multiple of 64, and in its lowest four bits the area that it is in: 0 scratch, 1 constants (each
// in every lane), 2 and up the kernel's buffers. So operands are read where they are, and results go where they belong.
//
// A chain is a sum that stays in registers, `out, c, length` and then `a, b` for each term: c ± a·b ± a·b …; in a
// constant chain every a is a constant.

#include "BatchedMachine+Vectors.h"

#define PK_CAT2(a, b) a##b
#define PK_CAT(a, b) PK_CAT2(a, b)

#define PK_PLACE(word) ((char *)areas[(word) & 15] + ((word) & ~15))
#define PK_AT(word) ((pk_vector *)PK_PLACE(word))
#define PK_EACH_BLOCK for (int k = 0; k < blocks; k++)

#define PK_UNARY(name, expression)                                                                                  \
    case name:                                                                                                      \
        for (; count > 0; count--, code += 2) {                                                                     \
            const pk_vector *pa = PK_AT(code[1]);                                                                   \
            pk_vector *po = PK_AT(code[0]);                                                                         \
            PK_EACH_BLOCK {                                                                                         \
                pk_vector a = pa[k];                                                                                \
                po[k] = (expression);                                                                               \
            }                                                                                                       \
        }                                                                                                           \
        break;

#define PK_BINARY(name, expression)                                                                                 \
    case name:                                                                                                      \
        for (; count > 0; count--, code += 3) {                                                                     \
            const pk_vector *pa = PK_AT(code[1]), *pb = PK_AT(code[2]);                                             \
            pk_vector *po = PK_AT(code[0]);                                                                         \
            PK_EACH_BLOCK {                                                                                         \
                pk_vector a = pa[k], b = pb[k];                                                                     \
                po[k] = (expression);                                                                               \
            }                                                                                                       \
        }                                                                                                           \
        break;

#define PK_TERNARY(name, expression)                                                                                \
    case name:                                                                                                      \
        for (; count > 0; count--, code += 4) {                                                                     \
            const pk_vector *pa = PK_AT(code[1]), *pb = PK_AT(code[2]), *pc = PK_AT(code[3]);                       \
            pk_vector *po = PK_AT(code[0]);                                                                         \
            PK_EACH_BLOCK {                                                                                         \
                pk_vector a = pa[k], b = pb[k], c = pc[k];                                                          \
                po[k] = (expression);                                                                               \
            }                                                                                                       \
        }                                                                                                           \
        break;

#define PK_CHAIN(name, load, expression)                                                                            \
    case name:                                                                                                      \
        for (; count > 0; count--) {                                                                                \
            pk_vector *po = PK_AT(code[0]), sum[PK_MOST_BLOCKS];                                                    \
            const pk_vector *pc = PK_AT(code[1]);                                                                   \
            PK_EACH_BLOCK sum[k] = pc[k];                                                                           \
            const int32_t *last = code + 3 + 2 * code[2];                                                           \
            for (code += 3; code < last; code += 2) {                                                               \
                const pk_vector *pb = PK_AT(code[1]);                                                               \
                load;                                                                                               \
                PK_EACH_BLOCK {                                                                                     \
                    pk_vector a = pa[PK_STEP(name) * k], b = pb[k], c = sum[k];                                     \
                    sum[k] = (expression);                                                                          \
                }                                                                                                   \
            }                                                                                                       \
            PK_EACH_BLOCK po[k] = sum[k];                                                                           \
        }                                                                                                           \
        break;

// A constant is broadcast once and used for all blocks.
#define PK_STEP(name) ((name) == PK_MULTIPLY_ADD_CHAIN || (name) == PK_NEGATIVE_MULTIPLY_ADD_CHAIN)
#define PK_VECTOR_FACTOR const pk_vector *pa = PK_AT(code[0])
#define PK_CONSTANT_FACTOR const pk_vector pa[1] = {pk_broadcast(*(const double *)PK_PLACE(code[0]))}

PK_TARGET static inline __attribute__((always_inline)) void PK_CAT(PK_RUN, _blocks)(
    const int32_t *code, const int32_t *end, double *const *areas, const int blocks) {
    while (code < end) {
        int32_t operation = code[0], count = code[1];
        code += 2;
        switch (operation) {
            PK_UNARY(PK_MOVE, a)
            PK_BINARY(PK_ADD, a + b)
            PK_BINARY(PK_SUBTRACT, a - b)
            PK_BINARY(PK_MULTIPLY, a *b)
            PK_BINARY(PK_DIVIDE, a / b)
            PK_TERNARY(PK_MULTIPLY_ADD, __builtin_elementwise_fma(a, b, c))
            PK_TERNARY(PK_NEGATIVE_MULTIPLY_ADD, __builtin_elementwise_fma(-a, b, c))
            PK_TERNARY(PK_MULTIPLY_SUBTRACT, __builtin_elementwise_fma(a, b, -c))
            PK_CHAIN(PK_MULTIPLY_ADD_CHAIN, PK_VECTOR_FACTOR, __builtin_elementwise_fma(a, b, c))
            PK_CHAIN(PK_NEGATIVE_MULTIPLY_ADD_CHAIN, PK_VECTOR_FACTOR, __builtin_elementwise_fma(-a, b, c))
            PK_CHAIN(PK_CONSTANT_MULTIPLY_ADD_CHAIN, PK_CONSTANT_FACTOR, __builtin_elementwise_fma(a, b, c))
            PK_CHAIN(PK_CONSTANT_NEGATIVE_MULTIPLY_ADD_CHAIN, PK_CONSTANT_FACTOR, __builtin_elementwise_fma(-a, b, c))
            PK_UNARY(PK_NEGATE, -a)
            PK_UNARY(PK_ABSOLUTE, __builtin_elementwise_abs(a))
            PK_UNARY(PK_SQUARE_ROOT, __builtin_elementwise_sqrt(a))
            PK_BINARY(PK_MINIMUM, pk_choose(a < b, a, b))
            PK_BINARY(PK_MAXIMUM, pk_choose(a > b, a, b))
            PK_UNARY(PK_FLOOR, __builtin_elementwise_floor(a))
            PK_UNARY(PK_CEILING, __builtin_elementwise_ceil(a))
            PK_UNARY(PK_TRUNCATE, __builtin_elementwise_trunc(a))
            PK_UNARY(PK_ROUND, __builtin_elementwise_roundeven(a))
            PK_UNARY(PK_EXPONENT, pk_vector_exponent(a))
            PK_UNARY(PK_MANTISSA, pk_vector_mantissa(a))
            PK_BINARY(PK_SCALE, pk_vector_scale(a, b))
            PK_BINARY(PK_LESS, pk_truth(a < b))
            PK_BINARY(PK_LESS_OR_EQUAL, pk_truth(a <= b))
            PK_BINARY(PK_EQUAL, pk_truth(a == b))
            PK_BINARY(PK_NOT_EQUAL, pk_truth(a != b))
            PK_BINARY(PK_AND, pk_truth((a != 0) & (b != 0)))
            PK_BINARY(PK_OR, pk_truth((a != 0) | (b != 0)))
            PK_UNARY(PK_NOT, pk_truth(a == 0))
            PK_TERNARY(PK_SELECT, pk_choose(a != 0, b, c))
        default:
            for (; count > 0; count--, code += 2)
                pk_rare_lanes(operation, (const double *)PK_PLACE(code[1]), (double *)PK_PLACE(code[0]), PK_BLOCK * blocks);
        }
    }
}

PK_TARGET void PK_RUN(const int32_t *code, size_t words, double *const *areas, int32_t areaCount, int32_t lanes) {
    pk_mode saved = pk_enter_mode();
    double *shifted[16];
    for (int32_t done = 0; done < lanes;) {
        for (int32_t i = 0; i < areaCount; i++) shifted[i] = areas[i] + (i == PK_CONSTANT_AREA ? 0 : done);
        int32_t blocks = (lanes - done) / PK_BLOCK;
        if (blocks >= 4) {
            PK_CAT(PK_RUN, _blocks)(code, code + words, shifted, 4);
            done += 4 * PK_BLOCK;
        } else if (blocks >= 2) {
            PK_CAT(PK_RUN, _blocks)(code, code + words, shifted, 2);
            done += 2 * PK_BLOCK;
        } else {
            PK_CAT(PK_RUN, _blocks)(code, code + words, shifted, 1);
            done += PK_BLOCK;
        }
    }
    pk_leave_mode(saved);
}

#undef PK_PLACE
#undef PK_AT
#undef PK_EACH_BLOCK
#undef PK_UNARY
#undef PK_BINARY
#undef PK_TERNARY
#undef PK_CHAIN
#undef PK_STEP
#undef PK_VECTOR_FACTOR
#undef PK_CONSTANT_FACTOR
