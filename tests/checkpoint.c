// Trees saved and loaded: paths, checks, what a killed writer and a full disk leave, and that a
// resumed loop computes the bits of one that was never stopped.
#include <dirent.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frontend/jitc.h"
#include "runtime/buffer.h"
#include "tests/check.h"

static char folder[64], path[96];

typedef struct {
  jc_array w, b;
} Dense;
JC_TREE(Dense, w, b);

typedef struct {
  Dense layer[2];
  jc_array scale;
} Net;
JC_TREE(Net, layer, scale);

typedef JC_OPT_STATE(Net) Adam;

typedef struct {
  Net params;
  Adam opt;
  jc_array key;
  int step;
  double best;
  const char *name;
  bool done;
} State;
JC_TREE(State, params, opt, key, step, best, name, done);

static const jc_opt adam = JC_ADAM(1e-2);

static State state_new(void) {
  State s = {.key = jc_key(7), .name = "mine"};
  static const int sizes[] = {5, 4, 3};
  for (int i = 0; i < 2; i++) {
    s.params.layer[i].w = jc_normal(jc_next_key(&s.key), JC_SHAPE(sizes[i], sizes[i + 1]));
    s.params.layer[i].b = jc_zeros(JC_SHAPE(sizes[i + 1]));
  }
  s.params.scale = jc_f32(1);
  jc_opt_init(&adam, &s.params, &s.opt);
  return s;
}

static jc_array loss(Net p, jc_array x) {
  for (int i = 0; i < 2; i++) x = jc_tanh(jc_add(jc_matmul(x, p.layer[i].w), p.layer[i].b));
  return jc_mean(jc_square(jc_sub(jc_mul(p.scale, x), 0.5)));
}
JC_FN(jc_array, loss, Net, jc_array);

typedef struct {
  Net params;
  Adam opt;
  jc_array key;
} Step;

static Step update(Net params, Adam opt, jc_array key) {
  jc_array next = jc_split(key);
  Step s = {params, opt, jc_at(next, 0)};
  Net g = jc_grad(loss)(params, jc_normal(jc_at(next, 1), JC_SHAPE(8, 5)));
  jc_opt_update(&adam, &s.params, g, &s.opt);
  return s;
}
JC_FN(Step, update, Net, Adam, jc_array);

static void train(State *s, int until) {
  for (; s->step < until; s->step++) {
    Step r = jc_jit(update)(s->params, s->opt, s->key);
    s->params = r.params, s->opt = r.opt, s->key = r.key;
  }
}

static bool same(jc_array a, jc_array b) {
  return !strcmp(jc_shape_str(a), jc_shape_str(b)) && jc_item(jc_all(jc_equal(a, b))) == 1;
}

static bool same_nets(Net a, Net b) {
  return same(a.layer[0].w, b.layer[0].w) && same(a.layer[0].b, b.layer[0].b) &&
         same(a.layer[1].w, b.layer[1].w) && same(a.layer[1].b, b.layer[1].b) &&
         same(a.scale, b.scale);
}

static void a_resumed_loop_computes_the_same_bits(void) {
  State whole = state_new(), first = state_new(), second = state_new();
  train(&whole, 20);
  train(&first, 7);
  first.best = 0.1, first.done = true;
  EXPECT(jc_save(&first, "%s", path));
  second.key = jc_key(999);
  EXPECT(jc_load(&second, "%s", path));
  EXPECT_EQ(second.step, 7);
  EXPECT(second.best == 0.1 && second.done);
  EXPECT_STR(second.name, "mine");
  train(&second, 20);
  EXPECT(same_nets(whole.params, second.params));
  EXPECT(same_nets(whole.opt.m, second.opt.m));
  EXPECT(same_nets(whole.opt.v, second.opt.v));
  EXPECT(same(whole.opt.step, second.opt.step));
  EXPECT(same(whole.key, second.key));
  EXPECT(!same_nets(whole.params, first.params));
  EXPECT_OK();
}

static void leaves_go_by_their_paths(void) {
  Net n = state_new().params, zero = {{{{0}, {0}}}};
  EXPECT(jc_save(&n, "%s", path));
  EXPECT(same(jc_load_named("layer[1].w", "%s", path), n.layer[1].w));
  EXPECT(same(jc_load_named("scale", "%s", path), n.scale));
  EXPECT(jc_load(&zero, "%s", path));  // zeros take what comes
  EXPECT(same_nets(n, zero));
  Net mapped = {{{{0}, {0}}}};
  EXPECT(jc_map_file(&mapped, "%s", path));
  EXPECT(same_nets(n, mapped));
  EXPECT(isnan(jc_item(jc_load_named("layer[2].w", "%s", path))));
  EXPECT_FAIL(
      "has no array 'layer[2].w': it has 'layer[0].b', 'layer[0].w', 'layer[1].b', "
      "'layer[1].w' and 1 more");
  jc_array x = jc_vector(1, 2), y = {0};
  EXPECT(jc_save(&x, "%s", path));
  EXPECT(jc_load(&y, "%s", path));
  EXPECT(same(x, y));
  EXPECT(same(jc_load_named("array", "%s", path), x));
  struct {
    jc_array a, b;
    jc_array more[8];
  } plain = {x, x, {x, x, x, x, x, x, x, jc_i32(3)}};
  EXPECT(jc_save(&plain, "%s", path));
  EXPECT_EQ(jc_item(jc_load_named("[9]", "%s", path)), 3);
  EXPECT_OK();
}

static void lists_are_saved_as_their_arrays(void) {
  jc_array w = jc_vector(1, 2, 3), b = jc_i32(4), key = jc_key(5);
  struct {
    jc_params net;
    jc_array more[11];
  } in = {jc_params_of(JC_LIST(w, b), .names = (const char *[]){".w", ".b"}), {{0}}}, out;
  for (int i = 0; i < 11; i++) in.more[i] = key;
  EXPECT(jc_save(&in, "%s", path));
  out = in;
  out.net = jc_params_of(JC_LIST(jc_zeros(JC_SHAPE(3)), jc_i32(0)),
                         .names = (const char *[]){".w", ".b"});
  const jc_params before = out.net;
  EXPECT(jc_load(&out, "%s", path));
  EXPECT(same(jc_params_at(out.net, 0), w) && same(jc_params_at(out.net, 1), b));
  EXPECT(same(out.more[10], key));
  EXPECT_EQ(jc_item(jc_params_at(before, 1)), 0);
  EXPECT(jc_save(&in.net, "%s", path));
  EXPECT(same(jc_load_named(".w", "%s", path), w));
  EXPECT(jc_load(&out.net, "%s", path));
  EXPECT(same(jc_params_at(out.net, 1), b));
  EXPECT_OK();
}

static void what_does_not_fit_is_named(void) {
  State s = state_new(), before;
  before = s;
  Net n = s.params;
  EXPECT(jc_save(&n, "%s", path));
  EXPECT(!jc_load(&s, "%s", path));
  EXPECT_FAIL("has no array for leaf 'params.layer[0].w': it has 'layer[0].b'");
  EXPECT(!memcmp(&s, &before, sizeof s));
  Net other = n;
  other.layer[1].b = jc_zeros(JC_SHAPE(4));
  EXPECT(!jc_load(&other, "%s", path));
  EXPECT_FAIL("load: leaf 'layer[1].b' is f32[4], in '");
  EXPECT(same(other.layer[0].w, n.layer[0].w));
  other = n;
  other.scale = jc_f64(1);
  EXPECT(!jc_load(&other, "%s", path));
  EXPECT_FAIL("load: leaf 'scale' is f64[], in '");
  Dense d = n.layer[0];
  struct {
    jc_array v[6];
  } six = {{d.w, d.w, d.w, d.w, d.w, d.b}};
  EXPECT(jc_save(&six, "%s", path));
  struct {
    jc_array v[4];
  } four = {{{0}}};
  EXPECT(!jc_load(&four, "%s", path));
  EXPECT_FAIL("has the array '[4]', which is no leaf of the tree");
  EXPECT(!four.v[0].handle);
  n.layer[1].w = (jc_array){0};
  EXPECT(!jc_save(&n, "%s", path));
  EXPECT_FAIL("save: leaf 'layer[1].w' is not an array: it is zero");
  EXPECT(!jc_load(&n, "%s/nothing", folder));
  EXPECT_FAIL("checkpoint.c:");
}

// ---- metadata

static void texts_go_beside_the_arrays(void) {
  struct {
    jc_array z, x;
  } saved = {jc_complex(jc_vector(1, 2), jc_from(((double[]){0.5, -1}), 2)), jc_f32(3)},
    loaded = {0};
  const char *odd = "\"\xc3\xa4\n\\";
  EXPECT(jc_save_with(&saved, JC_METADATA({"epoch", "3"}, {odd, ""}, {"", odd}), "%s", path));
  EXPECT(jc_load(&loaded, "%s", path));
  EXPECT_STR(jc_shape_str(loaded.z), "c128[2]");
  EXPECT_STR(jc_str(loaded.z), jc_str(saved.z));
  EXPECT_STR(jc_load_metadata("epoch", "%s", path), "3");
  EXPECT_STR(jc_load_metadata(odd, "%s", path), "");
  EXPECT_STR(jc_load_metadata("", "%s", path), odd);
  EXPECT_STR(jc_load_metadata("format", "%s", path), "jitc");
  EXPECT(!jc_load_metadata("loss", "%s", path));
  EXPECT(jc_save_with(&saved, JC_METADATA({"format", "pt"}), "%s", path));
  EXPECT_STR(jc_load_metadata("format", "%s", path), "pt");
  EXPECT_OK();
  EXPECT(!jc_save_with(&saved, JC_METADATA({"a", "1"}, {"a", "2"}), "%s", path));
  EXPECT_FAIL("metadata 'a' twice");
  EXPECT(!jc_save_with(&saved, JC_METADATA({"a", NULL}), "%s", path));
  EXPECT_FAIL("save: metadata 0: its key or value is NULL");
  EXPECT(!jc_save_with(&saved, JC_METADATA({"a", "1"}), "%s/x.npz", folder));
  EXPECT_FAIL("an .npz file has no metadata: safetensors has");
  EXPECT(!jc_load_metadata("a", "%s/nothing", folder));
  EXPECT_FAIL("cannot open");
  EXPECT_STR(jc_load_metadata("format", "%s", path), "pt");
}

// ---- two types of one size

typedef struct {
  jc_array x;
  int n, m;
  jc_array y[6];
} Early;
JC_TREE(Early, x, n, m, y);
typedef struct {
  jc_array x, y[6];
  int n, m;
} Late;
JC_TREE(Late, x, y, n, m);

typedef struct {
  jc_array x;
  long n;
  jc_array y[7];
} Alone;
JC_TREE(Alone, x, n, y);

static void types_that_cannot_be_told_apart_are_refused(void) {
  Early e = {jc_f32(1), 2, 3, {{0}}};
  EXPECT(!jc_save(&e, "%s", path));
  EXPECT_FAIL("this one of 64 bytes may be Early or Late");
  struct {
    jc_array x[9];
  } nine;
  for (int i = 0; i < 9; i++) nine.x[i] = jc_i32(i);
  EXPECT(jc_save(&nine, "%s", path));  // no Alone: an array is in place of its number
  for (int i = 0; i < 9; i++) nine.x[i] = jc_i32(0);
  EXPECT(jc_load(&nine, "%s", path));
  for (int i = 0; i < 9; i++) EXPECT_EQ(jc_item(nine.x[i]), i);
  for (int i = 0; i < 6; i++) e.y[i] = jc_i32(i);  // no Late any more
  EXPECT(jc_save(&e, "%s", path));
  e.n = e.m = 0;
  EXPECT(jc_load(&e, "%s", path));
  EXPECT(e.n == 2 && e.m == 3);
  EXPECT_OK();
}

// ---- nothing is lost

enum { BIG = 200000 };
typedef struct {
  jc_array version, data[2];
} Versioned;

static Versioned version_new(int v) {
  return (Versioned){jc_i32(v), {jc_full(JC_SHAPE(BIG), v), jc_full(JC_SHAPE(BIG), v)}};
}

// The version in the file, all of it.
static int version_in_file(void) {
  Versioned v = version_new(-1);
  if (!EXPECT(jc_load(&v, "%s", path))) return -1;
  const int n = (int)jc_item(v.version);
  for (int i = 0; i < 2; i++) EXPECT_EQ(jc_item(jc_all(jc_equal(v.data[i], n))), 1);
  return n;
}

static int files_in_folder(void) {
  int n = 0;
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) n += *e->d_name != '.';
  closedir(d);
  return n;
}

// The time until the kill follows what the machine does: in about half of the rounds a file is
// done.
static void a_killed_writer_leaves_the_old_or_the_new(void) {
  enum { ROUNDS = 80, MOST_ROUNDS = 1000, VERSIONS = 3 };
  Versioned versions[VERSIONS];
  for (int i = 0; i < VERSIONS; i++) versions[i] = version_new(i);
  EXPECT(jc_save(&versions[0], "%s", path));
  int before = 0, changed = 0, left = 0;
  double wait = 2000;
  for (int round = 0; round < (changed && left ? ROUNDS : MOST_ROUNDS); round++) {
    const pid_t child = fork();
    if (!child) {
      for (int i = before + 1;; i++) {
        if (!jc_save(&versions[i % VERSIONS], "%s", path)) _exit(1);
      }
    }
    usleep((useconds_t)test_int(0, 2 * (int64_t)wait));
    kill(child, SIGKILL);
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    const int now = version_in_file();
    if (now < 0) break;
    changed += now != before, left += files_in_folder() > 1;
    wait = now != before ? wait * 0.9 : fmin(wait * 1.1, 200000);
    before = now;
  }
  EXPECT(changed > 0 && left > 0);  // killed between and within
  EXPECT(jc_save(&versions[1], "%s", path));
  EXPECT_EQ(files_in_folder(), 1);  // what the killed left is gone
  EXPECT_EQ(version_in_file(), 1);
}

static void writers_of_one_path_do_not_mix(void) {
  enum { WRITERS = 3 };
  pid_t children[WRITERS];
  Versioned versions[WRITERS];
  for (int i = 0; i < WRITERS; i++) versions[i] = version_new(i);
  for (int i = 0; i < WRITERS; i++) {
    if ((children[i] = fork())) continue;
    for (int k = 0; k < 15; k++) {
      if (!jc_save(&versions[i], "%s", path)) fprintf(stderr, "%s\n", jc_error()), _exit(1);
    }
    _exit(0);
  }
  for (int i = 0; i < WRITERS; i++) {
    int status;
    EXPECT(waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT(version_in_file() >= 0);
  }
  EXPECT_EQ(files_in_folder(), 1);
}

static void a_file_too_large_leaves_the_old(void) {
  Versioned old = version_new(1), new = version_new(2);
  struct rlimit was, limit;
  EXPECT(jc_save(&old, "%s", path));
  CHECK(!getrlimit(RLIMIT_FSIZE, &was));
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  for (int i = 0; i < 4; i++) {
    limit = (struct rlimit){(rlim_t)(i * BIG), was.rlim_max};
    CHECK(!setrlimit(RLIMIT_FSIZE, &limit));
    EXPECT(!jc_save(&new, "%s", path));
    CHECK(!setrlimit(RLIMIT_FSIZE, &was));
    EXPECT_FAIL("File too large: the file would be larger than is allowed");
    EXPECT_EQ(version_in_file(), 1);
    EXPECT_EQ(files_in_folder(), 1);
  }
  signal(SIGXFSZ, handler);
}

static void a_full_disk_leaves_the_old(void) {
  char small[96], in_small[128];
  snprintf(small, sizeof small, "%s/small", folder);
  snprintf(in_small, sizeof in_small, "%s/x", small);
  CHECK(!mkdir(small, 0700));
  if (mount("none", small, "tmpfs", 0, "size=2m")) {
    rmdir(small);
    test_skip("no permission to mount a small disk");
    return;
  }
  Versioned old = version_new(1), new = version_new(2);
  EXPECT(jc_save(&old, "%s", in_small));
  EXPECT(!jc_save(&new, "%s", in_small));
  EXPECT_FAIL("No space left on device: the disk is full: make room and save again");
  EXPECT(jc_load(&new, "%s", in_small));
  EXPECT_EQ(jc_item(new.version), 1);
  CHECK(!umount(small) && !rmdir(small));
}

static void what_cannot_be_written_is_told(void) {
  Versioned v = version_new(1);
  EXPECT(!jc_save(&v, "%s/nowhere/x", folder));
  EXPECT_FAIL("/nowhere/x': No such file or directory: check the folder");
  EXPECT(!jc_save(&v, "%s", folder));
  EXPECT_FAIL("Is a directory");
  EXPECT(!jc_save(&v, "%s", "/dev/full"));
  EXPECT_FAIL("the disk is full");
  char name[300];
  memset(name, 'x', 260), name[260] = 0;
  EXPECT(!jc_save(&v, "%s/%s", folder, name));
  EXPECT_FAIL("File name too long");
  EXPECT(jc_save(&v, "%s", path));
  snprintf(name, sizeof name, "%s.link", path);
  EXPECT(!symlink(path, name));
  v.version = jc_i32(5);
  EXPECT(jc_save(&v, "%s", name));
  EXPECT_EQ(jc_item(jc_load_named("[0]", "%s", path)), 5);  // where the link leads
  unlink(name);
  EXPECT_EQ(files_in_folder(), 1);
}

static void nothing_leaks(void) {
  Versioned v = version_new(1);
  EXPECT(jc_save(&v, "%s", path));
  const int64_t before = buffer_stats().live_buffers;
  for (int i = 0; i < 5; i++) {
    JC_SCOPE();
    Versioned w = version_new(2);
    EXPECT(i % 2 ? jc_load(&w, "%s", path) : jc_map_file(&w, "%s", path));
    w.data[1] = jc_f32(0);
    EXPECT(!jc_load(&w, "%s", path));
    EXPECT_FAIL("leaf '[2]'");
  }
  EXPECT_EQ(buffer_stats().live_buffers, before);
}

int main(void) {
  snprintf(folder, sizeof folder, "/tmp/jitc-checkpoint-XXXXXX");
  CHECK(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/state.safetensors", folder);
  RUN(texts_go_beside_the_arrays);
  RUN(a_resumed_loop_computes_the_same_bits);
  RUN(leaves_go_by_their_paths);
  RUN(lists_are_saved_as_their_arrays);
  RUN(what_does_not_fit_is_named);
  RUN(types_that_cannot_be_told_apart_are_refused);
  RUN(a_killed_writer_leaves_the_old_or_the_new);
  RUN(writers_of_one_path_do_not_mix);
  RUN(a_file_too_large_leaves_the_old);
  RUN(a_full_disk_leaves_the_old);
  RUN(what_cannot_be_written_is_told);
  RUN(nothing_leaks);
  unlink(path);
  EXPECT(!rmdir(folder));
  return tests_done();
}
