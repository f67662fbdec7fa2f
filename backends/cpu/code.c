// The loader: ELF relocatable bytes become mapped code. Every offset that comes from the bytes is
// checked before use.
#include <elf.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backends/cpu/gemm_run.h"
#include "backends/cpu/object.h"
#include "ir/arena.h"
#include "ir/diag.h"

#define RUNTIME_TABLE(X) \
  X(fmaf)                \
  X(fma)                 \
  X(fmodf) X(fmod) X(memcpy) X(memmove) X(memset) X(cpu_gemm_chain) X(cpu_gemm_rows)

typedef void (*Import)(void);
static const char *const runtime_names[] = {
#define X(name) #name,
    RUNTIME_TABLE(X)
#undef X
};
static const Import runtime_addresses[] = {
#define X(name) (Import) name,
    RUNTIME_TABLE(X)
#undef X
};
enum { RUNTIME_COUNT = sizeof runtime_names / sizeof *runtime_names };

enum {
  PAGE = 4096,
  JUMP = 16,  // jmp *2(%rip); 2 bytes of padding; the address
  MAX_OBJECT = 1 << 29,
};

// Text, constants, data: each starts a page, so that each has its own protection.
typedef enum Region { REGION_TEXT, REGION_CONST, REGION_DATA, REGION_COUNT } Region;

struct Code {
  unsigned char *base;
  size_t size;
  int n_symbols;
  struct {
    char *name;
    void *address;
  } * symbols;
};

// A relocatable file while it is read.
typedef struct Elf {
  const unsigned char *bytes;
  size_t n;
  const Elf64_Shdr *section;
  int n_sections;
  const Elf64_Sym *symbol;
  int n_symbols;
  const char *names;  // of symbols, ends in a zero byte
  size_t names_size;
  const char *section_names;
  size_t section_names_size;
  size_t *offset;  // of each section in the mapping; NOT_LOADED for others
  size_t got;      // of the address slots, one per symbol: in the mapping
  size_t jumps;    // of the jumps to imports, one per runtime name
  size_t region_end[REGION_COUNT];
  size_t size;
} Elf;

#define NOT_LOADED SIZE_MAX

static bool malformed(const char *what) { return fail((Loc){0}, "malformed object: %s", what); }

static bool in_file(const Elf *e, uint64_t offset, uint64_t size, uint64_t align) {
  return offset <= e->n && size <= e->n - offset && offset % align == 0;
}

static bool read_strings(const Elf *e, uint64_t index, const char **text, size_t *size) {
  if (index == 0 || index >= (uint64_t)e->n_sections) return malformed("no string table");
  const Elf64_Shdr *s = &e->section[index];
  if (s->sh_type != SHT_STRTAB || !in_file(e, s->sh_offset, s->sh_size, 1) || s->sh_size == 0 ||
      e->bytes[s->sh_offset + s->sh_size - 1] != 0)
    return malformed("string table");
  *text = (const char *)e->bytes + s->sh_offset;
  *size = s->sh_size;
  return true;
}

static bool read_header(Elf *e) {
  const Elf64_Ehdr *h = (const Elf64_Ehdr *)e->bytes;
  if (e->n < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) ||
      h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB)
    return malformed("not a 64-bit ELF file");
  if (h->e_type != ET_REL || h->e_machine != EM_X86_64 || h->e_shentsize != sizeof(Elf64_Shdr))
    return malformed("not relocatable x86-64 code");
  if (e->n > MAX_OBJECT || h->e_shnum == 0 ||
      !in_file(e, h->e_shoff, (uint64_t)h->e_shnum * sizeof(Elf64_Shdr), 8))
    return malformed("section table");
  e->section = (const Elf64_Shdr *)(e->bytes + h->e_shoff);
  e->n_sections = h->e_shnum;
  return read_strings(e, h->e_shstrndx, &e->section_names, &e->section_names_size);
}

static bool read_symbols(Elf *e) {
  for (int i = 0; i < e->n_sections; i++) {
    const Elf64_Shdr *s = &e->section[i];
    if (s->sh_type != SHT_SYMTAB) continue;
    if (!in_file(e, s->sh_offset, s->sh_size, 8) || s->sh_entsize != sizeof(Elf64_Sym))
      return malformed("symbol table");
    e->symbol = (const Elf64_Sym *)(e->bytes + s->sh_offset);
    e->n_symbols = (int)(s->sh_size / sizeof(Elf64_Sym));
    if (!read_strings(e, s->sh_link, &e->names, &e->names_size)) return false;
    for (int k = 0; k < e->n_symbols; k++)
      if (e->symbol[k].st_name >= e->names_size) return malformed("symbol name");
    return true;
  }
  return malformed("no symbol table");
}

static bool elf_open(Elf *e, const void *bytes, size_t n) {
  *e = (Elf){.bytes = bytes, .n = n};
  if ((uintptr_t)bytes % 8) return malformed("misaligned bytes");
  return read_header(e) && read_symbols(e);
}

static bool is_named(const Elf *e, const Elf64_Shdr *s, const char *name) {
  return s->sh_name < e->section_names_size && !strcmp(e->section_names + s->sh_name, name);
}

static Region section_region(const Elf *e, const Elf64_Shdr *s) {
  if (s->sh_flags & SHF_EXECINSTR || is_named(e, s, OBJECT_CODE_SECTION)) return REGION_TEXT;
  return s->sh_flags & SHF_WRITE ? REGION_DATA : REGION_CONST;
}

// Unwind tables are of no use here: nothing unwinds through generated code.
static bool is_loaded(const Elf *e, const Elf64_Shdr *s) {
  return s->sh_flags & SHF_ALLOC && !is_named(e, s, ".eh_frame");
}

static bool place_section(Elf *e, int i) {
  const Elf64_Shdr *s = &e->section[i];
  uint64_t align = s->sh_addralign ? s->sh_addralign : 1;
  if (align > PAGE || (align & (align - 1))) return malformed("section alignment");
  if (s->sh_size > MAX_OBJECT ||
      (s->sh_type != SHT_NOBITS && !in_file(e, s->sh_offset, s->sh_size, 1)))
    return malformed("section size");
  e->size = (e->size + align - 1) & ~(align - 1);
  e->offset[i] = e->size;
  e->size += s->sh_size;
  return e->size <= MAX_OBJECT || malformed("too large");
}

static bool place_sections(Elf *e) {
  for (int r = 0; r < REGION_COUNT; r++) {
    for (int i = 0; i < e->n_sections; i++) {
      const Elf64_Shdr *s = &e->section[i];
      if (r == 0) e->offset[i] = NOT_LOADED;
      if (is_loaded(e, s) && (int)section_region(e, s) == r && !place_section(e, i)) return false;
    }
    e->size = (e->size + 15) & ~(size_t)15;
    if (r == REGION_TEXT) e->jumps = e->size, e->size += JUMP * RUNTIME_COUNT;
    if (r == REGION_CONST) e->got = e->size, e->size += 8 * (size_t)e->n_symbols;
    e->region_end[r] = e->size = (e->size + PAGE - 1) & ~(size_t)(PAGE - 1);
  }
  return true;
}

static void copy_sections(const Elf *e, unsigned char *base) {
  for (int i = 0; i < e->n_sections; i++) {
    const Elf64_Shdr *s = &e->section[i];
    if (e->offset[i] != NOT_LOADED && s->sh_type != SHT_NOBITS && s->sh_size)
      memcpy(base + e->offset[i], e->bytes + s->sh_offset, s->sh_size);
  }
  for (int i = 0; i < RUNTIME_COUNT; i++) {
    static const unsigned char jump[8] = {0xff, 0x25, 2, 0, 0, 0, 0xcc, 0xcc};
    memcpy(base + e->jumps + JUMP * (size_t)i, jump, 8);
    memcpy(base + e->jumps + JUMP * (size_t)i + 8, &runtime_addresses[i], 8);
  }
}

// The address a symbol stands for; imports give their jump.
static bool symbol_address(const Elf *e, unsigned char *base, uint64_t index, uint64_t *out) {
  if (index >= (uint64_t)e->n_symbols) return malformed("symbol index");
  const Elf64_Sym *s = &e->symbol[index];
  if (s->st_shndx == SHN_UNDEF) {
    const char *name = e->names + s->st_name;
    for (int i = 0; i < RUNTIME_COUNT; i++)
      if (!strcmp(name, runtime_names[i]))
        return *out = (uint64_t)(uintptr_t)(base + e->jumps + JUMP * (size_t)i), true;
    return fail((Loc){0}, "the object needs \"%s\", which is not in the runtime table", name);
  }
  if (s->st_shndx >= e->n_sections || e->offset[s->st_shndx] == NOT_LOADED)
    return malformed("symbol in a section that is not loaded");
  if (s->st_value > e->section[s->st_shndx].sh_size) return malformed("symbol value");
  *out = (uint64_t)(uintptr_t)(base + e->offset[s->st_shndx] + s->st_value);
  return true;
}

static bool fits32(int64_t v) { return v == (int32_t)v; }

static bool relocate_one(const Elf *e, unsigned char *base, const Elf64_Shdr *target,
                         size_t target_offset, const Elf64_Rela *r) {
  uint32_t type = (uint32_t)ELF64_R_TYPE(r->r_info);
  uint64_t index = ELF64_R_SYM(r->r_info), symbol;
  size_t width = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4;
  if (r->r_offset > target->sh_size || target->sh_size - r->r_offset < width)
    return malformed("relocation outside its section");
  if (type == R_X86_64_NONE) return true;
  if (!symbol_address(e, base, index, &symbol)) return false;
  unsigned char *place = base + target_offset + r->r_offset;
  if (type == R_X86_64_GOTPCREL || type == R_X86_64_GOTPCRELX || type == R_X86_64_REX_GOTPCRELX) {
    unsigned char *slot = base + e->got + 8 * index;
    memcpy(slot, &symbol, 8);
    symbol = (uint64_t)(uintptr_t)slot;
    type = R_X86_64_PC32;
  }
  uint64_t value = symbol + (uint64_t)r->r_addend, relative = value - (uint64_t)(uintptr_t)place;
  switch (type) {
    case R_X86_64_64: memcpy(place, &value, 8); return true;
    case R_X86_64_PC64: memcpy(place, &relative, 8); return true;
    case R_X86_64_PC32:
    case R_X86_64_PLT32:
      if (!fits32((int64_t)relative)) return malformed("relocation out of range");
      memcpy(place, &relative, 4);
      return true;
    case R_X86_64_32:
    case R_X86_64_32S:
      if (type == R_X86_64_32 ? value >> 32 != 0 : !fits32((int64_t)value))
        return malformed("32-bit relocation: the code must be position independent");
      memcpy(place, &value, 4);
      return true;
    default: return fail((Loc){0}, "malformed object: relocation type %u", type);
  }
}

static bool relocate(const Elf *e, unsigned char *base) {
  for (int i = 0; i < e->n_sections; i++) {
    const Elf64_Shdr *s = &e->section[i];
    if (s->sh_type == SHT_REL) return malformed("relocations without addends");
    if (s->sh_type != SHT_RELA) continue;
    if (!in_file(e, s->sh_offset, s->sh_size, 8) || s->sh_entsize != sizeof(Elf64_Rela) ||
        s->sh_info >= (uint32_t)e->n_sections)
      return malformed("relocation table");
    if (e->offset[s->sh_info] == NOT_LOADED) continue;
    const Elf64_Shdr *target = &e->section[s->sh_info];
    const Elf64_Rela *r = (const Elf64_Rela *)(e->bytes + s->sh_offset);
    for (uint64_t k = 0; k < s->sh_size / sizeof *r; k++)
      if (!relocate_one(e, base, target, e->offset[s->sh_info], &r[k])) return false;
  }
  return true;
}

static bool protect(const Elf *e, unsigned char *base) {
  static const int protection[REGION_COUNT] = {PROT_READ | PROT_EXEC, PROT_READ,
                                               PROT_READ | PROT_WRITE};
  size_t start = 0;
  for (int r = 0; r < REGION_COUNT; start = e->region_end[r++])
    if (e->region_end[r] > start &&
        mprotect(base + start, e->region_end[r] - start, protection[r]) != 0)
      return fail((Loc){0},
                  "the system refuses executable memory (mprotect): "
                  "a policy such as SELinux's execmem forbids compiled code");
  return true;
}

static bool save_symbols(const Elf *e, Code *code) {
  code->symbols = xcalloc((size_t)e->n_symbols + 1, sizeof *code->symbols);
  for (int i = 0; i < e->n_symbols; i++) {
    const Elf64_Sym *s = &e->symbol[i];
    uint64_t address;
    if (ELF64_ST_BIND(s->st_info) != STB_GLOBAL || s->st_shndx == SHN_UNDEF) continue;
    if (!symbol_address(e, code->base, (uint64_t)i, &address)) return false;
    size_t length = strlen(e->names + s->st_name) + 1;
    code->symbols[code->n_symbols].name = memcpy(xmalloc(length), e->names + s->st_name, length);
    code->symbols[code->n_symbols++].address = (void *)(uintptr_t)address;
  }
  return true;
}

static bool load(Elf *e, Code *code) {
  if (!place_sections(e)) return false;
  void *base = mmap(NULL, e->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return fail((Loc){0}, "out of memory for %zu bytes of code", e->size);
  code->base = base;
  code->size = e->size;
  copy_sections(e, base);
  return relocate(e, base) && save_symbols(e, code) && protect(e, base);
}

Code *code_load(const void *bytes, size_t n) {
  Elf e;
  if (!elf_open(&e, bytes, n)) return NULL;
  Code *code = xcalloc(1, sizeof *code);
  e.offset = xcalloc((size_t)e.n_sections, sizeof *e.offset);
  bool ok = load(&e, code);
  free(e.offset);
  if (ok) return code;
  code_free(code);
  return NULL;
}

void code_free(Code *code) {
  if (!code) return;
  for (int i = 0; i < code->n_symbols; i++) free(code->symbols[i].name);
  free(code->symbols);
  if (code->base) munmap(code->base, code->size);
  free(code);
}

void *code_symbol(const Code *code, const char *name) {
  for (int i = 0; i < code->n_symbols; i++)
    if (!strcmp(code->symbols[i].name, name)) return code->symbols[i].address;
  return NULL;
}
