// exit: 0
// says: 6 of 6 checks hold
// Index vectors without components: every update, and every read, is at the one place there is.
func.func @main() -> tensor<f32> {
  %x = stablehlo.constant dense<3.0> : tensor<f32>
  %none = stablehlo.constant dense<> : tensor<2x0xi32>
  %u = stablehlo.constant dense<[2.0, 5.0]> : tensor<2xf32>
  %0 = "stablehlo.scatter"(%x, %none, %u) <{scatter_dimension_numbers = #stablehlo.scatter<index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.multiply %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<f32>, tensor<2x0xi32>, tensor<2xf32>) -> tensor<f32>
  %product = stablehlo.constant dense<30.0> : tensor<f32>
  stablehlo.custom_call @check.expect_eq(%0, %product) : (tensor<f32>, tensor<f32>) -> ()
  %row = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xbf16>
  %rows = stablehlo.constant dense<[[10.0, 20.0], [3.0, 4.0]]> : tensor<2x2xbf16>
  %1 = "stablehlo.scatter"(%row, %none, %rows) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<bf16>, %b: tensor<bf16>):
    %s = stablehlo.add %a, %b : tensor<bf16>
    stablehlo.return %s : tensor<bf16>
  }) : (tensor<2xbf16>, tensor<2x0xi32>, tensor<2x2xbf16>) -> tensor<2xbf16>
  %sums = stablehlo.constant dense<[14.0, 26.0]> : tensor<2xbf16>
  stablehlo.custom_call @check.expect_eq(%1, %sums) : (tensor<2xbf16>, tensor<2xbf16>) -> ()
  %2 = "stablehlo.gather"(%row, %none) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1>, indices_are_sorted = false}> : (tensor<2xbf16>, tensor<2x0xi32>) -> tensor<2x1xbf16>
  %ones = stablehlo.constant dense<1.0> : tensor<2x1xbf16>
  stablehlo.custom_call @check.expect_eq(%2, %ones) : (tensor<2x1xbf16>, tensor<2x1xbf16>) -> ()
  // Without updates nothing changes; without elements nothing is read.
  %no_place = stablehlo.constant dense<> : tensor<0x0xi32>
  %no_rows = stablehlo.constant dense<> : tensor<0x2xbf16>
  %3 = "stablehlo.scatter"(%row, %no_place, %no_rows) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<bf16>, %b: tensor<bf16>):
    stablehlo.return %b : tensor<bf16>
  }) : (tensor<2xbf16>, tensor<0x0xi32>, tensor<0x2xbf16>) -> tensor<2xbf16>
  stablehlo.custom_call @check.expect_eq(%3, %row) : (tensor<2xbf16>, tensor<2xbf16>) -> ()
  %4 = "stablehlo.gather"(%no_rows, %none) <{dimension_numbers = #stablehlo.gather<offset_dims = [1, 2], index_vector_dim = 1>, slice_sizes = array<i64: 0, 2>, indices_are_sorted = false}> : (tensor<0x2xbf16>, tensor<2x0xi32>) -> tensor<2x0x2xbf16>
  %nothing = stablehlo.constant dense<> : tensor<2x0x2xbf16>
  stablehlo.custom_call @check.expect_eq(%4, %nothing) : (tensor<2x0x2xbf16>, tensor<2x0x2xbf16>) -> ()
  %one = stablehlo.constant dense<> : tensor<0xi32>
  %5 = "stablehlo.scatter"(%x, %one, %x) <{scatter_dimension_numbers = #stablehlo.scatter<>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<f32>, tensor<0xi32>, tensor<f32>) -> tensor<f32>
  %six = stablehlo.constant dense<6.0> : tensor<f32>
  stablehlo.custom_call @check.expect_eq(%5, %six) : (tensor<f32>, tensor<f32>) -> ()
  return %5 : tensor<f32>
}
