// Arrays from files and to them, and batches of them. Part of jitc.h, which includes it.
#ifndef JITC_DATA_H
#define JITC_DATA_H

// jc_load_idx("%s/train-images-idx3-ubyte.gz", dir): an IDX file, gzipped or not.
jc_array jc_load_idx_(JC_AT_, const char *path, ...) __attribute__((format(printf, 3, 4)));
#define jc_load_idx(...) jc_load_idx_(JC_HERE, __VA_ARGS__)

// jc_load_bytes("%s/text", dir): any regular file, as u8[its size].
jc_array jc_load_bytes_(JC_AT_, const char *path, ...) __attribute__((format(printf, 3, 4)));
#define jc_load_bytes(...) jc_load_bytes_(JC_HERE, __VA_ARGS__)

// ---- NumPy's files. A path is a printf format everywhere; errors name the file.

// jc_save_npy(x, "%s/x.npy", dir): replaces a file there as a whole; false after an error, which
// leaves the old file. bf16 is saved as numpy.save does it for ml_dtypes:
// x.view(ml_dtypes.bfloat16) in Python brings it back.
bool jc_save_npy_(jc_array x, JC_AT_, const char *path, ...) __attribute__((format(printf, 4, 5)));
#define jc_save_npy(x, ...) jc_save_npy_(jc_lift(x), JC_HERE, __VA_ARGS__)
// jc_load_npy("%s/x.npy", dir): the array in the file: numbers of any dtype in C order. Python
// objects, records, Fortran order and big-endian numbers are errors that say how to convert.
jc_array jc_load_npy_(JC_AT_, const char *path, ...) __attribute__((format(printf, 3, 4)));
#define jc_load_npy(...) jc_load_npy_(JC_HERE, __VA_ARGS__)
// jc_map_npy("%s/x.npy", dir): the same without a copy: the elements stay in the file and are read
// when they are needed. The file may be replaced (as jc_save_npy does), but not written to or cut.
jc_array jc_map_npy_(JC_AT_, const char *path, ...) __attribute__((format(printf, 3, 4)));
#define jc_map_npy(...) jc_map_npy_(JC_HERE, __VA_ARGS__)

// ---- checkpoints: trees of arrays as safetensors or .npz files

// jc_save(&state, "%s/model.safetensors", dir): the arrays of a tree (a struct of arrays, or one
// with a JC_TREE, or a single array) and its plain numbers, each by its path: "layer[1].w". What
// saves and what loads need the same JC_TREE lines; without them paths are "[0]", "[1]", ...
// Strings are not saved. Whoever is killed while it saves, and a full disk, leave the old file: the
// new one is on the disk before it takes its place. False after an error. The file is one of
// safetensors (c128 as pairs of F64 with a note), or where its name ends in ".npz" one of NumPy's:
// numpy.load(path)["layer[1].w"].
bool jc_save_(struct jc_tree_ tree, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_save(tree, ...) jc_save_(JC_TREE_AT_(tree), JC_HERE, __VA_ARGS__)
#define JC_TREE_AT_(p) ((struct jc_tree_){(p), sizeof *(p), &jc_unit_, JC_IS_(*(p), jc_array)})
// jc_save_with(&state, JC_METADATA({"epoch", "3"}, {"data", "mnist"}), "%s/x.safetensors", dir):
// with texts by keys, which safetensors keeps beside the arrays; "format" is "jitc" where not
// given.
typedef struct jc_pair {
  const char *key, *value;
} jc_pair;
struct jc_pairs {
  int n;
  const jc_pair *items;
};
#define JC_METADATA(...)                                                       \
  ((struct jc_pairs){sizeof((const jc_pair[]){__VA_ARGS__}) / sizeof(jc_pair), \
                     JC_ITEMS_(jc_pair, __VA_ARGS__)})
bool jc_save_with_(struct jc_tree_ tree, struct jc_pairs metadata, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 5, 6)));
#define jc_save_with(tree, metadata, ...) \
  jc_save_with_(JC_TREE_AT_(tree), metadata, JC_HERE, __VA_ARGS__)
// jc_load_metadata("epoch", "%s/x.safetensors", dir): the text of that key, valid for the next
// dozen calls; NULL where the file has none, and after an error.
const char *jc_load_metadata_(const char *key, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_load_metadata(key, ...) jc_load_metadata_(key, JC_HERE, __VA_ARGS__)
// jc_save_compressed(&state, "%s/model.npz", dir): an .npz file, deflated.
bool jc_save_compressed_(struct jc_tree_ tree, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_save_compressed(tree, ...) jc_save_compressed_(JC_TREE_AT_(tree), JC_HERE, __VA_ARGS__)
// jc_load(&state, "%s/model.safetensors", dir): puts new arrays from such a file, told by its
// bytes, into the tree. Shapes and dtypes must be those of the arrays that are in the tree; a zero
// array takes what comes. Every array of the file must have its leaf. After an error, which names
// the leaf, the tree is as it was. A loop that is resumed with parameters, optimiser, key and step
// computes the same bits as one that was never stopped.
bool jc_load_(struct jc_tree_ tree, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_load(tree, ...) jc_load_(JC_TREE_AT_(tree), JC_HERE, __VA_ARGS__)
// jc_map_file(&state, path): the same without a copy: the elements stay in the file and are read
// when they are needed. The file may be replaced (as jc_save does), but not written to or cut.
bool jc_map_file_(struct jc_tree_ tree, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_map_file(tree, ...) jc_map_file_(JC_TREE_AT_(tree), JC_HERE, __VA_ARGS__)
// jc_load_named("layer.w", "%s/x.npz", dir): one array of a file.
jc_array jc_load_named_(const char *name, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_load_named(name, ...) jc_load_named_(name, JC_HERE, __VA_ARGS__)

// ---- other files

// jc_load_csv("%s/x.csv", dir): a table of numbers as f64[rows, columns]. Fields are separated by
// commas, semicolons, tabs or blanks, whichever the first line has; a first line that is not all
// numbers is a header; an empty field, NA, null or ? is NaN. Errors name file, line and column.
jc_array jc_load_csv_(JC_AT_, const char *path, ...) __attribute__((format(printf, 3, 4)));
#define jc_load_csv(...) jc_load_csv_(JC_HERE, __VA_ARGS__)
// jc_load_csv_column("price", "%s/x.csv", dir): the column under that name as f64[rows]; the others
// may be text.
jc_array jc_load_csv_column_(const char *column, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
#define jc_load_csv_column(column, ...) jc_load_csv_column_(column, JC_HERE, __VA_ARGS__)

// jc_save_csv(x, "%s/x.csv", dir): a vector (one column) or a matrix of real numbers as such a
// table, with commas; each number with the fewest digits that read back as it, integers and bools
// whole. jc_save_csv_columns(x, JC_NAMES("id", "price"), "%s/x.csv", dir): with a first line of
// names, one for each column. As jc_save: the old file stays until the new one is on the disk,
// false after an error.
struct jc_names {
  int n;
  const char *const *items;
};
#define JC_NAMES(...)                                                             \
  ((struct jc_names){sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), \
                     JC_ITEMS_(const char *, __VA_ARGS__)})
bool jc_save_csv_(jc_array x, JC_AT_, const char *path, ...) __attribute__((format(printf, 4, 5)));
bool jc_save_csv_columns_(jc_array x, struct jc_names names, JC_AT_, const char *path, ...)
    __attribute__((format(printf, 5, 6)));
#define jc_save_csv(x, ...) jc_save_csv_(jc_lift(x), JC_HERE, __VA_ARGS__)
#define jc_save_csv_columns(x, names, ...) \
  jc_save_csv_columns_(jc_lift(x), names, JC_HERE, __VA_ARGS__)

// jc_load_png("%s/x.png", dir): an image as u8[height, width], or u8[height, width, channels] where
// it has alpha or colours: 2, 3 or 4. jc_save_png(x, "%s/x.png", dir): such an array, also of bool
// or of floats, 0 black and 1 full; replaces a file there as a whole. They need libpng16.
jc_array jc_load_png_(JC_AT_, const char *path, ...) __attribute__((format(printf, 3, 4)));
bool jc_save_png_(jc_array x, JC_AT_, const char *path, ...) __attribute__((format(printf, 4, 5)));
#define jc_load_png(...) jc_load_png_(JC_HERE, __VA_ARGS__)
#define jc_save_png(x, ...) jc_save_png_(x, JC_HERE, __VA_ARGS__)

// ---- other libraries in the process: DLPack (its structs are in <dlpack/dlpack.h>)

// jc_to_dlpack(x): the elements of x for another library, which calls the deleter when it is done;
// they are shared, and may not be written to. NULL after an error. _versioned: of DLPack 1.x.
struct DLManagedTensor;
struct DLManagedTensorVersioned;
struct DLManagedTensor *jc_to_dlpack_(jc_array x, JC_AT_);
struct DLManagedTensorVersioned *jc_to_dlpack_versioned_(jc_array x, JC_AT_);
#define jc_to_dlpack(x) jc_to_dlpack_(x, JC_HERE)
#define jc_to_dlpack_versioned(x) jc_to_dlpack_versioned_(x, JC_HERE)
// jc_from_dlpack(t): another library's elements as an array, which calls the deleter when it is
// freed. Shared where they are row-major and aligned; else copied, and the deleter called at once.
// After an error (a foreign device, a dtype that no array has) the tensor is still the caller's.
jc_array jc_from_dlpack_(struct DLManagedTensor *t, JC_AT_);
jc_array jc_from_dlpack_versioned_(struct DLManagedTensorVersioned *t, JC_AT_);
#define jc_from_dlpack(t) jc_from_dlpack_(t, JC_HERE)
#define jc_from_dlpack_versioned(t) jc_from_dlpack_versioned_(t, JC_HERE)

// ---- rows for training

// Batches of arrays, or of a struct of arrays with a common first axis:
//   for (jc_batches it = jc_batches(&train, 128); jc_next(&it, &batch);) { ... }
// The last batch may be smaller unless .drop_last. .shuffle = key: in random order, and while one
// batch is worked on a thread gathers the next. A batch belongs to the loop: it is gone with the
// next jc_next. jc_next gives false after an error.
typedef struct jc_batches {
  const void *data;
  size_t size;
  int64_t batch, at, rows, count;  // count: how many batches there are
  jc_array order;
  bool drop_last;
  struct Prefetch *prefetch;      // as long as order
  jc_array current[JC_MAX_RANK];  // at most that many arrays
} jc_batches;
struct jc_batches_options {
  int64_t size;
  jc_array shuffle;
  bool drop_last;
};
jc_batches jc_batches_(const void *data, size_t size, struct jc_batches_options options, JC_AT_);
bool jc_next_(jc_batches *it, void *out, size_t size, JC_AT_);
#define jc_batches(data, ...) \
  jc_batches_(data, sizeof *(data), (struct jc_batches_options){.size = __VA_ARGS__}, JC_HERE)
#define jc_next(it, out) jc_next_(it, out, sizeof *(out), JC_HERE)

// jc_train_test_split(&all, &train, &test, 0.2): the last fifth of the rows (rounded up) becomes
// the test's, without a copy; .key = key: rows are drawn at random, and shuffled. All three are
// structs of arrays with a common first axis. False after an error.
struct jc_split_data {
  const void *data;
  size_t size;
  void *train, *test;
  double share;
  jc_array key;
};
bool jc_train_test_split_(struct jc_split_data o, JC_AT_);
#define jc_train_test_split(all, train_, test_, ...)                           \
  jc_train_test_split_((struct jc_split_data){.data = (all),                   \
                                              .size = sizeof *(1   ? (all)     \
                                                               : 1 ? (train_)  \
                                                                   : (test_)), \
                                              .train = (train_),               \
                                              .test = (test_),                 \
                                              .share = __VA_ARGS__},           \
                       JC_HERE)

// jc_check_labels(labels, 10): whether all are in 0 .. 9; the error names the first that is not.
// What uses labels in compiled code cannot tell: jc_one_hot gives zeros for such a label.
bool jc_check_labels_(jc_array labels, int64_t classes, JC_AT_);
#define jc_check_labels(labels, classes) jc_check_labels_(labels, classes, JC_HERE)

#endif
