// The records of zip archives: marks, sizes, and numbers in them.
#ifndef JITC_FRONTEND_ZIP_H
#define JITC_FRONTEND_ZIP_H
#include <stddef.h>
#include <stdint.h>

enum {
  ZIP_LOCAL = 30,  // bytes of a member's header without its name and extra fields
  ZIP_ENTRY = 46,  // of one in the directory
  ZIP_END = 22,    // of the short end record
  ZIP_END64 = 56,
  ZIP_LOCATOR = 20,
  ZIP_LOCAL_MARK = 0x04034b50,
  ZIP_ENTRY_MARK = 0x02014b50,
  ZIP_END_MARK = 0x06054b50,
  ZIP_END64_MARK = 0x06064b50,
  ZIP_LOCATOR_MARK = 0x07064b50,
  ZIP_STORED = 0,
  ZIP_DEFLATED = 8,
  ZIP_ENCRYPTED = 1,  // of the flags
  ZIP_UTF8 = 1 << 11,
  ZIP_LONG = 1,          // the extra field of 64-bit numbers
  ZIP_PADDING = 0xD935,  // one that aligns what follows
  ZIP_VERSION = 45,      // which knows the long ones
  ZIP_DATE = 0x21,       // 1980-01-01
};

static inline uint64_t get_number(const unsigned char *at, int bytes) {
  uint64_t v = 0;
  for (int i = bytes - 1; i >= 0; i--) v = v << 8 | at[i];
  return v;
}
#endif
