// exit: 2
// says: bad_window_huge.mlir:4:7: error: reduce_window: in window dimension 0, size 9223372036854775807
func.func @main(%a: tensor<8xf32>, %i: tensor<f32>) -> tensor<0xf32> {
 %0 = "stablehlo.reduce_window"(%a, %i) ({
^bb0(%x: tensor<f32>, %y: tensor<f32>):
 %s = stablehlo.add %x, %y : tensor<f32>
 stablehlo.return %s : tensor<f32>
}) {window_dimensions = array<i64: 9223372036854775807>, window_strides = array<i64: 1>, base_dilations = array<i64: 1>, window_dilations = array<i64: 1>, padding = dense<0> : tensor<1x2xi64>} : (tensor<8xf32>, tensor<f32>) -> tensor<0xf32>
 return %0 : tensor<0xf32>
}
