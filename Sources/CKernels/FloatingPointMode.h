#ifndef PERFORIN_FLOATING_POINT_MODE_H
#define PERFORIN_FLOATING_POINT_MODE_H

// One mode in every form: round to nearest, ties to even; no traps; denormal operands and results are zero.
// Extinct populations decay through the denormal range, where some processors are a hundred times slower.

#if defined(__x86_64__)
#include <immintrin.h>
typedef unsigned int pk_mode;
#define PK_MODE 0x9fc0u /* FTZ | DAZ | all exceptions masked | nearest */
static inline pk_mode pk_enter_mode(void) {
    pk_mode saved = _mm_getcsr();
    _mm_setcsr(PK_MODE);
    return saved;
}
static inline void pk_leave_mode(pk_mode saved) { _mm_setcsr(saved); }
#elif defined(__aarch64__)
#include <stdint.h>
typedef uint64_t pk_mode;
static inline pk_mode pk_enter_mode(void) {
    pk_mode saved;
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
    pk_mode mode = (saved & ~(3ull << 22)) | (1ull << 24);
    __asm__ volatile("msr fpcr, %0" ::"r"(mode) : "memory");
    return saved;
}
static inline void pk_leave_mode(pk_mode saved) { __asm__ volatile("msr fpcr, %0" ::"r"(saved) : "memory"); }
#else
#error "Perforin's kernels run on x86-64 and arm64"
#endif

#endif
