// exit: 2
// says: bad_hex.mlir:4:33: error: '0x-1234567' is no element of f32
func.func @main() -> tensor<f32> {
  %0 = stablehlo.constant dense<0x-1234567> : tensor<f32>
  return %0 : tensor<f32>
}
