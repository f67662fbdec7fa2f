// exit: 0
// says: 2 of 2 check
module {
  func.func private @f(%arg0: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %0:2 = stablehlo.while(%iterArg = %arg0, %iterArg_0 = %cst) : tensor<f32>, tensor<f32>
    cond {
      %cst_1 = stablehlo.constant dense<1.000000e+01> : tensor<f32>
      %1 = stablehlo.compare LT, %iterArg, %cst_1, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %1 : tensor<i1>
    } do {
      %1 = stablehlo.multiply %iterArg, %iterArg : tensor<f32>
      %2 = stablehlo.multiply %iterArg_0, %iterArg : tensor<f32>
      %3 = stablehlo.multiply %iterArg, %iterArg_0 : tensor<f32>
      %4 = stablehlo.add %2, %3 : tensor<f32>
      %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %5 = stablehlo.add %1, %cst_1 : tensor<f32>
      stablehlo.return %5, %4 : tensor<f32>, tensor<f32>
    }
    return %0#0, %0#1 : tensor<f32>, tensor<f32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<0.699999988079071> : tensor<f32>
    %r:2 = call @f(%a0) : (tensor<f32>) -> (tensor<f32>, tensor<f32>)
    %w0 = stablehlo.constant dense<11.369043350219727> : tensor<f32>
    check.expect_almost_eq %r#0, %w0 : tensor<f32>
    %w1 = stablehlo.constant dense<26.868513107299805> : tensor<f32>
    check.expect_almost_eq %r#1, %w1 : tensor<f32>
    return
  }
}
