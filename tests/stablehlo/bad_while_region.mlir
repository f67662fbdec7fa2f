// exit: 2
// says: bad_while_region.mlir:4:7: error: stablehlo.while: has a condition and a body
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
 %0 = "stablehlo.while"(%a) ({
^bb0(%x: tensor<4xf32>):
 stablehlo.return %x : tensor<4xf32>
}) : (tensor<4xf32>) -> tensor<4xf32>
 return %0 : tensor<4xf32>
}
