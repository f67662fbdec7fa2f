// Tokens of the Python-like texts (graphs, kernels, programs): names, numbers, punctuation, and
// lines whose indentation opens and closes blocks.
#ifndef JITC_IR_LEX_H
#define JITC_IR_LEX_H
#include "ir/diag.h"
#include "ir/type.h"

typedef enum TokenKind {
  TOK_END,  // of the text; also after an error
  TOK_NEWLINE,
  TOK_INDENT,
  TOK_DEDENT,
  TOK_NAME,
  TOK_INT,    // digits
  TOK_FLOAT,  // digits with a point or an exponent
  TOK_PUNCT,  // one of ( ) [ ] { } , : ; = . + - * / % < > & | ^ ~ @ or -> += == != <= >= ** << >>
} TokenKind;

typedef struct Token {
  TokenKind kind;
  const char *s;  // into the text
  size_t n;
  int line, col;        // from 1
  const char *comment;  // NEWLINE: what follows '#' on the line, blanks trimmed; NULL without one
  size_t comment_n;
} Token;

enum { LEX_MAX_DEPTH = 64 };

typedef struct Lexer {
  Arena *arena;
  const char *file;  // of locations
  const char *at, *end, *line_start;
  int line;
  Token token;      // the current one
  int parens;       // open brackets: inside them lines do not end
  bool line_begun;  // the indentation of this line is dealt with
  int indents[LEX_MAX_DEPTH], depth;
  int dedents;  // still to be given
  bool bad;     // the text could not be cut into tokens: TOK_END stands where that was
} Lexer;

// Starts at the first token. `text` must outlive the lexer; `file` is copied into the arena.
void lex_start(Lexer *l, Arena *a, const char *file, const char *text, size_t n);
void lex_next(Lexer *l);

Loc lex_loc(const Lexer *l);                 // of the current token
bool lex_is(const Lexer *l, const char *s);  // it is this name or punctuation
bool lex_kind(const Lexer *l, TokenKind kind);
bool lex_accept(Lexer *l, const char *s);  // steps over it if it is
// Steps over it, or fails: `expected "=", got newline`.
bool lex_expect(Lexer *l, const char *s);
bool lex_expect_kind(Lexer *l, TokenKind kind, Token *out);
// Fails at the current token: `expected WHAT, got ...`. Silent after an error of the lexer itself.
bool lex_fail(Lexer *l, const char *what);

// Numbers, with an optional minus sign before them.
bool lex_int(Lexer *l, int64_t *out);
bool lex_uint(Lexer *l, uint64_t *magnitude, bool *negative);
// One element of a dtype into *out (8 bytes): also inf, nan, True, False; refuses what does not
// fit.
bool lex_element(Lexer *l, Dtype d, void *out);
bool lex_dtype(Lexer *l, Dtype *out);
bool lex_type(Lexer *l, Type *out);  // f32, f32[], f32[32,784]; it fits (type_fits)
#endif
