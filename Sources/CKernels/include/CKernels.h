#ifndef PERFORIN_CKERNELS_H
#define PERFORIN_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Operations, numbered as `Operation` of the Swift module Kernels.
enum {
    PK_CONSTANT, PK_LOAD, PK_STORE,
    PK_ADD, PK_SUBTRACT, PK_MULTIPLY, PK_DIVIDE,
    PK_MULTIPLY_ADD, PK_NEGATIVE_MULTIPLY_ADD, PK_MULTIPLY_SUBTRACT,
    PK_NEGATE, PK_ABSOLUTE, PK_SQUARE_ROOT,
    PK_MINIMUM, PK_MAXIMUM,
    PK_FLOOR, PK_CEILING, PK_TRUNCATE, PK_ROUND,
    PK_EXPONENT, PK_MANTISSA, PK_SCALE,
    PK_LESS, PK_LESS_OR_EQUAL, PK_EQUAL, PK_NOT_EQUAL,
    PK_AND, PK_OR, PK_NOT, PK_SELECT,
    PK_SINE, PK_COSINE, PK_TANGENT, PK_ARCSINE, PK_ARCCOSINE, PK_ARCTANGENT,
    PK_HYPERBOLIC_SINE, PK_HYPERBOLIC_COSINE, PK_HYPERBOLIC_TANGENT,
    PK_AREA_HYPERBOLIC_SINE, PK_AREA_HYPERBOLIC_COSINE, PK_AREA_HYPERBOLIC_TANGENT,
    PK_FACTORIAL,
    PK_OPERATION_COUNT
};

typedef struct {
    int32_t operation, a, b, c;
} pk_instruction;

/// One operation on one double, in the kernels' floating-point mode (nearest, denormals are zero).
double pk_evaluate(int32_t operation, double a, double b, double c);

/// Runs a program instruction by instruction: the definition of what a kernel computes.
/// `scratch` holds count * lanes doubles.
void pk_interpret(
    const pk_instruction *code, size_t count, const double *constants, double *const *buffers, int32_t lanes,
    double *scratch);

// What the batched machine has besides: copies, and sums that stay in registers (BatchedMachine.h).
enum {
    PK_MOVE = PK_OPERATION_COUNT,
    PK_MULTIPLY_ADD_CHAIN, PK_NEGATIVE_MULTIPLY_ADD_CHAIN,
    PK_CONSTANT_MULTIPLY_ADD_CHAIN, PK_CONSTANT_NEGATIVE_MULTIPLY_ADD_CHAIN
};

/// Runs a program of batched operations (BatchedMachine.h) on a multiple of 8 lanes. `areas`: scratch, constants, and the
/// kernel's buffers; at most 16.
typedef void (*pk_batched_run)(
    const int32_t *code, size_t words, double *const *areas, int32_t areaCount, int32_t lanes);

/// The fastest compiled form of the batched machine that this processor has; without `allows512` none with AVX-512.
pk_batched_run pk_batched_machine(int allows512);

/// A rare function (PK_SINE to PK_FACTORIAL) of one number, and of one number per lane.
double pk_rare(int32_t operation, double a);
void pk_rare_lanes(int32_t operation, const double *a, double *out, int32_t lanes);

/// Whether processor and operating system offer AVX2 with FMA; AVX-512 F, DQ, VL and BW.
int pk_has_avx2(void);
int pk_has_avx512(void);

/// Whether the processor carries out 512-bit operations in two halves (AMD's family 19h, Zen 4).
int pk_halves_avx512(void);

/// Machine code of a kernel and the buffers it runs on.
typedef struct {
    void (*function)(double *const *buffers);
    double *const *buffers;
} pk_call;

/// Runs machine code in the kernels' floating-point mode, set once for all calls and restored at the end.
void pk_run_calls(const pk_call *calls, size_t count);

/// States of one lane within a step, by the same operations as the kernel `interpolate` of the integrators:
/// ```
/// out_i = y + theta (y1 - y + (1 - theta)(k_1 + theta (k_2 + ...)))
/// ```
/// `y` and `y1` begin at the lane's first state, `k` holds `order` such vectors of interpolated states, `places` where each
/// of the `states` is among these.
void pk_interpolate(
    double theta, const double *y, const double *y1, const double *const *k, int32_t order, const int32_t *states,
    const int32_t *places, int32_t count, int32_t lanes, double *out);

/// This thread's scratch memory, 64-byte aligned, at least `bytes` long; grows, and is freed when the thread ends.
double *pk_thread_scratch(size_t bytes);

#endif
