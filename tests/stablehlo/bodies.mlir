// exit: 0
// Regions of scalars that no row has: combiners, comparators, map; and bits in parts.
module @bodies {
  func.func public @main() {
    %x = stablehlo.constant dense<[3, 1, 4, 1, 5, 9, 2, 6]> : tensor<8xi32>
    %zero = stablehlo.constant dense<0> : tensor<i32>
    // a - 2b in rounds of neighbours, the init first: neither associative nor commutative
    %r = stablehlo.reduce(%x init: %zero) across dimensions = [0] : (tensor<8xi32>, tensor<i32>) -> tensor<i32>
      reducer(%a: tensor<i32>, %b: tensor<i32>) {
        %k = stablehlo.constant dense<2> : tensor<i32>
        %m = stablehlo.multiply %b, %k : tensor<i32>
        %s = stablehlo.subtract %a, %m : tensor<i32>
        stablehlo.return %s : tensor<i32>
      }
    check.expect_eq_const %r, dense<34> : tensor<i32>
    // by the last decimal digit of the square, ties by place
    %p = "stablehlo.sort"(%x) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>):
      %ten = stablehlo.constant dense<10> : tensor<i32>
      %aa = stablehlo.multiply %a, %a : tensor<i32>
      %bb = stablehlo.multiply %b, %b : tensor<i32>
      %ar = stablehlo.remainder %aa, %ten : tensor<i32>
      %br = stablehlo.remainder %bb, %ten : tensor<i32>
      %l = stablehlo.compare LT, %ar, %br, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %l : tensor<i1>
    }) : (tensor<8xi32>) -> tensor<8xi32>
    check.expect_eq_const %p, dense<[1, 1, 9, 2, 5, 4, 6, 3]> : tensor<8xi32>
    // not a strict order: equals stay where they are
    %index = stablehlo.iota dim = 0 : tensor<8xi32>
    %d = stablehlo.constant dense<2> : tensor<8xi32>
    %half = stablehlo.divide %x, %d : tensor<8xi32>
    %q:2 = "stablehlo.sort"(%half, %index) <{dimension = 0 : i64}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>, %i: tensor<i32>, %j: tensor<i32>):
      %l = stablehlo.compare GE, %a, %b, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %l : tensor<i1>
    }) : (tensor<8xi32>, tensor<8xi32>) -> (tensor<8xi32>, tensor<8xi32>)
    check.expect_eq_const %q#1, dense<[5, 7, 2, 4, 0, 6, 1, 3]> : tensor<8xi32>
    // the second key turned round
    %w:2 = "stablehlo.sort"(%half, %index) <{dimension = 0 : i64}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>, %i: tensor<i32>, %j: tensor<i32>):
      %l = stablehlo.compare LT, %a, %b, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %e = stablehlo.compare EQ, %a, %b, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %g = stablehlo.compare GT, %i, %j, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %n = stablehlo.and %e, %g : tensor<i1>
      %o = stablehlo.or %l, %n : tensor<i1>
      stablehlo.return %o : tensor<i1>
    }) : (tensor<8xi32>, tensor<8xi32>) -> (tensor<8xi32>, tensor<8xi32>)
    check.expect_eq_const %w#1, dense<[3, 1, 6, 0, 4, 2, 7, 5]> : tensor<8xi32>
    // windows that overlap, one after the other; the last does not fit
    %starts = stablehlo.constant dense<[[0], [1], [0], [7]]> : tensor<4x1xi64>
    %u = stablehlo.constant dense<[[1, 2], [3, 4], [5, 6], [7, 8]]> : tensor<4x2xi32>
    %t = "stablehlo.scatter"(%x, %starts, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>):
      %k = stablehlo.constant dense<2> : tensor<i32>
      %m = stablehlo.multiply %a, %k : tensor<i32>
      %s = stablehlo.add %m, %b : tensor<i32>
      stablehlo.return %s : tensor<i32>
    }) : (tensor<8xi32>, tensor<4x1xi64>, tensor<4x2xi32>) -> tensor<8xi32>
    check.expect_eq_const %t, dense<[19, 28, 12, 1, 5, 9, 2, 6]> : tensor<8xi32>
    %y = "stablehlo.map"(%x, %index) <{dimensions = array<i64: 0>}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>):
      %s = stablehlo.subtract %a, %b : tensor<i32>
      stablehlo.return %s : tensor<i32>
    }) : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
    check.expect_eq_const %y, dense<[3, 0, 2, -2, 1, 4, -4, -1]> : tensor<8xi32>
    %f = stablehlo.constant dense<[1.0, -2.0]> : tensor<2xf32>
    %bytes = stablehlo.bitcast_convert %f : (tensor<2xf32>) -> tensor<2x4xui8>
    check.expect_eq_const %bytes, dense<[[0, 0, 128, 63], [0, 0, 0, 192]]> : tensor<2x4xui8>
    %back = stablehlo.bitcast_convert %bytes : (tensor<2x4xui8>) -> tensor<2xf32>
    check.expect_eq_const %back, dense<[1.0, -2.0]> : tensor<2xf32>
    %wide = stablehlo.bitcast_convert %f : (tensor<2xf32>) -> tensor<i64>
    check.expect_eq_const %wide, dense<-4611686017362034688> : tensor<i64>
    return
  }
}
