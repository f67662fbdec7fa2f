// exit: 2
// says: bad_parameter.mlir: error: out of memory: an array of 800000000000 bytes
func.func @main(%a: tensor<100000000000xi64>) -> tensor<100000000000xi64> {
  return %a : tensor<100000000000xi64>
}
