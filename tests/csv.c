// Tables as text: what separates fields, headers, quotes, missing values, and where faults are.
#include "frontend/data/csv.h"

#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "frontend/jitc.h"
#include "tests/check.h"

static char path[64];
static const Loc here = {"in.c", 4, 0};

static void write_text(const char *text) {
  FILE *f = fopen(path, "w");
  CHECK(f && fputs(text, f) >= 0 && !fclose(f));
}

static void reads(const char *text, const char *shape, const char *values) {
  write_text(text);
  jc_array x = jc_load_csv("%s", path);
  if (!EXPECT_OK()) return;
  EXPECT_STR(jc_shape_str(x), shape);
  EXPECT_STR(jc_str(x), values);
}

static void tables_are_read(void) {
  reads("1,2\n3,4\n", "f64[2,2]", "[[1 2]\n [3 4]]");
  reads("1,2\r\n3,4", "f64[2,2]", "[[1 2]\n [3 4]]");
  reads("a,b\n1,2\n", "f64[1,2]", "[[1 2]]");
  reads("\xef\xbb\xbfname\n5\n", "f64[1,1]", "[[5]]");
  reads("x;y;z\n1;2;-3e2\n", "f64[1,3]", "[[1 2 -300]]");
  reads("1\t2\t\n3\t\t4\n", "f64[2,3]", "[[1 2 nan]\n [3 nan 4]]");
  reads("  1  2   3 \n\n 4 5 6\n\n", "f64[2,3]", "[[1 2 3]\n [4 5 6]]");
  reads("\"a \"\"b\"\"\",\"c\nd\"\n\"1\" , 2\n", "f64[1,2]", "[[1 2]]");
  reads("NA,?,null,,inf\n", "f64[1,5]", "[[nan nan nan nan inf]]");
  reads("a,b\n", "f64[0,2]", "[]");
  reads("7", "f64[1,1]", "[[7]]");
}

static void columns_go_by_name(void) {
  write_text("id,name,\"the \"\"price\"\"\"\n1,apple,0.5\n2,\"pear, green\",0.25\n");
  EXPECT_STR(jc_str(jc_load_csv_column("id", "%s", path)), "[1 2]");
  EXPECT_STR(jc_str(jc_load_csv_column("the \"price\"", "%s", path)), "[0.5 0.25]");
  EXPECT_OK();
  jc_load_csv_column("name", "%s", path);
  EXPECT_FAIL(":2:3: 'apple' is no number");
  jc_load_csv_column("Id", "%s", path);
  EXPECT_FAIL("has no column 'Id' among its 3");
  write_text("1,2\n");
  jc_load_csv_column("a", "%s", path);
  EXPECT_FAIL("has no line of names");
}

// ---- writing

static void expect_file(const char *want) {
  char text[4096] = "";
  FILE *f = fopen(path, "r");
  const size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
  if (f) fclose(f);
  text[n] = 0;
  EXPECT_STR(text, want);
}

static void tables_are_written(void) {
  EXPECT(jc_save_csv(jc_reshape(jc_vector(0.1, -2, 1e-7, 1e30, 3.5, 100), 2, 3), "%s", path));
  expect_file("0.1,-2,1e-07\n1e+30,3.5,100\n");
  EXPECT(jc_save_csv(jc_from(((double[]){0.1, NAN, INFINITY, -INFINITY, -0.0, 1. / 3}), 6), "%s",
                     path));
  expect_file("0.1\nnan\ninf\n-inf\n-0\n0.3333333333333333\n");
  EXPECT(jc_save_csv(jc_from(((int64_t[]){INT64_MIN, INT64_MAX}), 1, 2), "%s", path));
  expect_file("-9223372036854775808,9223372036854775807\n");
  EXPECT(jc_save_csv(jc_from(((uint64_t[]){UINT64_MAX, 7}), 2), "%s", path));
  expect_file("18446744073709551615\n7\n");
  EXPECT(jc_save_csv(jc_greater(jc_vector(1, -1), 0), "%s", path));
  expect_file("1\n0\n");
  EXPECT(jc_save_csv(jc_astype(jc_vector(0.1, 65504, 6e-8), JC_F16), "%s", path));
  expect_file("0.1\n65504\n6e-08\n");
  EXPECT(jc_save_csv(jc_astype(jc_vector(0.1, 3e38), JC_BF16), "%s", path));
  expect_file("0.1\n3e+38\n");
  EXPECT(jc_save_csv_columns(jc_ones(JC_SHAPE(0, 2)), JC_NAMES("a", "b"), "%s", path));
  EXPECT_STR(jc_shape_str(jc_load_csv("%s", path)), "f64[0,2]");
  EXPECT_OK();
}

static void names_are_written(void) {
  const jc_array x = jc_from(((double[]){1, 2, 3, 4, 5, 6}), 1, 6);
  const struct jc_names names =
      JC_NAMES("id", "the \"price\"", " a, b", "", "2020", "\xef\xbb\xbfx");
  EXPECT(jc_save_csv_columns(x, names, "%s", path));
  expect_file("id,\"the \"\"price\"\"\",\" a, b\",\"\",2020,\"\xef\xbb\xbfx\"\n1,2,3,4,5,6\n");
  EXPECT_STR(jc_str(jc_load_csv("%s", path)), "[[1 2 3 4 5 6]]");
  for (int i = 0; i < 6; i++)
    EXPECT_EQ((int)jc_item(jc_load_csv_column(names.items[i], "%s", path)), i + 1);
  EXPECT_OK();
}

// Random bits of every exponent come back as they were.
static void numbers_come_back(void) {
  enum { N = 3000 };
  static double v[N], v_back[N];
  static float u[N], u_back[N];
  for (int i = 0; i < N; i++) {
    uint64_t bits = test_random();
    memcpy(&v[i], &bits, 8);
    memcpy(&u[i], &bits, 4);
    if (i % 3 == 0) v[i] = (double)test_int(-999, 999) / 100, u[i] = (float)v[i];
    if (i % 100 == 1) v[i] = ldexp((double)test_int(0, 9), -1074), u[i] = ldexpf((float)i, -149);
    if (isnan(v[i])) v[i] = 1e300;
    if (isnan(u[i])) u[i] = 1e30F;
  }
  EXPECT(jc_save_csv(jc_from(v, N / 3, 3), "%s", path));
  jc_copy(jc_load_csv("%s", path), v_back, sizeof v);
  EXPECT_BYTES(v_back, v, sizeof v);
  EXPECT(jc_save_csv(jc_from(u, N), "%s", path));
  jc_copy(jc_astype(jc_ravel(jc_load_csv("%s", path)), JC_F32), u_back, sizeof u);
  EXPECT_BYTES(u_back, u, sizeof u);
  EXPECT_OK();
}

static void mistakes_in_writing(void) {
  const jc_array x = jc_ones(JC_SHAPE(2, 2));
  EXPECT(jc_save_csv(x, "%s", path));
  EXPECT(!jc_save_csv(1.5, "%s", path));
  EXPECT_FAIL("save_csv: f32[] is no table");
  EXPECT(!jc_save_csv(jc_ones(JC_SHAPE(1, 1, 1)), "%s", path));
  EXPECT_FAIL("csv.c:");
  EXPECT(!jc_save_csv(jc_ones(JC_SHAPE(2, 2), JC_C64), "%s", path));
  EXPECT_FAIL("c64[2,2] is no table: a vector or a matrix of real numbers is");
  EXPECT(!jc_save_csv_columns(x, JC_NAMES("a"), "%s", path));
  EXPECT_FAIL("save_csv: 1 names for 2 columns");
  EXPECT(!jc_save_csv_columns(x, JC_NAMES("1", "2.5"), "%s", path));
  EXPECT_FAIL("the names of the columns are all numbers");
  EXPECT(!jc_save_csv_columns(x, JC_NAMES("1", NULL), "%s", path));
  EXPECT_FAIL("the name of column 1 is NULL");
  EXPECT(!jc_save_csv(jc_ones(JC_SHAPE(0, 2)), "%s", path));
  EXPECT_FAIL("f32[0,2] has nothing to write: jc_save_csv_columns");
  EXPECT(!jc_save_csv(x, "%s", "/dev/full"));
  EXPECT_FAIL("No space left on device: the disk is full");
  EXPECT(!jc_save_csv(x, "%s/nowhere/x.csv", "/tmp"));
  EXPECT_FAIL("cannot write '/tmp/nowhere/x.csv': No such file or directory");
  expect_file("1,1\n1,1\n");
}

static void a_file_too_large_leaves_the_old(void) {
  struct rlimit was, limit;
  EXPECT(jc_save_csv(jc_vector(1, 2), "%s", path));
  CHECK(!getrlimit(RLIMIT_FSIZE, &was));
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  limit = (struct rlimit){30000, was.rlim_max};
  CHECK(!setrlimit(RLIMIT_FSIZE, &limit));
  EXPECT(!jc_save_csv(jc_ones(JC_SHAPE(20000)), "%s", path));
  CHECK(!setrlimit(RLIMIT_FSIZE, &was));
  signal(SIGXFSZ, handler);
  EXPECT_FAIL("File too large");
  expect_file("1\n2\n");
}

static void refuse(const char *text, const char *part) {
  CsvTable t;
  EXPECT(!csv_parse(here, "x.csv", text, strlen(text), NULL, &t));
  EXPECT(!t.values);
  EXPECT_HAS(diag_message(), "in.c:4: 'x.csv'");
  EXPECT_FAIL(part);
}

static void faults_have_their_place(void) {
  refuse("a,b\n1,2\n3, x4\n", "'x.csv':3:4: 'x4' is no number");
  refuse("1,2\n3,4,5\n", "'x.csv':2: 3 fields, the first line has 2");
  refuse("1,2\n\n3\n", "'x.csv':3: 1 fields");
  refuse("1,\"2\n3\n", "'x.csv':1:3: the quote is not closed");
  refuse("1,2\n\"3\"4,5\n", "'x.csv':2:1: text follows the quotes");
  refuse("a,b\n\"1\n\",2\n", "'x.csv':2:1: '1\n' is no number");
  refuse("1 2\n3 4x\n", "'x.csv':2:3: '4x' is no number");
  refuse("", "is empty");
  refuse("\n \r\n", "is empty");
  unlink(path);
  jc_load_csv("%s", path);
  EXPECT_FAIL("cannot open");
  jc_load_csv("%s", "/tmp");
  EXPECT_FAIL("is no regular file");
}

static void locales_do_not_matter(void) {
  if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
    test_skip("no locale with decimal commas");
    return;
  }
  reads("0.5;1.5\n", "f64[1,2]", "[[0.5 1.5]]");
  EXPECT(jc_save_csv(jc_vector(0.5), "%s", path));
  expect_file("0.5\n");
  setlocale(LC_NUMERIC, "C");
}

int main(void) {
  snprintf(path, sizeof path, "/tmp/jitc-csv-%ld.csv", (long)getpid());
  RUN(tables_are_read);
  RUN(columns_go_by_name);
  RUN(tables_are_written);
  RUN(names_are_written);
  RUN(numbers_come_back);
  RUN(mistakes_in_writing);
  RUN(a_file_too_large_leaves_the_old);
  RUN(faults_have_their_place);
  RUN(locales_do_not_matter);
  unlink(path);
  return tests_done();
}
