// exit: 0
// says: 10 of 10 checks hold
// Ops that only old programs have, and those with sizes as operands: what numpy computes.
func.func @main() -> tensor<2x3xf32> {
  %c1 = stablehlo.constant dense<[[[1.25, -1.75], [-1.25, -1.0], [-1.25, 1.25]], [[1.5, 0.25], [-2.0, -1.75], [-0.75, -0.25]]]> : tensor<2x3x2xf32>
  %c2 = stablehlo.constant dense<[0.5, 0.0]> : tensor<2xf32>
  %c3 = stablehlo.constant dense<[-1.0, -1.5]> : tensor<2xf32>
  %c4 = stablehlo.constant dense<[1.75, 2.0]> : tensor<2xf32>
  %c5 = stablehlo.constant dense<[[[-2.0, -1.75], [-0.25, -0.5], [1.75, 0.0]], [[-0.25, -0.25], [0.75, 0.25], [-1.5, 1.0]]]> : tensor<2x3x2xf32>
  %g:3 = "stablehlo.batch_norm_grad"(%c1, %c2, %c3, %c4, %c5) <{epsilon = 0.5 : f32, feature_index = 2 : i64}> : (tensor<2x3x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2x3x2xf32>) -> (tensor<2x3x2xf32>, tensor<2xf32>, tensor<2xf32>)
  %c6 = stablehlo.constant dense<[[[-0.2152777761220932, -0.0], [-0.04089506343007088, -0.0], [0.6257715821266174, 0.0]], [[0.4089506268501282, -0.0], [0.1697530895471573, 0.0], [-0.3757716119289398, 0.0]]]> : tensor<2x3x2xf32>
  stablehlo.custom_call @check.expect_almost_eq(%g#0, %c6) : (tensor<2x3x2xf32>, tensor<2x3x2xf32>) -> ()
  %c7 = stablehlo.constant dense<[-4.416666507720947, 0.5929270386695862]> : tensor<2xf32>
  stablehlo.custom_call @check.expect_almost_eq(%g#1, %c7) : (tensor<2xf32>, tensor<2xf32>) -> ()
  %c8 = stablehlo.constant dense<[-1.5, -1.25]> : tensor<2xf32>
  stablehlo.custom_call @check.expect_almost_eq(%g#2, %c8) : (tensor<2xf32>, tensor<2xf32>) -> ()
  %c9 = stablehlo.constant dense<[[1.0, 2.0, 1.25], [-1.0, -0.75, 0.75]]> : tensor<2x3xf32>
  %c10 = stablehlo.constant dense<[[0.75, 0.75, 1.5, -1.0], [1.75, -2.0, -1.75, 2.0], [2.0, -0.75, -1.5, -0.75]]> : tensor<3x4xf32>
  %e = "stablehlo.einsum"(%c9, %c10) <{einsum_config = "ab,bc->ca"}> : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<4x2xf32>
  %c11 = stablehlo.constant dense<[[6.75, -0.5625], [-4.1875, 0.1875], [-3.875, -1.3125], [2.0625, -1.0625]]> : tensor<4x2xf32>
  stablehlo.custom_call @check.expect_eq(%e, %c11) : (tensor<4x2xf32>, tensor<4x2xf32>) -> ()
  %u = "stablehlo.unary_einsum"(%c9) <{einsum_config = "ab->b"}> : (tensor<2x3xf32>) -> tensor<3xf32>
  %c12 = stablehlo.constant dense<[0.0, 1.25, 2.0]> : tensor<3xf32>
  stablehlo.custom_call @check.expect_eq(%u, %c12) : (tensor<3xf32>, tensor<3xf32>) -> ()
  %c13 = stablehlo.constant dense<[2, 0]> : tensor<2xi32>
  %t = "stablehlo.torch_index_select"(%c9, %c13) <{dim = 1 : i64, batch_dims = 0 : i64}> : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  %c14 = stablehlo.constant dense<[[1.25, 1.0], [0.75, -1.0]]> : tensor<2x2xf32>
  stablehlo.custom_call @check.expect_eq(%t, %c14) : (tensor<2x2xf32>, tensor<2x2xf32>) -> ()
  %c15 = stablehlo.constant dense<[[[-2.0, 1.75, 0.75, 0.25], [-1.0, 0.0, -1.25, 1.25], [0.0, -2.0, -1.0, 1.0]], [[0.0, -0.5, -1.0, -1.75], [0.5, 0.75, 0.0, 1.75], [1.75, -1.25, 0.5, 0.5]]]> : tensor<2x3x4xf32>
  %c16 = stablehlo.constant dense<[[3, 1], [0, 2]]> : tensor<2x2xi32>
  %s = "stablehlo.torch_index_select"(%c15, %c16) <{dim = 2 : i64, batch_dims = 1 : i64}> : (tensor<2x3x4xf32>, tensor<2x2xi32>) -> tensor<2x3x2xf32>
  %c17 = stablehlo.constant dense<[[[0.25, 1.75], [1.25, 0.0], [1.0, -2.0]], [[0.0, -1.0], [0.5, 0.0], [1.75, 0.5]]]> : tensor<2x3x2xf32>
  stablehlo.custom_call @check.expect_eq(%s, %c17) : (tensor<2x3x2xf32>, tensor<2x3x2xf32>) -> ()
  %c18 = stablehlo.constant dense<[1, 3]> : tensor<2xi64>
  %c19 = stablehlo.constant dense<[[1], [0]]> : tensor<2x1xi32>
  %d = "stablehlo.dynamic_gather"(%c9, %c19, %c18) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false}> : (tensor<2x3xf32>, tensor<2x1xi32>, tensor<2xi64>) -> tensor<2x3xf32>
  %c20 = stablehlo.constant dense<[[-1.0, -0.75, 0.75], [1.0, 2.0, 1.25]]> : tensor<2x3xf32>
  stablehlo.custom_call @check.expect_eq(%d, %c20) : (tensor<2x3xf32>, tensor<2x3xf32>) -> ()
  %c21 = stablehlo.constant dense<[[[-1.0, -0.75, 0.0, 1.0, -1.0]]]> : tensor<1x1x5xf32>
  %c22 = stablehlo.constant dense<[[[1.0, 0.75, -1.25]], [[-0.5, 1.5, 1.5]]]> : tensor<2x1x3xf32>
  %c23 = stablehlo.constant dense<[[1, 2]]> : tensor<1x2xi64>
  %v = "stablehlo.dynamic_conv"(%c21, %c22, %c23) <{window_strides = array<i64: 1>, lhs_dilation = array<i64: 1>, rhs_dilation = array<i64: 1>, window_reversal = array<i1: false>, dimension_numbers = #stablehlo.conv<[b, f, 0]x[o, i, 0]->[b, f, 0]>, feature_group_count = 1 : i64, batch_group_count = 1 : i64}> : (tensor<1x1x5xf32>, tensor<2x1x3xf32>, tensor<1x2xi64>) -> tensor<1x2x6xf32>
  %c24 = stablehlo.constant dense<[[[0.1875, -1.5625, -2.0, 2.0, 0.25, -1.0], [-2.625, -0.625, 1.875, 0.0, -2.0, 0.5]]]> : tensor<1x2x6xf32>
  stablehlo.custom_call @check.expect_eq(%v, %c24) : (tensor<1x2x6xf32>, tensor<1x2x6xf32>) -> ()
  %c25 = stablehlo.constant dense<3> : tensor<i32>
  %z = "stablehlo.set_dimension_size"(%c9, %c25) <{dimension = 1 : i64}> : (tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
  %c26 = stablehlo.constant dense<[[1.0, 2.0, 1.25], [-1.0, -0.75, 0.75]]> : tensor<2x3xf32>
  stablehlo.custom_call @check.expect_eq(%z, %c26) : (tensor<2x3xf32>, tensor<2x3xf32>) -> ()
  return %z : tensor<2x3xf32>
}
