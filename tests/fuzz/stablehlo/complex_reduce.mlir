func.func @main(%a: tensor<4xcomplex<f64>>) -> tensor<complex<f64>> {
  %c = stablehlo.constant dense<(1.0,0.0)> : tensor<complex<f64>>
  %0 = stablehlo.reduce(%a init: %c) applies stablehlo.multiply across dimensions = [0] : (tensor<4xcomplex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  return %0 : tensor<complex<f64>>
}
