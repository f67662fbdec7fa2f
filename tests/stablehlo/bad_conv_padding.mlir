// exit: 2
// says: bad_conv_padding.mlir:4:8: error: stablehlo.convolution: the padding does not fit
func.func @main(%a: tensor<1x8x8x1xf32>, %b: tensor<3x3x1x1xf32>) -> tensor<1x6x6x1xf32> {
  %0 = "stablehlo.convolution"(%a, %b) <{window_strides = array<i64: 1, 1>, padding = array<i64: 0>, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64, batch_group_count = 1 : i64}> : (tensor<1x8x8x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x6x6x1xf32>
  return %0 : tensor<1x6x6x1xf32>
}
