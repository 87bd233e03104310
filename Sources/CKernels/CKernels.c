#include "CKernels.h"
#include "FloatingPointMode.h"
#include "ScalarOperations.h"

double pk_evaluate(int32_t operation, double a, double b, double c) {
    pk_mode saved = pk_enter_mode();
    // Through volatile variables, so that nothing is computed before the mode is set or after it is restored.
    volatile double va = a, vb = b, vc = c;
    volatile double result = pk_scalar(operation, va, vb, vc);
    pk_leave_mode(saved);
    return result;
}

void pk_run_calls(const pk_call *calls, size_t count) {
    pk_mode saved = pk_enter_mode();
    for (size_t i = 0; i < count; i++) calls[i].function(calls[i].buffers);
    pk_leave_mode(saved);
}

void pk_interpret(
    const pk_instruction *code, size_t count, const double *constants, double *const *buffers, int32_t lanes,
    double *scratch) {
    pk_mode saved = pk_enter_mode();
    for (size_t i = 0; i < count; i++) {
        pk_instruction in = code[i];
        double *out = scratch + i * lanes;
        switch (in.operation) {
        case PK_CONSTANT:
            for (int32_t l = 0; l < lanes; l++) out[l] = constants[in.a];
            break;
        case PK_LOAD:
            for (int32_t l = 0; l < lanes; l++) out[l] = buffers[in.a][(size_t)in.b * lanes + l];
            break;
        case PK_STORE:
            for (int32_t l = 0; l < lanes; l++)
                buffers[in.b][(size_t)in.c * lanes + l] = scratch[(size_t)in.a * lanes + l];
            break;
        default: {
            const double *a = scratch + (size_t)in.a * lanes;
            const double *b = in.b < 0 ? a : scratch + (size_t)in.b * lanes;
            const double *c = in.c < 0 ? a : scratch + (size_t)in.c * lanes;
            for (int32_t l = 0; l < lanes; l++) out[l] = pk_scalar(in.operation, a[l], b[l], c[l]);
        }
        }
    }
    pk_leave_mode(saved);
}
