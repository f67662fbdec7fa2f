func.func @main() -> tensor<f32> {
  %0 = "stablehlo.optimization_barrier"() : () -> tensor<f32>
  return %0 : tensor<f32>
}
