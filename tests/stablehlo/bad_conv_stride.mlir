// exit: 2
// says: bad_conv_stride.mlir:4:7: error: conv: in window dimension 0, size 3, stride 0
func.func @main(%a: tensor<1x4x8xf32>, %b: tensor<6x4x3xf32>) -> tensor<1x6x6xf32> {
 %0 = "stablehlo.convolution"(%a, %b) {window_strides = array<i64: 0>, padding = dense<0> : tensor<1x2xi64>, lhs_dilation = array<i64: 1>, rhs_dilation = array<i64: 1>, dimension_numbers = #stablehlo.conv<[b, f, 0]x[o, i, 0]->[b, f, 0]>, feature_group_count = 1 : i64, batch_group_count = 1 : i64} : (tensor<1x4x8xf32>, tensor<6x4x3xf32>) -> tensor<1x6x6xf32>
 return %0 : tensor<1x6x6xf32>
}
