// exit: 0
// says: 14 of 14 checks hold
// LAPACK's geev, gees (complex and real) and gehrd, as JAX calls them: random, cyclic (which plain shifts do not change), a Jordan block, a
// nilpotent matrix, two rotations, zeros, and sizes that overflow when squared.
module @eigen {
  func.func private @matrices() -> tensor<7x4x4xf64> {
    %0 = stablehlo.constant dense<[[[1.76, 0.4, 0.98, 2.24], [1.87, -0.98, 0.95, -0.15], [-0.1, 0.41, 0.14, 1.45], [0.76, 0.12, 0.44, 0.33]],
      [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
      [[2.0, 1.0, 0.0, 0.0], [0.0, 2.0, 1.0, 0.0], [0.0, 0.0, 2.0, 1.0], [0.0, 0.0, 0.0, 2.0]],
      [[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
      [[0.0, 1.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, -1.0, 0.0]],
      [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
      [[1.0e200, 0.0, 3.0e200, 0.0], [2.0e200, 0.0, 0.0, 1.0e190], [0.0, 4.0e200, 0.0, 0.0], [1.0e200, 0.0, 0.0, 1.0e200]]]> : tensor<7x4x4xf64>
    return %0 : tensor<7x4x4xf64>
  }
  // Of each matrix the largest element of the difference, over the largest of the second, less than 1e-13.
  func.func private @close(%a: tensor<7x4x4xcomplex<f64>>, %b: tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1> {
    %zero = stablehlo.constant dense<0.0> : tensor<f64>
    %0 = stablehlo.subtract %a, %b : tensor<7x4x4xcomplex<f64>>
    %1 = stablehlo.abs %0 : (tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xf64>
    %2 = stablehlo.reduce(%1 init: %zero) applies stablehlo.maximum across dimensions = [1, 2] : (tensor<7x4x4xf64>, tensor<f64>) -> tensor<7xf64>
    %3 = stablehlo.abs %b : (tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xf64>
    %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.maximum across dimensions = [1, 2] : (tensor<7x4x4xf64>, tensor<f64>) -> tensor<7xf64>
    %5 = stablehlo.constant dense<1.0e-13> : tensor<7xf64>
    %6 = stablehlo.multiply %4, %5 : tensor<7xf64>
    %7 = stablehlo.compare LE, %2, %6 : (tensor<7xf64>, tensor<7xf64>) -> tensor<7xi1>
    return %7 : tensor<7xi1>
  }
  func.func public @main() {
    %yes = stablehlo.constant dense<true> : tensor<7xi1>
    %a = call @matrices() : () -> tensor<7x4x4xf64>
    %c = stablehlo.convert %a : (tensor<7x4x4xf64>) -> tensor<7x4x4xcomplex<f64>>
    %e:5 = stablehlo.custom_call @lapack_dgeev_ffi(%a) {mhlo.backend_config = {compute_left = 78 : ui8, compute_right = 86 : ui8}} : (tensor<7x4x4xf64>) -> (tensor<7x4xf64>, tensor<7x4xf64>, tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>, tensor<7xi32>)
    check.expect_eq_const %e#4, dense<0> : tensor<7xi32>
    %w = stablehlo.complex %e#0, %e#1 : tensor<7x4xcomplex<f64>>
    %ws = stablehlo.broadcast_in_dim %w, dims = [0, 2] : (tensor<7x4xcomplex<f64>>) -> tensor<7x4x4xcomplex<f64>>
    %vw = stablehlo.multiply %e#3, %ws : tensor<7x4x4xcomplex<f64>>
    %av = stablehlo.dot_general %c, %e#3, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xcomplex<f64>>
    %off = stablehlo.subtract %vw, %av : tensor<7x4x4xcomplex<f64>>
    %sum = stablehlo.add %c, %off : tensor<7x4x4xcomplex<f64>>
    %0 = call @close(%sum, %c) : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1>
    check.expect_eq_const %0, dense<true> : tensor<7xi1>
    // The eigenvalues of the Jordan block stand on its diagonal.
    %j = stablehlo.slice %e#0 [2:3, 0:4] : (tensor<7x4xf64>) -> tensor<1x4xf64>
    check.expect_eq_const %j, dense<2.0> : tensor<1x4xf64>
    %s:5 = stablehlo.custom_call @lapack_zgees_ffi(%c) {mhlo.backend_config = {mode = 86 : ui8, sort = 78 : ui8}} : (tensor<7x4x4xcomplex<f64>>) -> (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>, tensor<7x4xcomplex<f64>>, tensor<7xi32>, tensor<7xi32>)
    %zt = stablehlo.dot_general %s#1, %s#0, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xcomplex<f64>>
    %cz = stablehlo.dot_general %c, %s#1, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xcomplex<f64>>
    %1 = call @close(%zt, %cz) : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1>
    check.expect_eq_const %1, dense<true> : tensor<7xi1>
    %zr = stablehlo.real %s#1 : (tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xf64>
    %zi = stablehlo.imag %s#1 : (tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xf64>
    %minus = stablehlo.negate %zi : tensor<7x4x4xf64>
    %conj = stablehlo.complex %zr, %minus : tensor<7x4x4xcomplex<f64>>
    %zz = stablehlo.dot_general %conj, %s#1, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xcomplex<f64>>
    %row = stablehlo.iota dim = 1 : tensor<7x4x4xi32>
    %col = stablehlo.iota dim = 2 : tensor<7x4x4xi32>
    %eq = stablehlo.compare EQ, %row, %col : (tensor<7x4x4xi32>, tensor<7x4x4xi32>) -> tensor<7x4x4xi1>
    %unit = stablehlo.convert %eq : (tensor<7x4x4xi1>) -> tensor<7x4x4xcomplex<f64>>
    %2 = call @close(%zz, %unit) : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1>
    check.expect_eq_const %2, dense<true> : tensor<7xi1>
    // LAPACK's values, with the reflections below the Hessenberg form.
    %h:3 = stablehlo.custom_call @lapack_dgehrd_ffi(%a) {mhlo.backend_config = {high = 4 : i32, low = 1 : i32}} : (tensor<7x4x4xf64>) -> (tensor<7x4x4xf64>, tensor<7x3xf64>, tensor<7xi32>)
    %below = stablehlo.slice %h#0 [0:1, 0:4, 0:2] : (tensor<7x4x4xf64>) -> tensor<1x4x2xf64>
    check.expect_almost_eq_const %below, dense<[[[1.76, -1.1639698218224366], [-2.021014596681578, -0.8998775859958374], [-0.025700237692576185, 1.048047696082133], [0.195321806463579, 0.30596629345029935]]]> : tensor<1x4x2xf64>
    // Left vectors: u^H a = w u^H, as a u' = w u' of the transpose with u' their conjugates.
    %l:5 = stablehlo.custom_call @lapack_dgeev_ffi(%a) {mhlo.backend_config = {compute_left = 86 : ui8, compute_right = 86 : ui8}} : (tensor<7x4x4xf64>) -> (tensor<7x4xf64>, tensor<7x4xf64>, tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>, tensor<7xi32>)
    %lre = stablehlo.real %l#2 : (tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xf64>
    %lim = stablehlo.imag %l#2 : (tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xf64>
    %lneg = stablehlo.negate %lim : tensor<7x4x4xf64>
    %lc = stablehlo.complex %lre, %lneg : tensor<7x4x4xcomplex<f64>>
    %al = stablehlo.dot_general %c, %lc, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7x4x4xcomplex<f64>>
    %lw = stablehlo.multiply %lc, %ws : tensor<7x4x4xcomplex<f64>>
    %loff = stablehlo.subtract %lw, %al : tensor<7x4x4xcomplex<f64>>
    %lsum = stablehlo.add %c, %loff : tensor<7x4x4xcomplex<f64>>
    %3 = call @close(%lsum, %c) : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1>
    check.expect_eq_const %3, dense<true> : tensor<7xi1>
    // The real form: z orthogonal, nothing below the blocks of two rows, which have equal elements on the diagonal.
    %r:6 = stablehlo.custom_call @lapack_dgees_ffi(%a) {mhlo.backend_config = {mode = 86 : ui8, sort = 78 : ui8}} : (tensor<7x4x4xf64>) -> (tensor<7x4x4xf64>, tensor<7x4x4xf64>, tensor<7x4xf64>, tensor<7x4xf64>, tensor<7xi32>, tensor<7xi32>)
    %rzt = stablehlo.dot_general %r#1, %r#0, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<7x4x4xf64>, tensor<7x4x4xf64>) -> tensor<7x4x4xf64>
    %raz = stablehlo.dot_general %a, %r#1, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<7x4x4xf64>, tensor<7x4x4xf64>) -> tensor<7x4x4xf64>
    %rzz = stablehlo.dot_general %r#1, %r#1, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<7x4x4xf64>, tensor<7x4x4xf64>) -> tensor<7x4x4xf64>
    %cz0 = stablehlo.convert %rzt : (tensor<7x4x4xf64>) -> tensor<7x4x4xcomplex<f64>>
    %cz1 = stablehlo.convert %raz : (tensor<7x4x4xf64>) -> tensor<7x4x4xcomplex<f64>>
    %cz2 = stablehlo.convert %rzz : (tensor<7x4x4xf64>) -> tensor<7x4x4xcomplex<f64>>
    %4 = call @close(%cz0, %cz1) : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1>
    check.expect_eq_const %4, dense<true> : tensor<7xi1>
    %5 = call @close(%cz2, %unit) : (tensor<7x4x4xcomplex<f64>>, tensor<7x4x4xcomplex<f64>>) -> tensor<7xi1>
    check.expect_eq_const %5, dense<true> : tensor<7xi1>
    %nothing = stablehlo.constant dense<0.0> : tensor<7x4x4xf64>
    %one = stablehlo.constant dense<1> : tensor<7x4x4xi32>
    %next = stablehlo.add %col, %one : tensor<7x4x4xi32>
    %far = stablehlo.compare GT, %row, %next : (tensor<7x4x4xi32>, tensor<7x4x4xi32>) -> tensor<7x4x4xi1>
    %low = stablehlo.select %far, %r#0, %nothing : tensor<7x4x4xi1>, tensor<7x4x4xf64>
    %lows = stablehlo.abs %low : tensor<7x4x4xf64>
    check.expect_eq_const %lows, dense<0.0> : tensor<7x4x4xf64>
    check.expect_eq_const %r#5, dense<0> : tensor<7xi32>
    // Two rotations: their blocks stay as they are.
    %rot = stablehlo.slice %r#0 [4:5, 0:4, 0:4] : (tensor<7x4x4xf64>) -> tensor<1x4x4xf64>
    %asis = stablehlo.slice %a [4:5, 0:4, 0:4] : (tensor<7x4x4xf64>) -> tensor<1x4x4xf64>
    check.expect_close %rot, %asis : tensor<1x4x4xf64>, tensor<1x4x4xf64>
    // The imaginary parts of the rotations, the real ones of the Jordan block.
    %im0 = stablehlo.slice %r#3 [4:5, 0:4] : (tensor<7x4xf64>) -> tensor<1x4xf64>
    check.expect_eq_const %im0, dense<[[1.0, -1.0, 1.0, -1.0]]> : tensor<1x4xf64>
    %re0 = stablehlo.slice %r#2 [2:3, 0:4] : (tensor<7x4xf64>) -> tensor<1x4xf64>
    check.expect_eq_const %re0, dense<2.0> : tensor<1x4xf64>
    return
  }
}
