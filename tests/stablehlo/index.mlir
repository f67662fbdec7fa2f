// exit: 0
// says: 9 of 9 checks hold
func.func @main() -> tensor<2x2xf32> {
  %x = stablehlo.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  // A start that is out of range is clamped.
  %i = stablehlo.constant dense<[[2], [0], [9]]> : tensor<3x1xi32>
  %0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2>, indices_are_sorted = false}> : (tensor<3x2xf32>, tensor<3x1xi32>) -> tensor<3x2xf32>
  %rows = stablehlo.constant dense<[[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]]> : tensor<3x2xf32>
  stablehlo.custom_call @check.expect_eq(%0, %rows) : (tensor<3x2xf32>, tensor<3x2xf32>) -> ()
  // An update out of range is dropped; the others add up.
  %j = stablehlo.constant dense<[[1], [1], [7]]> : tensor<3x1xi64>
  %u = stablehlo.constant dense<[[10.0, 20.0], [1.0, 2.0], [9.0, 9.0]]> : tensor<3x2xf32>
  %1 = "stablehlo.scatter"(%x, %j, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3x2xf32>, tensor<3x1xi64>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %added = stablehlo.constant dense<[[1.0, 2.0], [14.0, 26.0], [5.0, 6.0]]> : tensor<3x2xf32>
  stablehlo.custom_call @check.expect_eq(%1, %added) : (tensor<3x2xf32>, tensor<3x2xf32>) -> ()
  %two = stablehlo.constant dense<2> : tensor<i32>
  %minus = stablehlo.constant dense<-1> : tensor<i32>
  %2 = stablehlo.dynamic_slice %x, %two, %minus, sizes = [2, 2] : (tensor<3x2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x2xf32>
  %tail = stablehlo.slice %x [1:3, 0:2] : (tensor<3x2xf32>) -> tensor<2x2xf32>
  stablehlo.custom_call @check.expect_eq(%2, %tail) : (tensor<2x2xf32>, tensor<2x2xf32>) -> ()
  %zeros = stablehlo.constant dense<0.0> : tensor<1x2xf32>
  %3 = stablehlo.dynamic_update_slice %x, %zeros, %two, %minus : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<i32>, tensor<i32>) -> tensor<3x2xf32>
  %cleared = stablehlo.constant dense<[[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]> : tensor<3x2xf32>
  stablehlo.custom_call @check.expect_eq(%3, %cleared) : (tensor<3x2xf32>, tensor<3x2xf32>) -> ()
  %4 = stablehlo.dot_general %2, %x, batching_dims = [] x [], contracting_dims = [1] x [1], precision = [DEFAULT, HIGHEST] : (tensor<2x2xf32>, tensor<3x2xf32>) -> tensor<2x3xf32>
  %products = stablehlo.constant dense<[[11.0, 25.0, 39.0], [17.0, 39.0, 61.0]]> : tensor<2x3xf32>
  stablehlo.custom_call @check.expect_eq(%4, %products) : (tensor<2x3xf32>, tensor<2x3xf32>) -> ()
  %5 = "stablehlo.dot_general"(%2, %2) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]}> : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
  %norms = stablehlo.constant dense<[25.0, 61.0]> : tensor<2xf32>
  stablehlo.custom_call @check.expect_eq(%5, %norms) : (tensor<2xf32>, tensor<2xf32>) -> ()
  %6 = stablehlo.dot %x, %2 : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %times = stablehlo.constant dense<[[13.0, 16.0], [29.0, 36.0], [45.0, 56.0]]> : tensor<3x2xf32>
  stablehlo.custom_call @check.expect_eq(%6, %times) : (tensor<3x2xf32>, tensor<3x2xf32>) -> ()
  // Products of bytes in 32 bits.
  %bytes = stablehlo.constant dense<[200, 100]> : tensor<2xui8>
  %7 = stablehlo.dot_general %bytes, %bytes, contracting_dims = [0] x [0] : (tensor<2xui8>, tensor<2xui8>) -> tensor<i32>
  %sum = stablehlo.constant dense<50000> : tensor<i32>
  stablehlo.custom_call @check.expect_eq(%7, %sum) : (tensor<i32>, tensor<i32>) -> ()
  stablehlo.custom_call @check.expect_almost_eq(%2, %2) : (tensor<2x2xf32>, tensor<2x2xf32>) -> ()
  return %2 : tensor<2x2xf32>
}
