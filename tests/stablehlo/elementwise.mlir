// exit: 0
// says: 12 of 12 checks hold
module @elementwise attributes {some.thing = 1 : i32, other = ["a", {b = true}]} {
  func.func public @main() -> (tensor<4xf32> {jax.result_info = "x"}) {
    %x = stablehlo.constant dense<[-1.5, 0.000000e+00, 2.500000e+00, 0x7F800000]> : tensor<4xf32>
    %y = stablehlo.constant dense<2.0> : tensor<4xf32>
    %0 = stablehlo.add %x, %y : tensor<4xf32>
    check.expect_eq_const %0, dense<[0.5, 2.0, 4.5, 0x7F800000]> : tensor<4xf32>
    %1 = stablehlo.floor %x : tensor<4xf32>
    %floors = stablehlo.constant dense<[-2.0, 0.0, 2.0, 0x7F800000]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%1, %floors) {has_side_effect = true} : (tensor<4xf32>, tensor<4xf32>) -> ()
    %2 = stablehlo.compare LT, %x, %y, FLOAT : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    %less = stablehlo.constant dense<[true, true, false, false]> : tensor<4xi1>
    stablehlo.custom_call @check.expect_eq(%2, %less) : (tensor<4xi1>, tensor<4xi1>) -> ()
    %3 = stablehlo.select %2, %x, %y : tensor<4xi1>, tensor<4xf32>
    %chosen = stablehlo.constant dense<[-1.5, 0.0, 2.0, 2.0]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%3, %chosen) : (tensor<4xf32>, tensor<4xf32>) -> ()
    %true = stablehlo.constant dense<true> : tensor<i1>
    %4 = stablehlo.select %true, %x, %y : tensor<i1>, tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%4, %x) : (tensor<4xf32>, tensor<4xf32>) -> ()
    %lo = stablehlo.constant dense<-1.0> : tensor<f32>
    %hi = stablehlo.constant dense<1.0> : tensor<f32>
    %5 = stablehlo.clamp %lo, %x, %hi : (tensor<f32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
    %clamped = stablehlo.constant dense<[-1.0, 0.0, 1.0, 1.0]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%5, %clamped) : (tensor<4xf32>, tensor<4xf32>) -> ()
    %6 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xi32>
    %ints = stablehlo.constant dense<[-1, 0, 2, 2147483647]> : tensor<4xi32>
    stablehlo.custom_call @check.expect_eq(%6, %ints) : (tensor<4xi32>, tensor<4xi32>) -> ()
    // In total order -0 stands before 0, and NaN behind infinity.
    %a = stablehlo.constant dense<[-0.0, 0.0, 0x7F800000, 0xFFC00000]> : tensor<4xf32>
    %b = stablehlo.constant dense<[0.0, -0.0, 0x7FC00000, 0xFF800000]> : tensor<4xf32>
    %7 = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    %total = stablehlo.constant dense<[true, false, true, true]> : tensor<4xi1>
    stablehlo.custom_call @check.expect_eq(%7, %total) : (tensor<4xi1>, tensor<4xi1>) -> ()
    %h = stablehlo.constant dense<[0.49999997, -0.5, 2.5, -3.4]> : tensor<4xf32>
    %8 = stablehlo.round_nearest_afz %h : tensor<4xf32>
    %away = stablehlo.constant dense<[0.0, -1.0, 3.0, -3.0]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%8, %away) : (tensor<4xf32>, tensor<4xf32>) -> ()
    %9 = stablehlo.round_nearest_even %h : tensor<4xf32>
    %even = stablehlo.constant dense<[0.0, -0.0, 2.0, -3.0]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%9, %even) : (tensor<4xf32>, tensor<4xf32>) -> ()
    %10 = stablehlo.bitcast_convert %y : (tensor<4xf32>) -> tensor<4xui32>
    %bits = stablehlo.constant dense<1073741824> : tensor<4xui32>
    stablehlo.custom_call @check.expect_eq(%10, %bits) : (tensor<4xui32>, tensor<4xui32>) -> ()
    %11 = chlo.square %h : tensor<4xf32> -> tensor<4xf32>
    %squares = stablehlo.constant dense<[0.24999997, 0.25, 6.25, 11.56]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_close(%11, %squares) {max_ulp_difference = 3 : i64} : (tensor<4xf32>, tensor<4xf32>) -> ()
    return %0 : tensor<4xf32>
  }
}
