// exit: 2
// says: bad_end.mlir:5:1: error: expected '}', got the end of the text
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
 return %a : tensor<4xf32>
