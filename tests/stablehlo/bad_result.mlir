// exit: 2
// says: bad_result.mlir:4:8: error: out of memory: an array of 800000000000 bytes
func.func @main(%a: tensor<4xf32>) -> tensor<100000000000xi64> {
  %0 = stablehlo.iota dim = 0 : tensor<100000000000xi64>
 return %0 : tensor<100000000000xi64>
}
