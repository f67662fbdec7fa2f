// What C and C++ write differently: _Generic and compound literals in one, templates in the other.
// Part of jitc.h, which includes it; nothing here is for users.
#ifndef JITC_DIALECT_H
#define JITC_DIALECT_H

// JC_ITEMS_(T, a, b): a pointer to a C array of these, which lives as long as the expression in
// C++. JC_COPY_OF_(a): the address of a value; JC_COPY_LIKE_(a, b): of b, of a's type or not
// compiled. JC_IS_(x, T): whether x is a T. JC_ASSERT_TYPE_(message, x, T): a declaration that says
// so. JC_IF_SAME_(A, B, R, Yes, No): the type Yes where A and B both are R, else No.
// JC_KIND_OF_(x): the kind of a parameter or field, see struct jc_param_; x is not evaluated.
#ifndef __cplusplus
#define JC_ITEMS_(T, ...) ((T[]){__VA_ARGS__})
#define JC_COPY_OF_(a) ((__typeof__(a)[1]){a})
#define JC_COPY_LIKE_(a, b) ((__typeof__(a)[1]){1 ? (b) : (a)})
// clang-format off
#define JC_OF_TYPE_(x, T) _Generic(&*(x), T: (x))
#define JC_IS_(x, T) _Generic((x), T: 1, default: 0)
#define JC_ASSERT_TYPE_(message, x, ...) \
  _Static_assert(_Generic((x), __VA_ARGS__: 1, default: 0), message)
#define JC_IF_SAME_(A, B, R, Yes, No) \
  __typeof__(*_Generic((A *)0, R *: _Generic((B *)0, R *: (Yes *)0, default: (No *)0), default: (No *)0))
#define JC_KIND_OF_(x)                                                                        \
  _Generic((x), jc_array: 'a', jc_params: 'a', bool: 'b', int: 'i', unsigned: 'u', long: 'l', long long: 'l', \
           unsigned long: 'l', float: 'f', double: 'd', char *: 's', const char *: 's',       \
           jc_array *: 'v', jc_opt: 'o', default: __builtin_classify_type(x) == 5 ? 'p' : 't')
// clang-format on
#else
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // options not given are zero
extern "C++" {
template <class T, size_t n>
static inline const T *jc_items_(const T (&items)[n]) {
  return items;
}
template <class T>
static inline const void *jc_copy_of_(const T &a) {
  return &a;
}
template <class T>
static inline const void *jc_copy_like_(const T &, const T &b) {
  return &b;
}
template <class A, class B>
struct jc_same_ {
  enum { value = 0 };
};
template <class A>
struct jc_same_<A, A> {
  enum { value = 1 };
};
template <int condition, class Yes, class No>
struct jc_if_ {
  typedef Yes type;
};
template <class Yes, class No>
struct jc_if_<0, Yes, No> {
  typedef No type;
};
template <class T>
struct jc_kind_ {
  enum { value = __is_enum(T) ? 'i' : 't' };
};
template <class T>
struct jc_kind_<T *> {
  enum { value = 'p' };
};
template <class T, size_t n>
struct jc_kind_<T[n]> {
  enum { value = 'p' };
};
template <size_t n>
struct jc_kind_<jc_array[n]> {
  enum { value = 'v' };
};
#define JC_KIND_(T, kind)  \
  template <>              \
  struct jc_kind_<T> {     \
    enum { value = kind }; \
  };
// clang-format off
JC_KIND_(jc_array, 'a') JC_KIND_(jc_params, 'a') JC_KIND_(bool, 'b') JC_KIND_(int, 'i')
JC_KIND_(unsigned, 'u') JC_KIND_(long, 'l') JC_KIND_(long long, 'l') JC_KIND_(unsigned long, 'l')
JC_KIND_(float, 'f') JC_KIND_(double, 'd') JC_KIND_(char *, 's') JC_KIND_(const char *, 's')
JC_KIND_(struct jc_opt, 'o')
// clang-format on
#undef JC_KIND_
}
#define JC_ITEMS_(T, ...) (jc_items_<T>({__VA_ARGS__}))
#define JC_COPY_OF_(a) jc_copy_of_(a)
#define JC_COPY_LIKE_(a, b) jc_copy_like_(a, b)
#define JC_OF_TYPE_(x, T) static_cast<T>(&*(x))
#define JC_IS_(x, T) (jc_same_<__typeof__(x), T>::value)
#define JC_ASSERT_TYPE_(message, x, ...) \
  static_assert(jc_same_<__typeof__(&*(x)), __VA_ARGS__>::value, message)
#define JC_IF_SAME_(A, B, R, Yes, No) \
  jc_if_<jc_same_<A, R>::value && jc_same_<B, R>::value, Yes, No>::type
#define JC_KIND_OF_(x) (jc_kind_<__typeof__(x)>::value)
#endif

#endif
