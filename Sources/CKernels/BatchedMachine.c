#include "BatchedMachine+Vectors.h"

#if defined(__x86_64__)
#define PK_RUN pk_run_batched_avx512
#define PK_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#include "BatchedMachine.h"
#undef PK_RUN
#undef PK_TARGET

#define PK_RUN pk_run_batched_avx2
#define PK_TARGET __attribute__((target("avx2,fma")))
#include "BatchedMachine.h"
#undef PK_RUN
#undef PK_TARGET
#endif

#define PK_RUN pk_run_batched_baseline
#define PK_TARGET
#include "BatchedMachine.h"

pk_batched_run pk_batched_machine(int allows512) {
#if defined(__x86_64__)
    if (allows512 && pk_has_avx512()) return pk_run_batched_avx512;
    if (pk_has_avx2()) return pk_run_batched_avx2;
#endif
    return pk_run_batched_baseline;
}
