#include "CKernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

/// Register state that the operating system saves (XCR0); 0 without XSAVE.
static uint64_t saved_state(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

static int has_fma(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_FMA) && (c & bit_AVX);
}

int pk_has_avx2(void) {
    unsigned a, b, c, d;
    return has_fma() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2) && (saved_state() & 0x6) == 0x6;
}

int pk_has_avx512(void) {
    unsigned a, b, c, d;
    if (!pk_has_avx2() || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    unsigned wanted = bit_AVX512F | bit_AVX512DQ | bit_AVX512VL | bit_AVX512BW;
    return (b & wanted) == wanted && (saved_state() & 0xe6) == 0xe6;
}

int pk_halves_avx512(void) {
    unsigned a, b, c, d;
    if (!pk_has_avx512() || !__get_cpuid(0, &a, &b, &c, &d) || b != signature_AMD_ebx) return 0;
    __get_cpuid(1, &a, &b, &c, &d);
    unsigned family = ((a >> 8) & 0xf) + ((a >> 20) & 0xff);
    return family == 0x19;
}
#else
int pk_halves_avx512(void) { return 0; }
int pk_has_avx2(void) { return 0; }
int pk_has_avx512(void) { return 0; }
#endif
