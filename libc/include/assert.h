// assert(3). May be included again with NDEBUG set otherwise, hence no include guard.
#include <features.h>
#undef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression)                                                                         \
    ((expression) ? (void)0 : __assert_fail(#expression, __FILE__, __LINE__, __func__))
#endif
#if !defined __cplusplus && !defined static_assert
#define static_assert _Static_assert
#endif
__BEGIN_DECLS
__NORETURN void __assert_fail(const char*, const char*, unsigned, const char*);
__END_DECLS
