#ifndef PERFORIN_BATCHED_MACHINE_VECTORS_H
#define PERFORIN_BATCHED_MACHINE_VECTORS_H

// Operations on blocks of lanes. They are macros, so that each takes the instruction set of the function that it
// stands in; arguments are plain variables.

#include "CKernels.h"
#include "FloatingPointMode.h"
#include <math.h>

/// Lanes of a vector, and vectors that a run works on at a time.
enum { PK_BLOCK = 8, PK_MOST_BLOCKS = 4 };

/// Areas of places (BatchedMachine.h)
enum { PK_CONSTANT_AREA = 1 };

typedef double pk_vector __attribute__((vector_size(8 * PK_BLOCK)));
typedef int64_t pk_integers __attribute__((vector_size(8 * PK_BLOCK)));

#define pk_broadcast(x) ((pk_vector){(x), (x), (x), (x), (x), (x), (x), (x)})
#define pk_choose(mask, a, b) ((pk_vector)(((mask) & (pk_integers)(a)) | (~(mask) & (pk_integers)(b))))
#define pk_truth(mask) ((pk_vector)((mask) & (pk_integers)pk_broadcast(1.0)))

#define PK_FRACTION_BITS 0x000fffffffffffffll
#define PK_ONE_BITS 0x3ff0000000000000ll
/// 2^52 + 1023: adding a small integer e to it leaves e + 1023 in the lowest bits.
#define PK_BIAS 0x1.00000000003ffp52

#define pk_vector_exponent(a)                                                                                       \
    ({                                                                                                              \
        pk_vector size_ = __builtin_elementwise_abs(a);                                                             \
        pk_integers field_ = (pk_integers)size_ >> 52;                                                              \
        pk_vector e_ = (pk_vector)(field_ | 0x4330000000000000ll) - PK_BIAS;                                        \
        e_ = pk_choose(size_ < INFINITY, e_, size_);                                                                \
        pk_choose(size_ == 0, pk_broadcast(-INFINITY), e_);                                                         \
    })

#define pk_vector_mantissa(a)                                                                                       \
    ({                                                                                                              \
        pk_vector size_ = __builtin_elementwise_abs(a);                                                             \
        pk_vector m_ = (pk_vector)(((pk_integers)(size_) & PK_FRACTION_BITS) | PK_ONE_BITS);                        \
        m_ = pk_choose(size_ == 0, pk_broadcast(1.0), m_);                                                          \
        pk_choose(a != a, a, m_);                                                                                   \
    })

/// a · 2^⌊b⌋: with a = m · 2^e, the power 2^(e + ⌊b⌋) is put together from its bits; −1023 gives 0 and 1024 infinity.
#define pk_vector_scale(a, b)                                                                                       \
    ({                                                                                                              \
        pk_vector total_ = pk_vector_exponent(a) + __builtin_elementwise_floor(b);                                  \
        pk_vector low_ = pk_choose(total_ < -1023, pk_broadcast(-1023.0), total_);                                  \
        pk_vector bounded_ = pk_choose(low_ > 1024, pk_broadcast(1024.0), low_);                                    \
        pk_vector power_ = (pk_vector)((pk_integers)(bounded_ + PK_BIAS) << 52);                                    \
        pk_integers sign_ = (pk_integers)a & INT64_MIN;                                                             \
        pk_vector m_ = (pk_vector)((pk_integers)pk_vector_mantissa(a) | sign_);                                     \
        pk_vector r_ = m_ * power_;                                                                                 \
        r_ = pk_choose(total_ == total_, r_, total_);                                                               \
        r_ = pk_choose((a != a) & (b == INFINITY), pk_broadcast(INFINITY), r_);                                     \
        pk_choose((a != a) & (b == -INFINITY), pk_broadcast(0.0), r_);                                              \
    })

#endif
