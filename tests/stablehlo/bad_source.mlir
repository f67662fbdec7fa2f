// exit: 2
// says: bad_source.mlir:4:7: error: select_and_scatter: the source is f32[5], but the windows of f32[8] are f32[4]
func.func @main(%a: tensor<8xf32>, %s: tensor<5xf32>, %i: tensor<f32>) -> tensor<8xf32> {
 %0 = "stablehlo.select_and_scatter"(%a, %s, %i) ({
^bb0(%x: tensor<f32>, %y: tensor<f32>):
 %c = stablehlo.compare GE, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>
 stablehlo.return %c : tensor<i1>
}, {
^bb0(%x: tensor<f32>, %y: tensor<f32>):
 %t = stablehlo.add %x, %y : tensor<f32>
 stablehlo.return %t : tensor<f32>
}) {window_dimensions = array<i64: 2>, window_strides = array<i64: 2>, padding = dense<0> : tensor<1x2xi64>} : (tensor<8xf32>, tensor<5xf32>, tensor<f32>) -> tensor<8xf32>
 return %0 : tensor<8xf32>
}
