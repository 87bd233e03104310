/// How often this thread has allocated memory since it started, by malloc, calloc or realloc.
long allocation_count(void);
