// exit: 0
// says: 9 of 9 checks hold
func.func @main() {
  %x = stablehlo.constant dense<[3.0, -0.0, 0xFFC00000, 0.0, -1.0]> : tensor<5xf32>
  %i = stablehlo.iota dim = 0 : tensor<5xi32>
  // As JAX sorts: zeros are equal, NaN last.
  %0:2 = "stablehlo.sort"(%x, %i) <{dimension = 0 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<i32>, %d: tensor<i32>):
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %nan = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %3 = stablehlo.compare EQ, %a, %zero, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %4 = stablehlo.select %3, %zero, %a : tensor<i1>, tensor<f32>
    %5 = stablehlo.compare NE, %a, %a, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %6 = stablehlo.select %5, %nan, %4 : tensor<i1>, tensor<f32>
    %7 = stablehlo.compare EQ, %b, %zero, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %8 = stablehlo.select %7, %zero, %b : tensor<i1>, tensor<f32>
    %9 = stablehlo.compare NE, %b, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %10 = stablehlo.select %9, %nan, %8 : tensor<i1>, tensor<f32>
    %11 = stablehlo.compare LT, %6, %10, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %11 : tensor<i1>
  }) : (tensor<5xf32>, tensor<5xi32>) -> (tensor<5xf32>, tensor<5xi32>)
  %order = stablehlo.constant dense<[4, 1, 3, 0, 2]> : tensor<5xi32>
  %sorted = stablehlo.constant dense<[-1.0, -0.0, 0.0, 3.0, 0x7FC00000]> : tensor<5xf32>
  stablehlo.custom_call @check.expect_eq(%0#0, %sorted) : (tensor<5xf32>, tensor<5xf32>) -> ()
  stablehlo.custom_call @check.expect_eq(%0#1, %order) : (tensor<5xi32>, tensor<5xi32>) -> ()
  // In total order a NaN with a sign comes first.
  %1:2 = "stablehlo.sort"(%x, %i) <{dimension = 0 : i64}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<i32>, %d: tensor<i32>):
    %3 = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  }) : (tensor<5xf32>, tensor<5xi32>) -> (tensor<5xf32>, tensor<5xi32>)
  %total = stablehlo.constant dense<[2, 4, 1, 3, 0]> : tensor<5xi32>
  stablehlo.custom_call @check.expect_eq(%1#1, %total) : (tensor<5xi32>, tensor<5xi32>) -> ()
  // Descending by the second operand; equals keep their order.
  %k = stablehlo.constant dense<[[2, 1, 2, 3, 1]]> : tensor<1x5xi32>
  %j = stablehlo.iota dim = 1 : tensor<1x5xi32>
  %2:2 = "stablehlo.sort"(%j, %k) <{dimension = 1 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<i32>, %b: tensor<i32>, %c: tensor<i32>, %d: tensor<i32>):
    %3 = stablehlo.compare GT, %c, %d, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  }) : (tensor<1x5xi32>, tensor<1x5xi32>) -> (tensor<1x5xi32>, tensor<1x5xi32>)
  %down = stablehlo.constant dense<[[3, 0, 2, 1, 4]]> : tensor<1x5xi32>
  stablehlo.custom_call @check.expect_eq(%2#0, %down) : (tensor<1x5xi32>, tensor<1x5xi32>) -> ()
  %f = stablehlo.constant dense<[[1.0, -3.0, 4.0, 4.0]]> : tensor<1x4xf32>
  %t:2 = chlo.top_k(%f, k = 3) : tensor<1x4xf32> -> (tensor<1x3xf32>, tensor<1x3xi32>)
  %top = stablehlo.constant dense<[[4.0, 4.0, 1.0]]> : tensor<1x3xf32>
  %at = stablehlo.constant dense<[[2, 3, 0]]> : tensor<1x3xi32>
  stablehlo.custom_call @check.expect_eq(%t#0, %top) : (tensor<1x3xf32>, tensor<1x3xf32>) -> ()
  stablehlo.custom_call @check.expect_eq(%t#1, %at) : (tensor<1x3xi32>, tensor<1x3xi32>) -> ()
  // Less the other way round is greater.
  %g = "stablehlo.sort"(%f) <{dimension = -1 : i64}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %3 = stablehlo.compare LT, %b, %a : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  }) : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %falling = stablehlo.constant dense<[[4.0, 4.0, 1.0, -3.0]]> : tensor<1x4xf32>
  stablehlo.custom_call @check.expect_eq(%g, %falling) : (tensor<1x4xf32>, tensor<1x4xf32>) -> ()
  // In total order too: a NaN with a sign is the least, 0 is more than -0.
  %signs = stablehlo.constant dense<[-0.0, 0xFFC00000, 0.0, 0x7FC00000, 0xFF800000]> : tensor<5xf32>
  %u:2 = chlo.top_k(%signs, k = 5) : tensor<5xf32> -> (tensor<5xf32>, tensor<5xi32>)
  %uorder = stablehlo.constant dense<[3, 2, 0, 4, 1]> : tensor<5xi32>
  stablehlo.custom_call @check.expect_eq(%u#1, %uorder) : (tensor<5xi32>, tensor<5xi32>) -> ()
  %big = stablehlo.constant dense<[(1.0e20, 1.0e20), (3.0, -2.0), (0.0, 0x7F800000)]> : tensor<3xcomplex<f32>>
  %sq = chlo.square %big : tensor<3xcomplex<f32>> -> tensor<3xcomplex<f32>>
  %re = stablehlo.real %sq : (tensor<3xcomplex<f32>>) -> tensor<3xf32>
  %wre = stablehlo.constant dense<[0.0, 5.0, 0xFF800000]> : tensor<3xf32>
  stablehlo.custom_call @check.expect_eq(%re, %wre) : (tensor<3xf32>, tensor<3xf32>) -> ()
  return
}
