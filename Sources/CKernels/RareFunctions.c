#include "CKernels.h"
#include <math.h>

double pk_rare(int32_t operation, double a) {
    switch (operation) {
    case PK_SINE: return sin(a);
    case PK_COSINE: return cos(a);
    case PK_TANGENT: return tan(a);
    case PK_ARCSINE: return asin(a);
    case PK_ARCCOSINE: return acos(a);
    case PK_ARCTANGENT: return atan(a);
    case PK_HYPERBOLIC_SINE: return sinh(a);
    case PK_HYPERBOLIC_COSINE: return cosh(a);
    case PK_HYPERBOLIC_TANGENT: return tanh(a);
    case PK_AREA_HYPERBOLIC_SINE: return asinh(a);
    case PK_AREA_HYPERBOLIC_COSINE: return acosh(a);
    case PK_AREA_HYPERBOLIC_TANGENT: return atanh(a);
    case PK_FACTORIAL: return tgamma(a + 1);
    default: return NAN;
    }
}

void pk_rare_lanes(int32_t operation, const double *a, double *out, int32_t lanes) {
    for (int32_t l = 0; l < lanes; l++) out[l] = pk_rare(operation, a[l]);
}
