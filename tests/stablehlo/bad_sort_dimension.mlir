// exit: 2
// says: bad_sort_dimension.mlir:4:7: error: stablehlo.sort: dimension -5 is out of range for f32[4]
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
 %0 = "stablehlo.sort"(%a) ({
^bb0(%x: tensor<f32>, %y: tensor<f32>):
 %2 = stablehlo.compare LT, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>
 stablehlo.return %2 : tensor<i1>
}) {dimension = -5 : i64} : (tensor<4xf32>) -> tensor<4xf32>
 return %0 : tensor<4xf32>
}
