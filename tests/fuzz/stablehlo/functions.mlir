module @m {
  func.func public @main(%x: tensor<4xf32>, %i: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi1>) {
    %0 = chlo.erf %x : tensor<4xf32> -> tensor<4xf32>
    %1 = chlo.lgamma %0 : tensor<4xf32> -> tensor<4xf32>
    %2 = chlo.asinh %1 : tensor<4xf32> -> tensor<4xf32>
    %3 = chlo.zeta %x, %2 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
    %4 = stablehlo.reduce_precision %3, format = e5m10 : tensor<4xf32>
    %5 = func.call @g(%4) : (tensor<4xf32>) -> tensor<4xf32>
    %6 = chlo.is_inf %5 : tensor<4xf32> -> tensor<4xi1>
    %7:2 = chlo.top_k(%5, k = 4) : tensor<4xf32> -> (tensor<4xf32>, tensor<4xi32>)
    stablehlo.custom_call @check.expect_close(%7#0, %5) {min_ulp_difference = 0 : i64, max_ulp_difference = 3 : i64} : (tensor<4xf32>, tensor<4xf32>) -> ()
    return %7#0, %6 : tensor<4xf32>, tensor<4xi1>
  }
  func.func private @g(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.constant dense<"0x0000803F000000400000404000008040"> : tensor<4xf32>
    %1 = stablehlo.atan2 %x, %0 : tensor<4xf32>
    return %1 : tensor<4xf32>
  }
}
