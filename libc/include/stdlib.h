// General utilities: memory, numbers, environment, end of the program (C17 7.22, POSIX).
#pragma once
#include <alloca.h>
#include <bits/types.h>
#include <uapi/process.h>
__BEGIN_DECLS
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
#define MB_CUR_MAX ((size_t)1)
typedef struct {
    int quot, rem;
} div_t;
typedef struct {
    long quot, rem;
} ldiv_t;
typedef struct {
    long long quot, rem;
} lldiv_t;

void* malloc(size_t) __attribute__((__malloc__, __alloc_size__(1)));
void* calloc(size_t, size_t) __attribute__((__malloc__, __alloc_size__(1, 2)));
void* realloc(void*, size_t) __attribute__((__alloc_size__(2)));
void* reallocarray(void*, size_t, size_t) __attribute__((__alloc_size__(2, 3)));
void free(void*);
void* aligned_alloc(size_t, size_t);
void* memalign(size_t, size_t);
int posix_memalign(void**, size_t, size_t);
size_t malloc_usable_size(void*);

int atoi(const char*);
long atol(const char*);
long long atoll(const char*);
double atof(const char*);
long strtol(const char* __restrict, char** __restrict, int);
long long strtoll(const char* __restrict, char** __restrict, int);
unsigned long strtoul(const char* __restrict, char** __restrict, int);
unsigned long long strtoull(const char* __restrict, char** __restrict, int);
float strtof(const char* __restrict, char** __restrict);
double strtod(const char* __restrict, char** __restrict);
long double strtold(const char* __restrict, char** __restrict);

int mblen(const char*, size_t);
int mbtowc(wchar_t* __restrict, const char* __restrict, size_t);
int wctomb(char*, wchar_t);
size_t mbstowcs(wchar_t* __restrict, const char* __restrict, size_t);
size_t wcstombs(char* __restrict, const wchar_t* __restrict, size_t);

int abs(int);
long labs(long);
long long llabs(long long);
div_t div(int, int);
ldiv_t ldiv(long, long);
lldiv_t lldiv(long long, long long);
int rand(void);
int rand_r(unsigned*);
void srand(unsigned);
long random(void);
void srandom(unsigned);
double drand48(void);
long lrand48(void);
void srand48(long);
uint32_t arc4random(void);
void arc4random_buf(void*, size_t);
uint32_t arc4random_uniform(uint32_t);

void qsort(void*, size_t, size_t, int (*)(const void*, const void*));
void qsort_r(void*, size_t, size_t, int (*)(const void*, const void*, void*), void*);
void* bsearch(const void*, const void*, size_t, size_t, int (*)(const void*, const void*));

char* getenv(const char*);
char* secure_getenv(const char*);
int setenv(const char*, const char*, int);
int unsetenv(const char*);
int putenv(char*);
int clearenv(void);

__NORETURN void abort(void);
__NORETURN void exit(int);
__NORETURN void _Exit(int);
__NORETURN void quick_exit(int);
int atexit(void (*)(void));
int at_quick_exit(void (*)(void));
int system(const char*);
int mkstemp(char*);
int mkostemp(char*, int);
int mkstemps(char*, int);
char* mkdtemp(char*);
char* mktemp(char*);
char* realpath(const char* __restrict, char* __restrict);
int posix_openpt(int);
int grantpt(int);
int unlockpt(int);
char* ptsname(int);
#define WEXITSTATUS(s) (((s)&0xff00) >> 8)
#define WTERMSIG(s) ((s)&0x7f)
#define WSTOPSIG(s) WEXITSTATUS(s)
#define WIFEXITED(s) (WTERMSIG(s) == 0)
#define WIFSTOPPED(s) (((s)&0xff) == 0x7f)
#define WIFSIGNALED(s) (((s)&0xffff) - 1u < 0xffu)
#define WIFCONTINUED(s) ((s) == 0xffff)
#define WCOREDUMP(s) ((s)&0x80)
__END_DECLS

#if __USE_FORTIFY_LEVEL > 0
#include <bits/fortify_stdlib.h>
#endif
