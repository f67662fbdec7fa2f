// exit: 2
// says: bad_gather_sizes.mlir:4:7: error: gather: slice size -6 does not fit dimension 1 of f32[5,6]
func.func @main(%a: tensor<5x6xf32>, %i: tensor<3x1xi32>) -> tensor<3x6xf32> {
 %0 = "stablehlo.gather"(%a, %i) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1,-6>, indices_are_sorted = false} : (tensor<5x6xf32>, tensor<3x1xi32>) -> tensor<3x6xf32>
 return %0 : tensor<3x6xf32>
}
