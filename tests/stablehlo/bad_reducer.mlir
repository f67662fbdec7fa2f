// exit: 2
// says: bad_reducer.mlir:4:8: error: and: does not take bf16[]
func.func @main(%x: tensor<3xbf16>, %z: tensor<bf16>) -> tensor<bf16> {
  %t = stablehlo.reduce(%x init: %z) applies stablehlo.and across dimensions = [0] : (tensor<3xbf16>, tensor<bf16>) -> tensor<bf16>
  return %t : tensor<bf16>
}
