// exit: 2
// says: bad_takes.mlir:4:8: error: chlo.is_pos_inf: takes floats, not u64
func.func @main(%a: tensor<3xui64>) -> tensor<3xi1> {
  %0 = chlo.is_pos_inf %a : tensor<3xui64> -> tensor<3xi1>
  return %0 : tensor<3xi1>
}
