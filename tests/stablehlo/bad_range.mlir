// exit: 2
// says: bad_range.mlir:4:8: error: stablehlo.slice: a range is lo:hi or lo:hi:stride
func.func @main(%a: tensor<4xf32>) -> tensor<2xf32> {
  %0 = stablehlo.slice %a [["a", 2]] : (tensor<4xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
