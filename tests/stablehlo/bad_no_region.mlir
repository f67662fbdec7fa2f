// exit: 2
// says: bad_no_region.mlir:4:7: error: stablehlo.reduce: has no region
func.func @main(%a: tensor<8xf32>, %i: tensor<f32>) -> tensor<f32> {
 %0 = "stablehlo.reduce"(%a, %i) {dimensions = array<i64: 0>} : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
 return %0 : tensor<f32>
}
