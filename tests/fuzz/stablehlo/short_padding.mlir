func.func @main(%a: tensor<8x8x8x8xf32>, %z: tensor<f32>) -> tensor<8x8x8x8xf32> {
  %0 = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 1,1,1,1>, padding = array<i64: 0>}> ({
   ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %1 = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %1 : tensor<f32>
  }) : (tensor<8x8x8x8xf32>, tensor<f32>) -> tensor<8x8x8x8xf32>
  return %0 : tensor<8x8x8x8xf32>
}
