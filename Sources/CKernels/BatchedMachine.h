// The virtual machine's loops, compiled once per instruction set by the including file, which defines PK_RUN (the
// function's name) and PK_TARGET (its target attribute). One dispatch serves a whole run of equal operations.
//
// Program: a sequence of runs, each `operation, count` followed by count entries of `out, a[, b[, c]]`. Values are
// offsets in doubles into the scratch area; loads have `out, buffer, offset`, stores `value, buffer, offset`,
// constants `out, index`. All blocks of one call have PK_BLOCK * chunks lanes.

#include "BatchedMachine+Vectors.h"

#define PK_CAT2(a, b) a##b
#define PK_CAT(a, b) PK_CAT2(a, b)

#define PK_UNARY(name, expression)                                                                                  \
    case name:                                                                                                      \
        for (; code < end; code += 2) {                                                                             \
            const pk_vector *pa = (const pk_vector *)(scratch + code[1]);                                           \
            pk_vector *po = (pk_vector *)(scratch + code[0]);                                                       \
            for (int k = 0; k < chunks; k++) {                                                                      \
                pk_vector a = pa[k];                                                                                \
                po[k] = (expression);                                                                               \
            }                                                                                                       \
        }                                                                                                           \
        break;

#define PK_BINARY(name, expression)                                                                                 \
    case name:                                                                                                      \
        for (; code < end; code += 3) {                                                                             \
            const pk_vector *pa = (const pk_vector *)(scratch + code[1]), *pb = (const pk_vector *)(scratch + code[2]); \
            pk_vector *po = (pk_vector *)(scratch + code[0]);                                                       \
            for (int k = 0; k < chunks; k++) {                                                                      \
                pk_vector a = pa[k], b = pb[k];                                                                     \
                po[k] = (expression);                                                                               \
            }                                                                                                       \
        }                                                                                                           \
        break;

#define PK_TERNARY(name, expression)                                                                                \
    case name:                                                                                                      \
        for (; code < end; code += 4) {                                                                             \
            const pk_vector *pa = (const pk_vector *)(scratch + code[1]), *pb = (const pk_vector *)(scratch + code[2]), \
                            *pc = (const pk_vector *)(scratch + code[3]);                                           \
            pk_vector *po = (pk_vector *)(scratch + code[0]);                                                       \
            for (int k = 0; k < chunks; k++) {                                                                      \
                pk_vector a = pa[k], b = pb[k], c = pc[k];                                                          \
                po[k] = (expression);                                                                               \
            }                                                                                                       \
        }                                                                                                           \
        break;

PK_TARGET static inline __attribute__((always_inline)) void PK_CAT(PK_RUN, _chunks)(
    const int32_t *code, const int32_t *last, const double *constants, double *const *buffers, double *scratch,
    const int chunks) {
    while (code < last) {
        int32_t operation = code[0];
        const int32_t *end = code + 2 + (size_t)code[1] * pk_entry_words(operation);
        code += 2;
        switch (operation) {
        case PK_CONSTANT:
            for (; code < end; code += 2) {
                pk_vector x = pk_broadcast(constants[code[1]]), *po = (pk_vector *)(scratch + code[0]);
                for (int k = 0; k < chunks; k++) po[k] = x;
            }
            break;
        case PK_LOAD:
            for (; code < end; code += 3) {
                const pk_vector *pa = (const pk_vector *)(buffers[code[1]] + code[2]);
                pk_vector *po = (pk_vector *)(scratch + code[0]);
                for (int k = 0; k < chunks; k++) po[k] = pa[k];
            }
            break;
        case PK_STORE:
            for (; code < end; code += 3) {
                const pk_vector *pa = (const pk_vector *)(scratch + code[0]);
                pk_vector *po = (pk_vector *)(buffers[code[1]] + code[2]);
                for (int k = 0; k < chunks; k++) po[k] = pa[k];
            }
            break;
            PK_BINARY(PK_ADD, a + b)
            PK_BINARY(PK_SUBTRACT, a - b)
            PK_BINARY(PK_MULTIPLY, a *b)
            PK_BINARY(PK_DIVIDE, a / b)
            PK_TERNARY(PK_MULTIPLY_ADD, __builtin_elementwise_fma(a, b, c))
            PK_TERNARY(PK_NEGATIVE_MULTIPLY_ADD, __builtin_elementwise_fma(-a, b, c))
            PK_TERNARY(PK_MULTIPLY_SUBTRACT, __builtin_elementwise_fma(a, b, -c))
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
            for (; code < end; code += 2)
                pk_rare_lanes(operation, scratch + code[1], scratch + code[0], PK_BLOCK * chunks);
        }
    }
}

PK_TARGET void PK_RUN(
    const int32_t *code, size_t words, const double *constants, double *const *buffers, double *scratch,
    int32_t lanes) {
    pk_mode saved = pk_enter_mode();
    switch (lanes / PK_BLOCK) {
    case 1: PK_CAT(PK_RUN, _chunks)(code, code + words, constants, buffers, scratch, 1); break;
    case 2: PK_CAT(PK_RUN, _chunks)(code, code + words, constants, buffers, scratch, 2); break;
    case 4: PK_CAT(PK_RUN, _chunks)(code, code + words, constants, buffers, scratch, 4); break;
    default: PK_CAT(PK_RUN, _chunks)(code, code + words, constants, buffers, scratch, lanes / PK_BLOCK);
    }
    pk_leave_mode(saved);
}

#undef PK_UNARY
#undef PK_BINARY
#undef PK_TERNARY
