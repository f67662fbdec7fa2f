// exit: 2
// says: bad_pad_huge.mlir:5:7: error: pad: padding of dimension 0 of f32[4] is out of range
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
 %c = stablehlo.constant dense<0.0> : tensor<f32>
 %0 = stablehlo.pad %a, %c, low = [9223372036854775807], high = [9223372036854775807], interior = [9223372036854775807] : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
 return %0 : tensor<4xf32>
}
