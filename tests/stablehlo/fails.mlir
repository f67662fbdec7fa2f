// exit: 1
// says: fails.mlir:8:3: error: expect_close does not hold: element [1] of f32[3]: got 2.00000095, expected 2 (4 ulp); 2 of 3 differ
// says: fails.mlir:11:3: error: expect_eq does not hold: element [] of i64[]: got 9007199254740993, expected 9007199254740992 (1 ulp); 1 of 1 differ
// says: 1 of 3 checks hold
func.func @main() {
  %a = stablehlo.constant dense<[1.0, 0x40000004, 3.5]> : tensor<3xf32>
  %b = stablehlo.constant dense<[1.0, 2.0, 0x7FC00000]> : tensor<3xf32>
  stablehlo.custom_call @check.expect_close(%a, %b) : (tensor<3xf32>, tensor<3xf32>) -> ()
  %c = stablehlo.constant dense<9007199254740993> : tensor<i64>
  %d = stablehlo.constant dense<9007199254740992> : tensor<i64>
  stablehlo.custom_call @check.expect_eq(%c, %d) : (tensor<i64>, tensor<i64>) -> ()
  %e = stablehlo.constant dense<1.0> : tensor<f32>
  %f = stablehlo.constant dense<1.0009> : tensor<f32>
  stablehlo.custom_call @check.expect_almost_eq(%e, %f) : (tensor<f32>, tensor<f32>) -> ()
  return
}
