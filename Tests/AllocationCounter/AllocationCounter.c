#include "AllocationCounter.h"
#include <stddef.h>

// The test executable's own malloc takes the place of the C library's, counts, and passes on. Linux with glibc only;
// elsewhere the count stays 0 and the test that needs it is skipped.
static _Thread_local long count;

long allocation_count(void) { return count; }

#if defined(__GLIBC__)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count++;
    return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    count++;
    return __libc_realloc(pointer, size);
}
#endif
