// exit: 0
// says: 3 of 3 checks hold
// Windows of many places, by combiners that are no reduction.
module @windows {
  func.func public @main() {
    %x = stablehlo.iota dim = 0 : tensor<400xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %last = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 200>, window_strides = array<i64: 100>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.multiply %a, %zero : tensor<f32>
      %1 = stablehlo.add %0, %b : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<400xf32>, tensor<f32>) -> tensor<3xf32>
    check.expect_eq_const %last, dense<[199.0, 299.0, 399.0]> : tensor<3xf32>
    %y = stablehlo.reshape %x : (tensor<400xf32>) -> tensor<20x20xf32>
    %source = stablehlo.constant dense<[[1.0, 2.0], [4.0, 8.0]]> : tensor<2x2xf32>
    %s = "stablehlo.select_and_scatter"(%y, %source, %zero) <{window_dimensions = array<i64: 13, 15>, window_strides = array<i64: 7, 5>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.compare GE, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %0 : tensor<i1>
    }, {
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %0 : tensor<f32>
    }) : (tensor<20x20xf32>, tensor<2x2xf32>, tensor<f32>) -> tensor<20x20xf32>
    %places = stablehlo.constant dense<[[12, 14], [12, 19], [19, 14], [19, 19]]> : tensor<4x2xi32>
    %at = "stablehlo.gather"(%s, %places) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<20x20xf32>, tensor<4x2xi32>) -> tensor<4xf32>
    check.expect_eq_const %at, dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf32>
    %sum = stablehlo.reduce(%s init: %zero) applies stablehlo.add across dimensions = [0, 1] : (tensor<20x20xf32>, tensor<f32>) -> tensor<f32>
    check.expect_eq_const %sum, dense<15.0> : tensor<f32>
    return
  }
}
