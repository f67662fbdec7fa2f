// exit: 2
// says: bad_lapack_dtype.mlir:4:10: error: abs: does not take bool[2,1,1]
func.func @main(%d: tensor<2x4xi1>, %x: tensor<2x4x3xi1>) -> tensor<2x4x3xi1> {
  %r:5 = stablehlo.custom_call @lapack_dgtsv_ffi(%d, %d, %d, %x) : (tensor<2x4xi1>, tensor<2x4xi1>, tensor<2x4xi1>, tensor<2x4x3xi1>) -> (tensor<2x4xi1>, tensor<2x4xi1>, tensor<2x4xi1>, tensor<2x4x3xi1>, tensor<2xi32>)
  return %r#3 : tensor<2x4x3xi1>
}
