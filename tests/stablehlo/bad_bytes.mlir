// exit: 2
// says: bad_bytes.mlir:4:33: error: the type has more bytes than any memory
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.iota dim = 0 : tensor<4611686018427387904xf64>
 return %a : tensor<4xf32>
}
