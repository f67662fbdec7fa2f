// exit: 2
// says: bad_barrier.mlir:4:8: error: stablehlo.optimization_barrier: 1 results of 0 operands
func.func @main() -> tensor<f32> {
  %0 = "stablehlo.optimization_barrier"() : () -> tensor<f32>
  return %0 : tensor<f32>
}
