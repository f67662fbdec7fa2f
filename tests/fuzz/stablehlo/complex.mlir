func.func @main(%z: tensor<6xcomplex<f32>>, %r: tensor<6xf32>) -> (tensor<6xcomplex<f32>>, tensor<4xcomplex<f32>>, tensor<6xf32>, tensor<6xf32>) {
  %c = stablehlo.constant dense<[(1.0, -2.0), (0.5, 0.0), (3.0, 1.0), (0.0, 0.0), (2.5e-1, 4.0), (-1.0, 1.0)]> : tensor<6xcomplex<f32>>
  %0 = stablehlo.multiply %z, %c : tensor<6xcomplex<f32>>
  %1 = stablehlo.fft %0, type = FFT, length = [6] : (tensor<6xcomplex<f32>>) -> tensor<6xcomplex<f32>>
  %2 = stablehlo.fft %r, type = RFFT, length = [6] : (tensor<6xf32>) -> tensor<4xcomplex<f32>>
  %3 = stablehlo.fft %2, type = IRFFT, length = [6] : (tensor<4xcomplex<f32>>) -> tensor<6xf32>
  %4 = stablehlo.complex %r, %3 : tensor<6xcomplex<f32>>
  %5 = stablehlo.exponential %4 : tensor<6xcomplex<f32>>
  %6 = stablehlo.add %1, %5 : tensor<6xcomplex<f32>>
  %7 = stablehlo.abs %6 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
  %8 = stablehlo.imag %6 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
  return %6, %2, %7, %8 : tensor<6xcomplex<f32>>, tensor<4xcomplex<f32>>, tensor<6xf32>, tensor<6xf32>
}
