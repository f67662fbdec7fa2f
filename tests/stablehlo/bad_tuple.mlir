// exit: 2
// says: bad_tuple.mlir:6:10: error: stablehlo.get_tuple_element: no element 2: the tuple has 2
module @bad_tuple {
  func.func public @main(%a: tensor<2xf32>) -> tensor<2xf32> {
    %t = stablehlo.tuple %a, %a : tuple<tensor<2xf32>, tensor<2xf32>>
    %0 = stablehlo.get_tuple_element %t[2] : (tuple<tensor<2xf32>, tensor<2xf32>>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}
