// exit: 2
// says: bad_calls.mlir:8:7: error: call: 'main' calls itself
func.func @main(%a: tensor<f32>) -> tensor<f32> {
 %0 = call @f(%a) : (tensor<f32>) -> tensor<f32>
 return %0 : tensor<f32>
}
func.func private @f(%a: tensor<f32>) -> tensor<f32> {
 %0 = call @main(%a) : (tensor<f32>) -> tensor<f32>
 return %0 : tensor<f32>
}
