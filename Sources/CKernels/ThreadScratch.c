#include "CKernels.h"
#include <pthread.h>
#include <stdlib.h>

static _Thread_local double *scratch;
static _Thread_local size_t capacity;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_key(void) { pthread_key_create(&key, free); }

double *pk_thread_scratch(size_t bytes) {
    if (bytes > capacity) {
        pthread_once(&once, make_key);
        size_t wanted = (bytes + bytes / 2 + 4095) & ~(size_t)4095;
        free(scratch);
        scratch = NULL;
        void *memory = NULL;
        if (posix_memalign(&memory, 64, wanted) != 0) abort();
        scratch = memory;
        capacity = wanted;
        pthread_setspecific(key, scratch);
    }
    return scratch;
}
