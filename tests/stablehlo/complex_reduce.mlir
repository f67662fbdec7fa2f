// exit: 0
// says: 3 of 3 checks hold
// Inits of complex numbers: the identity of the reducer, and others.
func.func @main() {
  %a = stablehlo.constant dense<[(1.0, 2.0), (3.0, -1.0)]> : tensor<2xcomplex<f64>>
  %one = stablehlo.constant dense<(1.0, 0.0)> : tensor<complex<f64>>
  %zero = stablehlo.constant dense<(0.0, 0.0)> : tensor<complex<f64>>
  %product = stablehlo.reduce(%a init: %one) applies stablehlo.multiply across dimensions = [0] : (tensor<2xcomplex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  %sum = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<2xcomplex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  %more = stablehlo.reduce(%a init: %one) applies stablehlo.add across dimensions = [0] : (tensor<2xcomplex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  check.expect_eq_const %product, dense<(5.0, 5.0)> : tensor<complex<f64>>
  check.expect_eq_const %sum, dense<(4.0, 1.0)> : tensor<complex<f64>>
  check.expect_eq_const %more, dense<(5.0, 1.0)> : tensor<complex<f64>>
  return
}
