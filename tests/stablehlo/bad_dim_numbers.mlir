// exit: 2
// says: bad_dim_numbers.mlir:4:8: error: stablehlo.convolution: dim_numbers are like [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]
func.func @main(%a: tensor<1x8x8x1xf32>, %b: tensor<3x3x1x1xf32>) -> tensor<1x6x6x1xf32> {
  %0 = stablehlo.convolution(%a, %b) dim_numbers = [-2, 0, 1, -1]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1]} {feature_group_count = 1 : i64, batch_group_count = 1 : i64} : (tensor<1x8x8x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x6x6x1xf32>
  return %0 : tensor<1x6x6x1xf32>
}
