func.func @main(%x: tensor<2x5x4x3xbf16>, %k: tensor<3x2x3x2xbf16>) -> tensor<2x3x7x2xbf16> {
  %0 = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 1], pad = [[1, 1], [2, 2]], lhs_dilate = [1, 1], rhs_dilate = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x5x4x3xbf16>, tensor<3x2x3x2xbf16>) -> tensor<2x3x7x2xbf16>
  return %0 : tensor<2x3x7x2xbf16>
}
