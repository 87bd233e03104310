#include "CKernels.h"
#include "FloatingPointMode.h"
#include <math.h>

#define PK_INTERPOLATION(name, target)                                                                              \
    target static void name(                                                                                        \
        double theta, const double *y, const double *y1, const double *const *k, int32_t order,                     \
        const int32_t *states, const int32_t *places, int32_t count, int32_t lanes, double *out) {                  \
        double rest = 1 - theta;                                                                                    \
        for (int32_t i = 0; i < count; i++) {                                                                       \
            size_t state = (size_t)states[i] * lanes, place = (size_t)places[i] * lanes;                            \
            double inner = k[order - 1][place];                                                                     \
            for (int32_t m = order - 2; m >= 0; m--) inner = __builtin_fma(theta, inner, k[m][place]);              \
            double outer = __builtin_fma(rest, inner, y1[state] - y[state]);                                        \
            out[i] = theta == 1 ? y1[state] : __builtin_fma(theta, outer, y[state]);                                \
        }                                                                                                           \
    }

#if defined(__x86_64__)
PK_INTERPOLATION(interpolate_fused, __attribute__((target("avx2,fma"))))
#endif
PK_INTERPOLATION(interpolate_baseline, )

void pk_interpolate(
    double theta, const double *y, const double *y1, const double *const *k, int32_t order, const int32_t *states,
    const int32_t *places, int32_t count, int32_t lanes, double *out) {
    pk_mode saved = pk_enter_mode();
#if defined(__x86_64__)
    static int has_fused = -1;
    if (has_fused < 0) has_fused = pk_has_avx2();
    if (has_fused) interpolate_fused(theta, y, y1, k, order, states, places, count, lanes, out);
    else
#endif
        interpolate_baseline(theta, y, y1, k, order, states, places, count, lanes, out);
    pk_leave_mode(saved);
}
