// What every header starts with: C linkage, and the attributes that declarations use.
#pragma once

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#define __THROW __attribute__((__nothrow__))
#define __NORETURN __attribute__((__noreturn__))
#define __PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))
#define __SCANF(format, first) __attribute__((__format__(__scanf__, format, first)))

// Buffer checks (feature_test_macros(7)): 1 checks whole objects, 2 checks members of structures.
#if defined _FORTIFY_SOURCE && _FORTIFY_SOURCE > 0 && defined __OPTIMIZE__ && __OPTIMIZE__ > 0
#define __USE_FORTIFY_LEVEL _FORTIFY_SOURCE
#else
#define __USE_FORTIFY_LEVEL 0
#endif
