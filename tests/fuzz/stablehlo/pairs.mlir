func.func @main(%x: tensor<3x4xf32>, %z: tensor<f32>, %n: tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>, tensor<2x4xf32>) {
  %k = stablehlo.iota dim = 1 : tensor<3x4xi32>
  %0:2 = stablehlo.reduce(%x init: %z), (%k init: %n) across dimensions = [1] : (tensor<3x4xf32>, tensor<3x4xi32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>)
   reducer(%a: tensor<f32>, %b: tensor<f32>) (%i: tensor<i32>, %j: tensor<i32>) {
    %g = stablehlo.compare GT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %v = stablehlo.select %g, %a, %b : tensor<i1>, tensor<f32>
    %w = stablehlo.select %g, %i, %j : tensor<i1>, tensor<i32>
    stablehlo.return %v, %w : tensor<f32>, tensor<i32>
  }
  %1 = "stablehlo.reduce_window"(%x, %z) <{base_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [1, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 1, 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %p = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %p : tensor<f32>
  }) : (tensor<3x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  return %0#0, %0#1, %1 : tensor<3xf32>, tensor<3xi32>, tensor<2x4xf32>
}
