func.func @main(%a: tensor<2x3xf32>, %s: tensor<3xf32>, %o: tensor<3xf32>, %m: tensor<3xf32>, %v: tensor<3xf32>) -> tensor<2x3xf32> {
  %r = "stablehlo.batch_norm_inference"(%a, %s, %o, %m, %v) <{epsilon = 0.5 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

func.func @main(%a: tensor<2x3xf32>, %s: tensor<3xf32>, %o: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %r:3 = "stablehlo.batch_norm_training"(%a, %s, %o) <{epsilon = 0.5 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>)
  return %r#0, %r#1, %r#2 : tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>
}

func.func @main(%a: tensor<2x3xf32>, %s: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %r:3 = "stablehlo.batch_norm_grad"(%a, %s, %s, %s, %a) <{epsilon = 0.5 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>)
  return %r#0, %r#1, %r#2 : tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>
}

func.func @main(%i: tensor<i32>, %x: tensor<3xf32>) -> (tensor<3xf32>, tensor<i32>) {
  %r:2 = "stablehlo.case"(%i) ({
    stablehlo.return %x, %i : tensor<3xf32>, tensor<i32>
  }, {
    %n = stablehlo.negate %x : tensor<3xf32>
    stablehlo.return %n, %i : tensor<3xf32>, tensor<i32>
  }) : (tensor<i32>) -> (tensor<3xf32>, tensor<i32>)
  return %r#0, %r#1 : tensor<3xf32>, tensor<i32>
}

func.func @main(%p: tensor<i1>, %x: tensor<3xf32>) -> tensor<3xf32> {
  %r = "stablehlo.if"(%p) ({
    stablehlo.return %x : tensor<3xf32>
  }, {
    %n = stablehlo.sine %x : tensor<3xf32>
    stablehlo.return %n : tensor<3xf32>
  }) : (tensor<i1>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

func.func @main(%x: tensor<3xf32>) -> (tensor<i32>, tensor<3xf32>) {
  %i = stablehlo.constant dense<0> : tensor<i32>
  %n = stablehlo.constant dense<4> : tensor<i32>
  %r:2 = stablehlo.while(%k = %i, %y = %x) : tensor<i32>, tensor<3xf32>
  cond {
    %p = stablehlo.compare LT, %k, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %next = stablehlo.add %k, %one : tensor<i32>
    %z = stablehlo.multiply %y, %x : tensor<3xf32>
    stablehlo.return %next, %z : tensor<i32>, tensor<3xf32>
  }
  return %r#0, %r#1 : tensor<i32>, tensor<3xf32>
}

func.func @main(%x: tensor<2x3xf32>, %i: tensor<i64>) -> (tensor<2x3xf32>, tensor<i64>) {
  %r:2 = "stablehlo.while"(%x, %i) ({
  ^bb0(%a: tensor<2x3xf32>, %k: tensor<i64>):
    %n = stablehlo.constant dense<2> : tensor<i64>
    %p = stablehlo.compare LT, %k, %n, SIGNED : (tensor<i64>, tensor<i64>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  }, {
  ^bb0(%a: tensor<2x3xf32>, %k: tensor<i64>):
    %one = stablehlo.constant dense<1> : tensor<i64>
    %z = stablehlo.constant dense<0> : tensor<i64>
    %f = stablehlo.constant dense<2.5> : tensor<1x1xf32>
    %next = stablehlo.add %k, %one : tensor<i64>
    %y = stablehlo.dynamic_update_slice %a, %f, %k, %z : (tensor<2x3xf32>, tensor<1x1xf32>, tensor<i64>, tensor<i64>) -> tensor<2x3xf32>
    stablehlo.return %y, %next : tensor<2x3xf32>, tensor<i64>
  }) : (tensor<2x3xf32>, tensor<i64>) -> (tensor<2x3xf32>, tensor<i64>)
  return %r#0, %r#1 : tensor<2x3xf32>, tensor<i64>
}

func.func @main(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %c = stablehlo.complex %x, %y : tensor<3xcomplex<f32>>
  %e = stablehlo.exponential %c : tensor<3xcomplex<f32>>
  %k = chlo.conj %e : tensor<3xcomplex<f32>> -> tensor<3xcomplex<f32>>
  %re = stablehlo.real %k : (tensor<3xcomplex<f32>>) -> tensor<3xf32>
  %im = stablehlo.imag %k : (tensor<3xcomplex<f32>>) -> tensor<3xf32>
  %r = stablehlo.add %re, %im : tensor<3xf32>
  return %r : tensor<3xf32>
}

func.func @main(%x: tensor<2x3xf32>, %y: tensor<2x1xf32>) -> tensor<2x7xf32> {
  %r = stablehlo.concatenate %x, %y, %x, dim = 1 : (tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x3xf32>) -> tensor<2x7xf32>
  return %r : tensor<2x7xf32>
}

func.func @main() -> (tensor<2x2xf32>, tensor<3xi64>, tensor<2xcomplex<f32>>, tensor<4xi1>) {
  %a = stablehlo.constant dense<[[1.0, -0.0], [2.5, 1e3]]> : tensor<2x2xf32>
  %b = stablehlo.constant dense<"0x000000000000000001000000000000000200000000000000"> : tensor<3xi64>
  %c = stablehlo.constant dense<[(1.0, 2.0), (3.0, -4.0)]> : tensor<2xcomplex<f32>>
  %d = "stablehlo.constant"() <{value = dense<true> : tensor<4xi1>}> : () -> tensor<4xi1>
  return %a, %b, %c, %d : tensor<2x2xf32>, tensor<3xi64>, tensor<2xcomplex<f32>>, tensor<4xi1>
}

func.func @main(%x: tensor<1x5x6x2xf32>, %k: tensor<3x2x1x4xf32>) -> tensor<1x3x6x4xf32> {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 1], pad = [[1, 1], [0, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, true]} {batch_group_count = 1 : i64, feature_group_count = 2 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x5x6x2xf32>, tensor<3x2x1x4xf32>) -> tensor<1x3x6x4xf32>
  return %r : tensor<1x3x6x4xf32>
}

func.func @main(%x: tensor<2x1x5xf32>, %k: tensor<2x1x3xf32>) -> tensor<1x2x6xf32> {
  %r = "stablehlo.convolution"(%x, %k) <{window_strides = array<i64: 1>, padding = dense<[[1, 2]]> : tensor<1x2xi64>, lhs_dilation = array<i64: 1>, rhs_dilation = array<i64: 1>, window_reversal = array<i1: false>, dimension_numbers = #stablehlo.conv<[b, f, 0]x[o, i, 0]->[b, f, 0]>, feature_group_count = 1 : i64, batch_group_count = 2 : i64}> : (tensor<2x1x5xf32>, tensor<2x1x3xf32>) -> tensor<1x2x6xf32>
  return %r : tensor<1x2x6xf32>
}

func.func @main(%x: tensor<1x1x5xf32>, %k: tensor<2x1x3xf32>) -> tensor<1x2x6xf32> {
  %p = stablehlo.constant dense<[[1, 2]]> : tensor<1x2xi64>
  %r = "stablehlo.dynamic_conv"(%x, %k, %p) <{window_strides = array<i64: 1>, lhs_dilation = array<i64: 1>, rhs_dilation = array<i64: 1>, window_reversal = array<i1: false>, dimension_numbers = #stablehlo.conv<[b, f, 0]x[o, i, 0]->[b, f, 0]>, feature_group_count = 1 : i64, batch_group_count = 1 : i64}> : (tensor<1x1x5xf32>, tensor<2x1x3xf32>, tensor<1x2xi64>) -> tensor<1x2x6xf32>
  return %r : tensor<1x2x6xf32>
}

func.func @main(%x: tensor<4x5xf32>, %u: tensor<2x3xf32>, %i: tensor<i32>, %k: tensor<i64>) -> (tensor<2x3xf32>, tensor<4x5xf32>) {
  %a = stablehlo.dynamic_slice %x, %i, %i, sizes = [2, 3] : (tensor<4x5xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  %b = stablehlo.dynamic_update_slice %x, %u, %k, %k : (tensor<4x5xf32>, tensor<2x3xf32>, tensor<i64>, tensor<i64>) -> tensor<4x5xf32>
  return %a, %b : tensor<2x3xf32>, tensor<4x5xf32>
}

func.func @main(%x: tensor<5x6xf32>, %i: tensor<3x1xi32>) -> tensor<3x6xf32> {
  %r = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 6>}> : (tensor<5x6xf32>, tensor<3x1xi32>) -> tensor<3x6xf32>
  return %r : tensor<3x6xf32>
}

func.func @main(%x: tensor<2x5x6xf32>, %i: tensor<2x3x1xi32>) -> tensor<2x3x4xf32> {
  %r = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1, 4>}> : (tensor<2x5x6xf32>, tensor<2x3x1xi32>) -> tensor<2x3x4xf32>
  return %r : tensor<2x3x4xf32>
}

func.func @main(%x: tensor<5x6xf32>, %i: tensor<3x1xi32>) -> tensor<3x6xf32> {
  %z = stablehlo.constant dense<[1, 6]> : tensor<2xi64>
  %r = "stablehlo.dynamic_gather"(%x, %i, %z) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>}> : (tensor<5x6xf32>, tensor<3x1xi32>, tensor<2xi64>) -> tensor<3x6xf32>
  return %r : tensor<3x6xf32>
}

func.func @main(%x: tensor<5x6xf32>, %i: tensor<3x1xi32>, %u: tensor<3x6xf32>) -> tensor<5x6xf32> {
  %r = "stablehlo.scatter"(%x, %i, %u) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<5x6xf32>, tensor<3x1xi32>, tensor<3x6xf32>) -> tensor<5x6xf32>
  return %r : tensor<5x6xf32>
}

func.func @main(%x: tensor<5xf32>, %y: tensor<5xi32>, %i: tensor<3x1xi64>, %u: tensor<3xf32>, %v: tensor<3xi32>) -> (tensor<5xf32>, tensor<5xi32>) {
  %r:2 = "stablehlo.scatter"(%x, %y, %i, %u, %v) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<i32>, %c: tensor<f32>, %d: tensor<i32>):
    %s = stablehlo.multiply %a, %c : tensor<f32>
    %t = stablehlo.subtract %b, %d : tensor<i32>
    stablehlo.return %s, %t : tensor<f32>, tensor<i32>
  }) : (tensor<5xf32>, tensor<5xi32>, tensor<3x1xi64>, tensor<3xf32>, tensor<3xi32>) -> (tensor<5xf32>, tensor<5xi32>)
  return %r#0, %r#1 : tensor<5xf32>, tensor<5xi32>
}

func.func @main(%x: tensor<5x6xf32>) -> tensor<3x2xf32> {
  %low = stablehlo.constant dense<[1, 0]> : tensor<2xi64>
  %high = stablehlo.constant dense<[4, 6]> : tensor<2xi64>
  %step = stablehlo.constant dense<[1, 3]> : tensor<2xi64>
  %r = stablehlo.real_dynamic_slice %x, %low, %high, %step : (tensor<5x6xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

func.func @main(%x: tensor<3xf32>, %v: tensor<f32>) -> tensor<8xf32> {
  %low = stablehlo.constant dense<1> : tensor<1xi64>
  %high = stablehlo.constant dense<2> : tensor<1xi64>
  %r = stablehlo.dynamic_pad %x, %v, %low, %high, %low : (tensor<3xf32>, tensor<f32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

func.func @main(%x: tensor<2x3xf32>, %v: tensor<f32>) -> (tensor<5x4xf32>, tensor<1x3xf32>, tensor<3x2xf32>, tensor<2x3xf32>, tensor<6xf32>) {
  %a = stablehlo.pad %x, %v, low = [1, 2], high = [1, -1], interior = [1, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<5x4xf32>
  %b = stablehlo.slice %x [1:2, 0:3:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
  %c = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %d = stablehlo.reverse %x, dims = [0, 1] : tensor<2x3xf32>
  %e = stablehlo.reshape %x : (tensor<2x3xf32>) -> tensor<6xf32>
  return %a, %b, %c, %d, %e : tensor<5x4xf32>, tensor<1x3xf32>, tensor<3x2xf32>, tensor<2x3xf32>, tensor<6xf32>
}

func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x4x3xf32>, tensor<4x2x3xf32>, tensor<2x3xi32>, tensor<1x3xf32>, tensor<2x3xf32>) {
  %a = stablehlo.broadcast_in_dim %x, dims = [0, 2] : (tensor<2x3xf32>) -> tensor<2x4x3xf32>
  %b = "stablehlo.broadcast"(%x) <{broadcast_sizes = array<i64: 4>}> : (tensor<2x3xf32>) -> tensor<4x2x3xf32>
  %c = stablehlo.iota dim = 1 : tensor<2x3xi32>
  %d = "stablehlo.slice"(%x) <{start_indices = array<i64: 0, 0>, limit_indices = array<i64: 2, 3>, strides = array<i64: 2, 1>}> : (tensor<2x3xf32>) -> tensor<1x3xf32>
  %e = stablehlo.reduce_precision %x, format = e5m10 : tensor<2x3xf32>
  return %a, %b, %c, %d, %e : tensor<2x4x3xf32>, tensor<4x2x3xf32>, tensor<2x3xi32>, tensor<1x3xf32>, tensor<2x3xf32>
}

func.func @main(%x: tensor<2x3xf32>) -> (tensor<6xf32>, tensor<2x3xi32>, tensor<2x2x3xf32>, tensor<3x2xf32>) {
  %one = stablehlo.constant dense<6> : tensor<1xi64>
  %two = stablehlo.constant dense<[2, 3]> : tensor<2xi64>
  %three = stablehlo.constant dense<[2, 2, 3]> : tensor<3xi64>
  %a = stablehlo.dynamic_reshape %x, %one : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<6xf32>
  %b = stablehlo.dynamic_iota %two, dim = 1 : (tensor<2xi64>) -> tensor<2x3xi32>
  %c = stablehlo.dynamic_broadcast_in_dim %x, %three, dims = [1, 2] : (tensor<2x3xf32>, tensor<3xi64>) -> tensor<2x2x3xf32>
  %d = chlo.dynamic_reshape %x, %two : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  return %a, %b, %c, %d : tensor<6xf32>, tensor<2x3xi32>, tensor<2x2x3xf32>, tensor<3x2xf32>
}

func.func @main(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> (tensor<4x2xf32>, tensor<3xf32>) {
  %e = "stablehlo.einsum"(%x, %y) <{einsum_config = "ab,bc->ca"}> : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<4x2xf32>
  %u = "stablehlo.unary_einsum"(%x) <{einsum_config = "ab->b"}> : (tensor<2x3xf32>) -> tensor<3xf32>
  return %e, %u : tensor<4x2xf32>, tensor<3xf32>
}

func.func @main(%x: tensor<2x3x4xf32>, %y: tensor<2x5x4xf32>, %z: tensor<4x6xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x6xf32>) {
  %a = stablehlo.dot_general %x, %y, batching_dims = [0] x [0], contracting_dims = [2] x [2], precision = [DEFAULT, DEFAULT] : (tensor<2x3x4xf32>, tensor<2x5x4xf32>) -> tensor<2x3x5xf32>
  %b = "stablehlo.dot_general"(%x, %z) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [0]>}> : (tensor<2x3x4xf32>, tensor<4x6xf32>) -> tensor<2x3x6xf32>
  return %a, %b : tensor<2x3x5xf32>, tensor<2x3x6xf32>
}

func.func @main(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %r = stablehlo.dot %x, %y : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

func.func @main(%x: tensor<2x4x6xf32>) -> (tensor<2x4x4xcomplex<f32>>, tensor<2x4x4xcomplex<f32>>, tensor<2x4x6xf32>) {
  %a = stablehlo.fft %x, type = RFFT, length = [4, 6] : (tensor<2x4x6xf32>) -> tensor<2x4x4xcomplex<f32>>
  %b = stablehlo.fft %a, type = FFT, length = [4] : (tensor<2x4x4xcomplex<f32>>) -> tensor<2x4x4xcomplex<f32>>
  %c = "stablehlo.fft"(%b) <{fft_type = #stablehlo<fft_type IRFFT>, fft_length = array<i64: 4, 6>}> : (tensor<2x4x4xcomplex<f32>>) -> tensor<2x4x6xf32>
  return %a, %b, %c : tensor<2x4x4xcomplex<f32>>, tensor<2x4x4xcomplex<f32>>, tensor<2x4x6xf32>
}

func.func @main(%x: tensor<2x3xf32>) -> (tensor<i32>, tensor<2x3xf32>) {
  %a = stablehlo.get_dimension_size %x, dim = 1 : (tensor<2x3xf32>) -> tensor<i32>
  %n = stablehlo.constant dense<3> : tensor<i32>
  %b = stablehlo.set_dimension_size %x, %n, dim = 1 : (tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
  return %a, %b : tensor<i32>, tensor<2x3xf32>
}

func.func @main(%x: tensor<2x3xf32>, %i: tensor<i32>) -> tensor<2x3xf32> {
  %t = stablehlo.tuple %x, %i : tuple<tensor<2x3xf32>, tensor<i32>>
  %u = "stablehlo.tuple"(%t, %i) : (tuple<tensor<2x3xf32>, tensor<i32>>, tensor<i32>) -> tuple<tuple<tensor<2x3xf32>, tensor<i32>>, tensor<i32>>
  %v = stablehlo.get_tuple_element %u[0] : (tuple<tuple<tensor<2x3xf32>, tensor<i32>>, tensor<i32>>) -> tuple<tensor<2x3xf32>, tensor<i32>>
  %w = "stablehlo.get_tuple_element"(%v) <{index = 0 : i32}> : (tuple<tensor<2x3xf32>, tensor<i32>>) -> tensor<2x3xf32>
  return %w : tensor<2x3xf32>
}

func.func @main(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %r = "stablehlo.map"(%x, %y) <{dimensions = array<i64: 0>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %c = stablehlo.multiply %a, %b : tensor<f32>
    stablehlo.return %c : tensor<f32>
  }) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

func.func @main(%x: tensor<2x3xf32>, %i: tensor<2x3xi32>, %z: tensor<f32>, %k: tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>) {
  %r:2 = stablehlo.reduce(%x init: %z), (%i init: %k) across dimensions = [1] : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)
   reducer(%a: tensor<f32>, %c: tensor<f32>) (%b: tensor<i32>, %d: tensor<i32>) {
    %p = stablehlo.compare GT, %a, %c : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %s = stablehlo.select %p, %a, %c : tensor<i1>, tensor<f32>
    %t = stablehlo.select %p, %b, %d : tensor<i1>, tensor<i32>
    stablehlo.return %s, %t : tensor<f32>, tensor<i32>
  }
  return %r#0, %r#1 : tensor<2xf32>, tensor<2xi32>
}

func.func @main(%x: tensor<2x3xf32>, %z: tensor<f32>) -> (tensor<2xf32>, tensor<3xf32>, tensor<f32>) {
  %a = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  %b = "stablehlo.reduce"(%x, %z) <{dimensions = array<i64: 0>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.maximum %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<3xf32>
  %c = "stablehlo.reduce"(%x, %z) <{dimensions = array<i64: 0, 1>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %n = stablehlo.sine %q : tensor<f32>
    %s = stablehlo.subtract %p, %n : tensor<f32>
    %w = stablehlo.multiply %s, %z : tensor<f32>
    stablehlo.return %w : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
  return %a, %b, %c : tensor<2xf32>, tensor<3xf32>, tensor<f32>
}

func.func @main(%x: tensor<4x5xf32>, %z: tensor<f32>) -> tensor<2x5xf32> {
  %r = "stablehlo.reduce_window"(%x, %z) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [1, 1]]> : tensor<2x2xi64>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x5xf32>, tensor<f32>) -> tensor<2x5xf32>
  return %r : tensor<2x5xf32>
}

func.func @main(%x: tensor<4xf32>, %i: tensor<4xi32>, %z: tensor<f32>, %k: tensor<i32>) -> (tensor<5xf32>, tensor<5xi32>) {
  %r:2 = "stablehlo.reduce_window"(%x, %i, %z, %k) <{window_dimensions = array<i64: 2>, base_dilations = array<i64: 2>, window_dilations = array<i64: 2>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<i32>, %c: tensor<f32>, %d: tensor<i32>):
    %s = stablehlo.minimum %a, %c : tensor<f32>
    %t = stablehlo.add %b, %d : tensor<i32>
    stablehlo.return %s, %t : tensor<f32>, tensor<i32>
  }) : (tensor<4xf32>, tensor<4xi32>, tensor<f32>, tensor<i32>) -> (tensor<5xf32>, tensor<5xi32>)
  return %r#0, %r#1 : tensor<5xf32>, tensor<5xi32>
}

func.func @main(%x: tensor<5xf32>, %z: tensor<f32>) -> tensor<5xf32> {
  %r = "stablehlo.reduce_window"(%x, %z) <{window_dimensions = array<i64: 5>, padding = dense<[[4, 0]]> : tensor<1x2xi64>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  return %r : tensor<5xf32>
}

func.func @main(%x: tensor<4x6xf32>, %s: tensor<2x3xf32>, %z: tensor<f32>) -> tensor<4x6xf32> {
  %r = "stablehlo.select_and_scatter"(%x, %s, %z) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>, padding = dense<0> : tensor<2x2xi64>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %p = stablehlo.compare GE, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  }, {
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %t : tensor<f32>
  }) : (tensor<4x6xf32>, tensor<2x3xf32>, tensor<f32>) -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

func.func @main(%s: tensor<2xui64>) -> (tensor<2xui64>, tensor<2x3xui32>) {
  %r:2 = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<2x3xui32>)
  return %r#0, %r#1 : tensor<2xui64>, tensor<2x3xui32>
}

func.func @main(%s: tensor<3xui64>) -> (tensor<3xui64>, tensor<5xui64>) {
  %r:2 = "stablehlo.rng_bit_generator"(%s) <{rng_algorithm = #stablehlo<rng_algorithm PHILOX>}> : (tensor<3xui64>) -> (tensor<3xui64>, tensor<5xui64>)
  return %r#0, %r#1 : tensor<3xui64>, tensor<5xui64>
}

func.func @main(%a: tensor<f32>, %b: tensor<f32>) -> tensor<2x3xf32> {
  %n = stablehlo.constant dense<[2, 3]> : tensor<2xi64>
  %r = stablehlo.rng %a, %b, %n, distribution = UNIFORM : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

func.func @main(%x: tensor<2x5xf32>, %i: tensor<2x5xi32>) -> (tensor<2x5xf32>, tensor<2x5xi32>) {
  %r:2 = "stablehlo.sort"(%x, %i) <{dimension = 1 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<i32>, %d: tensor<i32>):
    %p = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  }) : (tensor<2x5xf32>, tensor<2x5xi32>) -> (tensor<2x5xf32>, tensor<2x5xi32>)
  return %r#0, %r#1 : tensor<2x5xf32>, tensor<2x5xi32>
}

func.func @main(%x: tensor<2x5xf32>) -> (tensor<2x3xf32>, tensor<2x3xi32>, tensor<2x3xf32>, tensor<2x3xi32>) {
  %r:2 = chlo.top_k(%x, k = 3) : tensor<2x5xf32> -> (tensor<2x3xf32>, tensor<2x3xi32>)
  %s:2 = stablehlo.custom_call @mhlo.topk(%x) {mhlo.attributes = {k = 3 : i64, largest = true}} : (tensor<2x5xf32>) -> (tensor<2x3xf32>, tensor<2x3xi32>)
  return %r#0, %r#1, %s#0, %s#1 : tensor<2x3xf32>, tensor<2x3xi32>, tensor<2x3xf32>, tensor<2x3xi32>
}

func.func @main(%x: tensor<2x5xf32>, %i: tensor<2x5xi32>, %z: tensor<f32>, %k: tensor<i32>) -> (tensor<2x3xf32>, tensor<2x3xi32>) {
  %r:2 = stablehlo.custom_call @ApproxTopK(%x, %i, %z, %k) {called_computations = [@top_k_gt_f32_comparator], mhlo.backend_config = {top_k = 3 : i64, reduction_dim = 1 : i64}} : (tensor<2x5xf32>, tensor<2x5xi32>, tensor<f32>, tensor<i32>) -> (tensor<2x3xf32>, tensor<2x3xi32>)
  return %r#0, %r#1 : tensor<2x3xf32>, tensor<2x3xi32>
}

func.func private @twice(%x: tensor<3xf32>, %i: tensor<i32>) -> (tensor<3xf32>, tensor<i32>) {
  %0 = stablehlo.add %x, %x : tensor<3xf32>
  return %0, %i : tensor<3xf32>, tensor<i32>
}
func.func private @none() -> tensor<i32> {
  %0 = stablehlo.constant dense<3> : tensor<i32>
  return %0 : tensor<i32>
}
func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<i32>, tensor<3xf32>) {
  %n = call @none() : () -> tensor<i32>
  %a:2 = func.call @twice(%x, %n) : (tensor<3xf32>, tensor<i32>) -> (tensor<3xf32>, tensor<i32>)
  %b:2 = stablehlo.composite "some.twice" %x, %n {decomposition = @twice, version = 1 : i32} : (tensor<3xf32>, tensor<i32>) -> (tensor<3xf32>, tensor<i32>)
  return %a#0, %a#1, %b#0 : tensor<3xf32>, tensor<i32>, tensor<3xf32>
}

func.func @main(%x: tensor<3xf32>, %l: tensor<f32>) -> (tensor<3xf32>, tensor<3xi32>, tensor<3x4xui8>, tensor<3xf32>, tensor<3xi1>) {
  %a = stablehlo.clamp %l, %x, %l : (tensor<f32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %b = stablehlo.convert %x : (tensor<3xf32>) -> tensor<3xi32>
  %c = stablehlo.bitcast_convert %x : (tensor<3xf32>) -> tensor<3x4xui8>
  %d = stablehlo.bitcast_convert %c : (tensor<3x4xui8>) -> tensor<3xf32>
  %e = stablehlo.compare NE, %x, %a, FLOAT : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %f = stablehlo.select %e, %a, %d : tensor<3xi1>, tensor<3xf32>
  return %f, %b, %c, %d, %e : tensor<3xf32>, tensor<3xi32>, tensor<3x4xui8>, tensor<3xf32>, tensor<3xi1>
}

func.func @main(%x: tensor<3xf32>, %y: tensor<2x3xf32>, %p: tensor<3xi1>) -> (tensor<2x3xf32>, tensor<2x3xi1>, tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %a = chlo.broadcast_add %x, %y {broadcast_dimensions = array<i64: 1>} : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = chlo.broadcast_compare %x, %y {comparison_direction = #chlo<comparison_direction LT>} : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  %c = chlo.broadcast_select %p, %x, %y : (tensor<3xi1>, tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %d = "chlo.constant_like"(%x) {value = 3.5 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  %e = chlo.erf_inv %x : tensor<3xf32> -> tensor<3xf32>
  return %a, %b, %c, %d, %e : tensor<2x3xf32>, tensor<2x3xi1>, tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>
}

func.func @main(%x: tensor<2x3x4xf32>, %i: tensor<2x2xi32>) -> tensor<2x3x2xf32> {
  %r = "stablehlo.torch_index_select"(%x, %i) <{dim = 2 : i64, batch_dims = 1 : i64}> : (tensor<2x3x4xf32>, tensor<2x2xi32>) -> tensor<2x3x2xf32>
  return %r : tensor<2x3x2xf32>
}

func.func @main(%x: tensor<2x3x3xf64>, %y: tensor<2x3x2xf64>) -> (tensor<2x3x3xf64>, tensor<2x3x2xf64>) {
  %a = stablehlo.cholesky %x, lower = true : tensor<2x3x3xf64>
  %b = "stablehlo.triangular_solve"(%a, %y) <{left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<2x3x3xf64>, tensor<2x3x2xf64>) -> tensor<2x3x2xf64>
  return %a, %b : tensor<2x3x3xf64>, tensor<2x3x2xf64>
}

func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %t = stablehlo.create_token : !stablehlo.token
  %u = stablehlo.after_all %t, %t : !stablehlo.token
  %a = "stablehlo.all_reduce"(%x) <{replica_groups = dense<0> : tensor<1x1xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3xf32>) -> tensor<3xf32>
  %b = "stablehlo.collective_permute"(%a) <{source_target_pairs = dense<0> : tensor<1x2xi64>}> : (tensor<3xf32>) -> tensor<3xf32>
  %c:2 = stablehlo.optimization_barrier %a, %b : tensor<3xf32>, tensor<3xf32>
  %d = stablehlo.custom_call @Sharding(%x) {backend_config = ""} : (tensor<3xf32>) -> tensor<3xf32>
  %n = stablehlo.replica_id : tensor<ui32>
  %m = stablehlo.partition_id : tensor<ui32>
  check.expect_eq %b, %c#1 : tensor<3xf32>
  check.expect_almost_eq_const %b, dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  check.expect_close %a, %b, max_ulp_difference = 3 : tensor<3xf32>, tensor<3xf32>
  return %c#0, %c#1, %d : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

func.func @main(%x: tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2xi32>, tensor<2x3x3xf64>, tensor<2x3xi32>) {
  %a:2 = stablehlo.custom_call @lapack_dpotrf_ffi(%x) {mhlo.backend_config = {uplo = 76 : ui8}} : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2xi32>)
  %b:3 = stablehlo.custom_call @lapack_dgetrf_ffi(%x) : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xi32>, tensor<2xi32>)
  return %a#0, %a#1, %b#0, %b#1 : tensor<2x3x3xf64>, tensor<2xi32>, tensor<2x3x3xf64>, tensor<2x3xi32>
}

func.func @main(%x: tensor<2x3x3xf64>, %y: tensor<2x3x2xf64>) -> tensor<2x3x2xf64> {
  %r = stablehlo.custom_call @lapack_dtrsm_ffi(%x, %y) {mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 76 : ui8}} : (tensor<2x3x3xf64>, tensor<2x3x2xf64>) -> tensor<2x3x2xf64>
  return %r : tensor<2x3x2xf64>
}

func.func @main(%x: tensor<2x4x3xf64>, %c: tensor<2x4x2xf64>) -> (tensor<2x4x3xf64>, tensor<2x4x2xf64>) {
  %a:2 = stablehlo.custom_call @lapack_dgeqrf_ffi(%x) : (tensor<2x4x3xf64>) -> (tensor<2x4x3xf64>, tensor<2x3xf64>)
  %b = stablehlo.custom_call @lapack_dorgqr_ffi(%a#0, %a#1) : (tensor<2x4x3xf64>, tensor<2x3xf64>) -> tensor<2x4x3xf64>
  %d = stablehlo.custom_call @lapack_dormqr_ffi(%a#0, %a#1, %c) {mhlo.backend_config = {left = true, transpose = false}} : (tensor<2x4x3xf64>, tensor<2x3xf64>, tensor<2x4x2xf64>) -> tensor<2x4x2xf64>
  return %b, %d : tensor<2x4x3xf64>, tensor<2x4x2xf64>
}

func.func @main(%x: tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xf64>) {
  %r:3 = stablehlo.custom_call @lapack_dsyevd_ffi(%x) {mhlo.backend_config = {mode = 86 : ui8, uplo = 76 : ui8}} : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xf64>, tensor<2xi32>)
  return %r#0, %r#1 : tensor<2x3x3xf64>, tensor<2x3xf64>
}

func.func @main(%x: tensor<2x4x3xf64>) -> (tensor<2x3xf64>, tensor<2x4x3xf64>) {
  %r:5 = stablehlo.custom_call @lapack_dgesdd_ffi(%x) {mhlo.backend_config = {mode = 83 : ui8}} : (tensor<2x4x3xf64>) -> (tensor<2x4x3xf64>, tensor<2x3xf64>, tensor<2x4x3xf64>, tensor<2x3x3xf64>, tensor<2xi32>)
  return %r#1, %r#2 : tensor<2x3xf64>, tensor<2x4x3xf64>
}

func.func @main(%d: tensor<2x4xf64>, %x: tensor<2x4x3xf64>) -> tensor<2x4x3xf64> {
  %r:5 = stablehlo.custom_call @lapack_dgtsv_ffi(%d, %d, %d, %x) : (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x3xf64>) -> (tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4xf64>, tensor<2x4x3xf64>, tensor<2xi32>)
  return %r#3 : tensor<2x4x3xf64>
}

func.func @main(%x: tensor<2x3x3xf64>) -> (tensor<2x3xf64>, tensor<2x3xf64>) {
  %r:5 = stablehlo.custom_call @lapack_dgeev_ffi(%x) {mhlo.backend_config = {compute_left = 86 : ui8, compute_right = 86 : ui8}} : (tensor<2x3x3xf64>) -> (tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>, tensor<2xi32>)
  return %r#0, %r#1 : tensor<2x3xf64>, tensor<2x3xf64>
}

func.func @main(%x: tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x2xf64>) {
  %r:6 = stablehlo.custom_call @lapack_dgees_ffi(%x) {mhlo.backend_config = {mode = 86 : ui8, sort = 78 : ui8}} : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>, tensor<2xi32>, tensor<2xi32>)
  %h:3 = stablehlo.custom_call @lapack_dgehrd_ffi(%x) {mhlo.backend_config = {high = 3 : i32, low = 1 : i32}} : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x2xf64>, tensor<2xi32>)
  return %r#0, %h#0, %h#1 : tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x2xf64>
}

func.func @main(%x: tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xf64>) {
  %s:5 = stablehlo.custom_call @lapack_dsytrd_ffi(%x) {mhlo.backend_config = {uplo = 76 : ui8}} : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xf64>, tensor<2x2xf64>, tensor<2x2xf64>, tensor<2xi32>)
  return %s#0, %s#1 : tensor<2x3x3xf64>, tensor<2x3xf64>
}

func.func @main(%x: tensor<2x4x3xf64>, %p: tensor<2x3xi32>) -> (tensor<2x4x3xf64>, tensor<2x3xi32>) {
  %q:3 = stablehlo.custom_call @lapack_dgeqp3_ffi(%x, %p) : (tensor<2x4x3xf64>, tensor<2x3xi32>) -> (tensor<2x4x3xf64>, tensor<2x3xi32>, tensor<2x3xf64>)
  return %q#0, %q#1 : tensor<2x4x3xf64>, tensor<2x3xi32>
}
