// exit: 0
// says: 8 of 8 checks hold
func.func @main() {
  %a = stablehlo.constant dense<"0x0000803F00000040"> : tensor<2xf32>
  %b = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
  stablehlo.custom_call @check.expect_eq(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> ()
  %c = stablehlo.constant dense<"0xFEFFFFFFFFFFFFFF"> : tensor<3xi64>
  %d = stablehlo.constant dense<[-2, -2, -2]> : tensor<3xi64>
  stablehlo.custom_call @check.expect_eq(%c, %d) : (tensor<3xi64>, tensor<3xi64>) -> ()
  %e = stablehlo.constant dense<"0x000100000001000001"> : tensor<9xi1>
  %f = stablehlo.constant dense<"0x2201"> : tensor<9xi1>
  stablehlo.custom_call @check.expect_eq(%e, %f) : (tensor<9xi1>, tensor<9xi1>) -> ()
  %g = stablehlo.constant dense<[9223372036854775807, -9223372036854775808]> : tensor<2xi64>
  %h = stablehlo.constant dense<[0x7FFFFFFFFFFFFFFF, 0x8000000000000000]> : tensor<2xi64>
  stablehlo.custom_call @check.expect_eq(%g, %h) : (tensor<2xi64>, tensor<2xi64>) -> ()
  %i = stablehlo.constant dense<[[], []]> : tensor<2x0xf64>
  %j = stablehlo.constant dense<1.0> : tensor<2x0xf64>
  stablehlo.custom_call @check.expect_eq(%i, %j) : (tensor<2x0xf64>, tensor<2x0xf64>) -> ()
  // Rounded once: through f64 it would become 1.
  %k = stablehlo.constant dense<1.00000005960464477540> : tensor<f32>
  %l = stablehlo.constant dense<0x3F800001> : tensor<f32>
  stablehlo.custom_call @check.expect_eq(%k, %l) : (tensor<f32>, tensor<f32>) -> ()
  %m = stablehlo.constant dense<4.940656e-324> : tensor<f64>
  %n = stablehlo.constant dense<0x0000000000000001> : tensor<f64>
  stablehlo.custom_call @check.expect_eq(%m, %n) : (tensor<f64>, tensor<f64>) -> ()
  %o = "stablehlo.constant"() <{value = dense<[1, 2]> : tensor<2xui8>}> : () -> tensor<2xui8>
  %p = stablehlo.constant dense<"0x0102"> : tensor<2xui8>
  stablehlo.custom_call @check.expect_eq(%o, %p) : (tensor<2xui8>, tensor<2xui8>) -> ()
  return
}
