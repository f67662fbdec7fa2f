// Tables as text: what separates fields, headers, quotes, missing values, and where faults are.
#include "frontend/data/csv.h"

#include <locale.h>
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
  setlocale(LC_NUMERIC, "C");
}

int main(void) {
  snprintf(path, sizeof path, "/tmp/jitc-csv-%ld.csv", (long)getpid());
  RUN(tables_are_read);
  RUN(columns_go_by_name);
  RUN(faults_have_their_place);
  RUN(locales_do_not_matter);
  unlink(path);
  return tests_done();
}
