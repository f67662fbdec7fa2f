// exit: 2
// says: bad_more_lists.mlir:4:34: error: more than 0 elements for dimension 0 of i64[0,3]
func.func @main() -> tensor<0x3xi64> {
  %0 = stablehlo.constant dense<[[0, 1, 2], [0, 1, 2]]> : tensor<0x3xi64>
  return %0 : tensor<0x3xi64>
}
