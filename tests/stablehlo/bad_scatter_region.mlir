// exit: 2
// says: bad_scatter_region.mlir:6:1: error: the region does not end in a return
func.func @main(%a: tensor<5x6xf32>, %i: tensor<3x1xi32>, %u: tensor<3x6xf32>) -> tensor<5x6xf32> {
 %0 = "stablehlo.scatter"(%a, %i, %u) ({

}) {scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>} : (tensor<5x6xf32>, tensor<3x1xi32>, tensor<3x6xf32>) -> tensor<5x6xf32>
 return %0 : tensor<5x6xf32>
}
